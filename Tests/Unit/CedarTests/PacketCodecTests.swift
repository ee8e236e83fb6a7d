import NIOCore
import Testing

@testable import Cedar

@Suite struct PacketCodecTests {
    private func message(_ codec: inout PacketCodec) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while let packet = try codec.nextPacket() {
            bytes += Array(packet.payload.readableBytesView)
            if packet.endsMessage { return bytes }
        }
        return nil
    }

    @Test func framesInClear() throws {
        let vector = try Vectors.load("framing", as: FramingVector.self)
        var codec = PacketCodec()
        let wire = vector.messagePlain.wire.bytes
        codec.receive(ByteBuffer(bytes: wire))
        #expect(try message(&codec) == Array(wire.dropFirst(5)))
        #expect(Array(try PacketCodec().framed(Array(wire.dropFirst(5))).readableBytesView) == wire)

        for packet in vector.twoPacketMessage.packets { codec.receive(ByteBuffer(bytes: packet.bytes)) }
        #expect(try message(&codec) == vector.twoPacketMessage.packets.flatMap { $0.bytes.dropFirst(5) })
        var small = PacketCodec(packetLength: 8)
        let sent = try small.frame(vector.twoPacketMessage.packets.flatMap { Array($0.bytes.dropFirst(5)) })
        #expect(Array(sent.readableBytesView) == vector.twoPacketMessage.packets.flatMap(\.bytes))
    }

    /// Every packet of every recorded connection, as its sender made it and as its receiver opens it.
    @Test(arguments: ["token-session", "resume-session", "stock-client-token"])
    func recordedConnections(name: String) throws {
        struct Recording: Decodable {
            struct ECDH: Decodable { var sessionKey: HexBytes }
            var ecdh: ECDH?
            var sessionKey: HexBytes?
            var digests: RecordedDigests
            var messages: [RecordedMessage]
        }
        let vector = try Vectors.load(name, as: Recording.self)
        let key = try #require(SessionKey(bytes: (vector.ecdh?.sessionKey ?? vector.sessionKey)?.bytes ?? []))
        var client = PacketCodec()
        var server = PacketCodec()
        var isEncrypted = false
        for recorded in vector.messages {
            if recorded.iv != nil, !isEncrypted {
                isEncrypted = true
                let clientVector = vector.messages.first { $0.fromClient && $0.counter == 0 }?.iv?.bytes
                let serverVector = vector.messages.first { !$0.fromClient && $0.counter == 0 }?.iv?.bytes
                try client.enableEncryption(key: key, initializationVector: clientVector)
                try server.enableEncryption(key: key, initializationVector: serverVector)
            }
            var wire: ByteBuffer
            if recorded.fromClient {
                wire = try client.frame(recorded.plaintext.bytes)
                server.receive(wire)
                #expect(try message(&server) == recorded.plaintext.bytes, "\(recorded.name)")
            } else {
                wire = try server.frame(recorded.plaintext.bytes)
                // One byte at a time: nothing before the last byte.
                for byte in wire.readableBytesView.dropLast() {
                    client.receive(ByteBuffer(bytes: [byte]))
                    #expect(try client.nextPacket() == nil)
                }
                client.receive(ByteBuffer(bytes: wire.readableBytesView.suffix(1)))
                #expect(try message(&client) == recorded.plaintext.bytes, "\(recorded.name)")
            }
            #expect(Array(wire.readableBytesView) == recorded.wire.bytes, "\(recorded.name)")
            if recorded.name == "shared-port-connect" {
                client.resetDigests()
                server.resetDigests()
            }
        }
        #expect(isEncrypted)
    }

    /// The packets that were recorded alone, with their additional data and counters.
    @Test func recordedPackets() throws {
        let vector = try Vectors.load("aes-gcm-packets", as: PacketVectors.self)
        let key = try #require(SessionKey(bytes: vector.key.bytes))
        var ciphers: [String: PacketCipher] = [:]
        for packet in vector.packets {
            let isFirst = packet.counter == 0
            var cipher =
                ciphers[packet.dir]
                ?? PacketCipher(key: key, vector: packet.ivUsed.bytes, handshakeDigests: Array(packet.aad.bytes.dropLast(5)))
            var opening = cipher
            var sealed = [UInt8](repeating: 0, count: packet.plaintext.bytes.count + PacketCipher.tagLength)
            try packet.plaintext.bytes.withUnsafeBytes { plaintext in
                try sealed.withUnsafeMutableBytes { try cipher.seal(plaintext, header: packet.header.bytes, into: $0) }
            }
            #expect(packet.header.bytes + (isFirst ? packet.ivUsed.bytes : []) + sealed == packet.wire.bytes)
            var opened = [UInt8](repeating: 0, count: packet.wire.bytes.count)
            let count = try packet.wire.bytes.dropFirst(5).withUnsafeBytes { body in
                try opened.withUnsafeMutableBytes { try opening.open(body, header: packet.header.bytes, into: $0) }
            }
            #expect(Array(opened.prefix(count)) == packet.plaintext.bytes)
            ciphers[packet.dir] = cipher
        }
        #expect(vector.packets.count == 3)
    }

    @Test func refusesWrongHeaders() throws {
        for header in [[11, 0, 0, 0, 1], [255, 0, 0, 0, 1], [1, 0, 0, 0, 0], [0, 0, 0x10, 0, 1], [1, 0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]] {
            var codec = PacketCodec()
            codec.receive(ByteBuffer(bytes: header))
            let first = #expect(throws: CedarError.self) { try codec.nextPacket() }
            codec.receive(ByteBuffer(bytes: [1, 0, 0, 0, 1, 7]))
            let second = #expect(throws: CedarError.self) { try codec.nextPacket() }
            #expect(first == second)
        }
        // Any end flag up to 10 counts.
        var codec = PacketCodec()
        codec.receive(ByteBuffer(bytes: [10, 0, 0, 0, 1, 7]))
        #expect(try codec.nextPacket()?.endsMessage == true)
    }

    @Test func changedPacketsFail() throws {
        let key = try #require(SessionKey(bytes: [UInt8](repeating: 7, count: 32)))
        var sender = PacketCodec()
        try sender.enableEncryption(key: key)
        let wire = Array(try sender.frame(Array("hello".utf8)).readableBytesView)
        for index in wire.indices where index == 0 || index > 4 {
            var changed = wire
            changed[index] ^= 1
            var receiver = PacketCodec()
            try receiver.enableEncryption(key: key)
            receiver.receive(ByteBuffer(bytes: changed))
            #expect(throws: CedarError(.integrity, "")) { try receiver.nextPacket() }
        }
        var receiver = PacketCodec()
        try receiver.enableEncryption(key: key)
        receiver.receive(ByteBuffer(bytes: [1, 0, 0, 0, 31] + [UInt8](repeating: 0, count: 31)))
        #expect(throws: CedarError(.malformed, "")) { try receiver.nextPacket() }
    }

    /// What a 25.14 schedd sends whose socket is full: one packet of 2 to 60 MB.
    @Test func largePacketsAreReadFromAnAuthenticatedPeer() throws {
        let key = try #require(SessionKey(bytes: [UInt8](repeating: 7, count: 32)))
        var sender = PacketCodec(packetLength: .max)
        var receiver = PacketCodec()
        try sender.enableEncryption(key: key)
        try receiver.enableEncryption(key: key)
        receiver.acceptsLargePackets = true
        // The first carries the vector; small packets come in between.
        for length in [2_000_000, 5, 1_048_544, 1_048_545, 60_000_000, 1] {
            let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) }
            var wire = try sender.frame(message)
            // In pieces as from a socket, the last of which holds the start of the next packet.
            while let piece = wire.readSlice(length: min(wire.readableBytes, 65_536)), piece.readableBytes > 0 {
                #expect(try receiver.nextPacket() == nil)
                receiver.receive(piece)
            }
            #expect(receiver.bufferedByteCount == length + 5 + 16 + (length == 2_000_000 ? 16 : 0))
            let packet = try #require(try receiver.nextPacket())
            #expect(packet.endsMessage)
            #expect(packet.payload.readableBytesView.elementsEqual(message))
            // No more memory than the packet needs: it was decrypted in place, in a buffer of the next power of two.
            #expect(packet.payload.storageCapacity < 2 * (length + 37))
            #expect(receiver.bufferedByteCount == 0)
        }
        // Several at once, in both of which a byte counts.
        var both = try sender.frame([UInt8](repeating: 1, count: 3_000_000))
        both.writeImmutableBuffer(try sender.frame([UInt8](repeating: 2, count: 3_000_000)))
        receiver.receive(both)
        #expect(try receiver.nextPacket()?.payload == ByteBuffer(repeating: 1, count: 3_000_000))
        #expect(try receiver.nextPacket()?.payload == ByteBuffer(repeating: 2, count: 3_000_000))
        #expect(try receiver.nextPacket() == nil)
        var changed = try sender.frame([UInt8](repeating: 3, count: 3_000_000))
        let last: UInt8 = try #require(changed.getInteger(at: changed.writerIndex - 1))
        changed.setInteger(last ^ 1, at: changed.writerIndex - 1)
        receiver.receive(changed)
        #expect(throws: CedarError(.integrity, "")) { try receiver.nextPacket() }
    }

    @Test func largePacketsAreRefusedFromAnybodyElse() throws {
        let key = try #require(SessionKey(bytes: [UInt8](repeating: 7, count: 32)))
        func refuses(_ length: UInt32, encrypted: Bool, accepts: Bool) throws -> Bool {
            var receiver = PacketCodec()
            if encrypted { try receiver.enableEncryption(key: key) }
            receiver.acceptsLargePackets = accepts
            var header = ByteBuffer(bytes: [0])
            header.writeInteger(length)
            receiver.receive(header)
            do throws(CedarError) {
                return try receiver.nextPacket() != nil
            } catch {
                return error.code == .limitExceeded
            }
        }
        #expect(try refuses(1_048_577, encrypted: true, accepts: false))
        #expect(try refuses(1_048_577, encrypted: false, accepts: true))
        #expect(try !refuses(1_048_577, encrypted: true, accepts: true))
        #expect(try !refuses(64 << 20, encrypted: true, accepts: true))
        #expect(try refuses(64 << 20 + 1, encrypted: true, accepts: true))
        #expect(try refuses(.max, encrypted: true, accepts: true))
    }

    @Test func clearTextBeforeEncryptionIsAuthenticated() throws {
        let key = try #require(SessionKey(bytes: [UInt8](repeating: 7, count: 32)))
        var sender = PacketCodec()
        var receiver = PacketCodec()
        receiver.receive(try sender.frame([1, 2, 3]))
        #expect(try receiver.nextPacket() != nil)
        var otherReceiver = PacketCodec()
        otherReceiver.receive(try PacketCodec().framed([1, 2, 4]))
        #expect(try otherReceiver.nextPacket() != nil)
        try sender.enableEncryption(key: key)
        try receiver.enableEncryption(key: key)
        try otherReceiver.enableEncryption(key: key)
        let wire = try sender.frame([9])
        receiver.receive(wire)
        #expect(try message(&receiver) == [9])
        otherReceiver.receive(wire)
        #expect(throws: CedarError(.integrity, "")) { try otherReceiver.nextPacket() }
    }

    @Test func piecesOfAMessage() throws {
        var sender = PacketCodec(packetLength: 10)
        var receiver = PacketCodec()
        #expect(try sender.frame([UInt8]()).readableBytes == 0)
        receiver.receive(try sender.frame([UInt8](repeating: 1, count: 25), endsMessage: false))
        #expect(throws: CedarError(.unexpectedEvent, "")) { try sender.frame([UInt8]()) }
        receiver.receive(try sender.frame([UInt8](repeating: 2, count: 5)))
        #expect(try message(&receiver) == [UInt8](repeating: 1, count: 25) + [UInt8](repeating: 2, count: 5))
    }
}

extension PacketCodec {
    /// One message framed by a fresh codec.
    consuming func framed(_ bytes: [UInt8]) throws -> ByteBuffer {
        try frame(bytes)
    }
}
