import Cryptography
package import NIOCore

/// The framing of a connection: turns received bytes into packets and messages into bytes, in clear until
/// ``enableEncryption(key:initializationVector:)``, with AES-GCM from then on.
///
/// A packet is a byte that tells whether it ends its message, its length as a big-endian 32-bit number, and its body of 1 to
/// 1,048,576 bytes. A schedd that answers without forking, and whose socket is full, sends larger ones (seen with 25.14), which HTCondor's
/// own client refuses; see ``acceptsLargePackets``. Take the packets one by one and let each have its effect before the next: the one that
/// completes the handshake switches encryption on for all that follow, and they may already have been received.
///
/// Source: HTCondor 25.14, `condor_io/reli_sock.cpp`; checked against recorded connections.
package struct PacketCodec: Sendable {
    /// One packet's plaintext.
    package struct Packet: Sendable, Equatable {
        package var payload: ByteBuffer
        /// True for the last packet of its message.
        package var endsMessage: Bool

        package init(payload: ByteBuffer, endsMessage: Bool) {
            self.payload = payload
            self.endsMessage = endsMessage
        }
    }

    /// Largest body of a packet in bytes that HTCondor accepts, the cipher's additions included.
    package static let maximumBodyLength = 1_048_576
    /// Largest body of a packet of a peer that may send large ones.
    package static let maximumLargeBodyLength = 64 << 20
    /// Bytes before the body.
    package static let headerLength = 5

    /// Plaintext bytes of one outgoing packet, at most.
    package let packetLength: Int
    /// Whether encrypted packets of up to ``maximumLargeBodyLength`` are read. Set this only once the peer is authenticated.
    package var acceptsLargePackets = false

    private var input = ByteBuffer()
    private var large: LargePacket?
    private var sentInClear = ClearDigest()
    private var receivedInClear = ClearDigest()
    private var sealing: PacketCipher?
    private var opening: PacketCipher?
    private var messageOpen = false
    private var failure: CedarError?

    /// - Parameter packetLength: plaintext bytes of one outgoing packet, brought into 1 … 67,108,832. HTCondor reads no more than 1,048,544.
    package init(packetLength: Int = 65_536) {
        let largest = Self.maximumLargeBodyLength - PacketCipher.vectorLength - PacketCipher.tagLength
        self.packetLength = min(max(packetLength, 1), largest)
    }

    /// True once both directions are encrypted: values then use the encrypted form of strings.
    package var isEncrypted: Bool { sealing != nil }

    /// Received bytes that no packet has been made of yet.
    package var bufferedByteCount: Int { input.readableBytes + (large?.byteCount ?? 0) }

    // MARK: Receiving

    /// Takes bytes from the connection.
    package mutating func receive(_ bytes: ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.discardReadBytes()
            input.writeImmutableBuffer(bytes)
        }
        large?.take(from: &input)
    }

    /// The next whole packet, or nil when more bytes are needed. After an error every call fails with the same error.
    package mutating func nextPacket() throws(CedarError) -> Packet? {
        if let failure { throw failure }
        do throws(CedarError) {
            return try readPacket()
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func readPacket() throws(CedarError) -> Packet? {
        if large != nil { return try readLargePacket() }
        let start = input.readerIndex
        guard let flag: UInt8 = input.getInteger(at: start), let length: UInt32 = input.getInteger(at: start + 1) else { return nil }
        guard flag <= 10 else { throw CedarError(.malformed, "a packet starts with \(flag): this is not the protocol of HTCondor") }
        let maximum = acceptsLargePackets && opening != nil ? Self.maximumLargeBodyLength : Self.maximumBodyLength
        guard length >= 1, length <= UInt32(maximum) else {
            throw CedarError(.limitExceeded, "a packet claims \(length) bytes; 1 to \(maximum) are allowed")
        }
        let bodyLength = Int(length)
        guard bodyLength <= Self.maximumBodyLength else {
            large = LargePacket(header: input.readBytes(length: Self.headerLength) ?? [], length: bodyLength)
            large?.take(from: &input)
            return try readLargePacket()
        }
        guard input.readableBytes >= Self.headerLength + bodyLength else { return nil }
        guard let header = input.readBytes(length: Self.headerLength), let body = input.readSlice(length: bodyLength) else { return nil }
        guard opening != nil else {
            receivedInClear.update(header)
            body.withUnsafeReadableBytes { receivedInClear.update($0) }
            return Packet(payload: body, endsMessage: flag != 0)
        }
        return Packet(payload: try opened(body, header: header), endsMessage: flag != 0)
    }

    private mutating func readLargePacket() throws(CedarError) -> Packet? {
        guard var packet = large, packet.isWhole, var cipher = opening else { return nil }
        // Only this function holds the packet now, so that nothing copies it.
        large = nil
        let plaintext = try packet.open(with: &cipher)
        opening = cipher
        return Packet(payload: plaintext, endsMessage: packet.endsMessage)
    }

    private mutating func opened(_ body: ByteBuffer, header: [UInt8]) throws(CedarError) -> ByteBuffer {
        var plaintext = ByteBuffer()
        try body.withUnsafeReadableBytes { body throws(CedarError) in
            _ = try plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: body.count) { output throws(CedarError) in
                try opening?.open(body, header: header, into: output) ?? 0
            }
        }
        return plaintext
    }

    // MARK: Sending

    /// The bytes of a message, or of a piece of it, as packets.
    ///
    /// An empty message is nothing at all: the result is empty. The last piece of a message sent in pieces must not be empty,
    /// since there is no packet without a body.
    /// - Parameter endsMessage: false when more of the same message follows.
    package mutating func frame(_ message: [UInt8], endsMessage: Bool = true) throws(CedarError) -> ByteBuffer {
        try message.withUnsafeBufferPointer { bytes throws(CedarError) in
            try frame(UnsafeRawBufferPointer(bytes), endsMessage: endsMessage)
        }
    }

    /// As ``frame(_:endsMessage:)-([UInt8],_)``, for a buffer.
    package mutating func frame(_ message: ByteBuffer, endsMessage: Bool = true) throws(CedarError) -> ByteBuffer {
        try message.withUnsafeReadableBytes { bytes throws(CedarError) in try frame(bytes, endsMessage: endsMessage) }
    }

    private mutating func frame(_ message: UnsafeRawBufferPointer, endsMessage: Bool) throws(CedarError) -> ByteBuffer {
        guard !message.isEmpty else {
            if endsMessage, messageOpen { throw CedarError(.unexpectedEvent, "the last piece of a message must not be empty") }
            return ByteBuffer()
        }
        messageOpen = !endsMessage
        let packets = (message.count + packetLength - 1) / packetLength
        var output = ByteBuffer()
        output.reserveCapacity(message.count + packets * (Self.headerLength + PacketCipher.tagLength) + PacketCipher.vectorLength)
        var offset = 0
        while offset < message.count {
            let end = min(offset + packetLength, message.count)
            let piece = UnsafeRawBufferPointer(rebasing: message[offset..<end])
            let flag: UInt8 = end == message.count && endsMessage ? 1 : 0
            let length = piece.count + (sealing?.overhead ?? 0)
            let header = [flag] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
            output.writeBytes(header)
            if sealing != nil {
                if let cipher = sealing, cipher.isFirst, let vector = cipher.initialVector { output.writeBytes(vector) }
                _ = try output.writeWithUnsafeMutableBytes(minimumWritableBytes: piece.count + PacketCipher.tagLength) { bytes throws(CedarError) in
                    try sealing?.seal(piece, header: header, into: bytes)
                    return piece.count + PacketCipher.tagLength
                }
            } else {
                output.writeBytes(piece)
                sentInClear.update(header)
                sentInClear.update(piece)
            }
            offset = end
        }
        return output
    }

    // MARK: Changes of state

    /// Forgets what went over the connection so far, in both directions: called after the shared port request, which the daemon behind
    /// the port never sees.
    package mutating func resetDigests() {
        sentInClear = ClearDigest()
        receivedInClear = ClearDigest()
    }

    /// Encrypts every packet from now on, in both directions.
    /// - Parameter initializationVector: 16 random bytes, made here unless given; they must never repeat for a key.
    package mutating func enableEncryption(key: SessionKey, initializationVector: [UInt8]? = nil) throws(CedarError) {
        guard sealing == nil else { throw CedarError(.unexpectedEvent, "the connection is encrypted already") }
        guard !messageOpen else { throw CedarError(.unexpectedEvent, "encryption cannot start inside of a message") }
        let vector = initializationVector ?? RandomBytes.make(PacketCipher.vectorLength)
        guard vector.count == PacketCipher.vectorLength else {
            throw CedarError(.unexpectedEvent, "an initialization vector has \(PacketCipher.vectorLength) bytes")
        }
        let sent = sentInClear.finalized()
        let received = receivedInClear.finalized()
        sealing = PacketCipher(key: key, vector: vector, handshakeDigests: sent + received)
        opening = PacketCipher(key: key, vector: nil, handshakeDigests: received + sent)
    }
}

/// SHA-256 over the packets one direction carried in clear; 32 zero bytes when there were none.
struct ClearDigest: Sendable {
    /// Nil until the first bytes.
    private var hash: Hash?

    mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        if hash == nil { hash = Hash(.sha256) }
        hash?.update(bytes)
    }

    func finalized() -> [UInt8] {
        hash?.finalize() ?? [UInt8](repeating: 0, count: 32)
    }
}
