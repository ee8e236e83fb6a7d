import ClassAd
import NIOCore
import Testing

@testable import Cedar

@Suite struct MessageCodingTests {
    @Test func recordedClearMessage() throws {
        let vector = try Vectors.load("framing", as: FramingVector.self)
        let bytes = Array(vector.messagePlain.wire.bytes.dropFirst(5))
        var decoder = MessageDecoder(message: bytes, encrypted: false)
        #expect(try decoder.readInteger() == 1)
        #expect(try decoder.readInteger() == -2)
        #expect(try decoder.readString() == "hi")
        #expect(try decoder.readOptionalString() == "")
        #expect(try decoder.readOptionalString() == nil)
        try decoder.readEndOfMessage()
        var encoder = MessageEncoder(encrypted: false)
        encoder.write(integer: 1)
        encoder.write(integer: Int32(-2))
        encoder.write(string: "hi")
        encoder.write(string: "")
        encoder.writeNullString()
        #expect(encoder.bytes == bytes)
    }

    @Test func recordedEncryptedMessage() throws {
        let vector = try Vectors.load("framing", as: FramingVector.self)
        let bytes = vector.stringsWhenEncrypted.plaintext.bytes
        var decoder = MessageDecoder(message: bytes, encrypted: true)
        #expect(try decoder.readInteger() == 1)
        #expect(try decoder.readString() == "hi")
        #expect(try decoder.readString() == "")
        try decoder.readEndOfMessage()
        var encoder = MessageEncoder(encrypted: true)
        encoder.write(integer: 1)
        encoder.write(string: "hi")
        encoder.write(string: "")
        #expect(encoder.bytes == bytes)
        encoder.writeNullString()
        var null = MessageDecoder(message: Array(encoder.bytes.suffix(9)), encrypted: true)
        #expect(try null.readOptionalString() == nil)
    }

    @Test func recordedDoubles() throws {
        let vector = try Vectors.load("framing", as: FramingVector.self)
        for number in vector.double {
            var encoder = MessageEncoder(encrypted: true)
            encoder.write(double: number.value)
            var decoder = MessageDecoder(message: encoder.bytes, encrypted: true)
            #expect(
                try decoder.attempt { (copy) throws(CedarError) in [try copy.readInteger(), try copy.readInteger()] } == [
                    number.frac, number.exp,
                ])
            decoder = MessageDecoder(message: encoder.bytes, encrypted: true)
            let read = try decoder.readDouble()
            #expect(abs(read - number.value) <= abs(number.value) * 1e-9)
        }
        for value in [Double.infinity, -.infinity, .nan] {
            var encoder = MessageEncoder(encrypted: true)
            encoder.write(double: value)
            #expect(encoder.bytes == [UInt8](repeating: 0, count: 16))
        }
    }

    @Test func aMessageIsReadWhileItArrives() throws {
        var encoder = MessageEncoder(encrypted: true)
        encoder.write(integer: 42)
        encoder.write(string: "some words")
        encoder.write(double: 0.5)
        encoder.write(byte: 9)
        var decoder = MessageDecoder(encrypted: true)
        var values: [String] = []
        for (index, byte) in encoder.bytes.enumerated() {
            try decoder.append(.init(payload: ByteBuffer(bytes: [byte]), endsMessage: index == encoder.bytes.count - 1))
            do {
                switch values.count {
                case 0: values.append(String(try decoder.readInteger()))
                case 1: values.append(try decoder.readString())
                case 2: values.append(String((try decoder.readDouble() * 100).rounded()))
                default: values.append(String(try decoder.readByte()))
                }
            } catch {
                #expect(error == .incomplete)
            }
        }
        #expect(values == ["42", "some words", "50.0", "9"])
        try decoder.readEndOfMessage()
        #expect(throws: CedarError.incomplete) { try decoder.readInteger() }
    }

    @Test func endOfMessage() throws {
        var decoder = MessageDecoder(encrypted: false)
        #expect(throws: CedarError.incomplete) { try decoder.readEndOfMessage() }
        try decoder.append(.init(payload: ByteBuffer(bytes: [1, 2]), endsMessage: true))
        #expect(throws: CedarError(.unexpectedEvent, "")) { try decoder.append(.init(payload: ByteBuffer(bytes: [1]), endsMessage: true)) }
        #expect(throws: CedarError(.trailingBytes, "")) { try decoder.readEndOfMessage() }
        #expect(throws: CedarError(.messageTooShort, "")) { try decoder.readInteger() }
        #expect(try decoder.readByte() == 1)
        #expect(try decoder.readByte() == 2)
        #expect(decoder.isAtEndOfMessage)
        try decoder.readEndOfMessage()
        try decoder.append(.init(payload: ByteBuffer(bytes: [3]), endsMessage: false))
        #expect(throws: CedarError.incomplete) { try decoder.discardMessage() }
        try decoder.append(.init(payload: ByteBuffer(bytes: [3]), endsMessage: true))
        try decoder.discardMessage()
        #expect(!decoder.hasWholeMessage)
    }

    @Test func wrongStringsAreRefused() {
        func read(_ bytes: [UInt8], encrypted: Bool = true) -> CedarError.Code? {
            var decoder = MessageDecoder(message: bytes, encrypted: encrypted)
            do {
                _ = try decoder.readString()
                return nil
            } catch {
                return error.code
            }
        }
        func length(_ value: Int64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) } }
        #expect(read(length(0)) == .malformed)
        #expect(read(length(-1)) == .malformed)
        #expect(read(length(.min)) == .malformed)
        #expect(read(length(.max)) == .limitExceeded)
        #expect(read(length(10_000_001)) == .limitExceeded)
        #expect(read(length(10)) == .messageTooShort)
        #expect(read(length(2) + [65, 66]) == .malformed)
        #expect(read(length(2) + [65, 0]) == nil)
        #expect(read([65, 66], encrypted: false) == .messageTooShort)
        #expect(read([], encrypted: false) == .messageTooShort)
    }

    @Test func limits() throws {
        var encoder = MessageEncoder(encrypted: false)
        encoder.write(integer: 11)
        var decoder = MessageDecoder(message: encoder.bytes, encrypted: false)
        #expect(throws: CedarError(.limitExceeded, "")) { try decoder.readCount(limit: 10) }
        #expect(throws: CedarError(.malformed, "")) { try decoder.readBytes(-1) }
        #expect(throws: CedarError(.limitExceeded, "")) { try decoder.readBytes(.max) }
        #expect(try decoder.readCount(limit: 11) == 11)

        var small = MessageDecoder(encrypted: false, bufferLimit: 4)
        try small.append(.init(payload: ByteBuffer(bytes: [1, 2, 3]), endsMessage: false))
        #expect(throws: CedarError(.limitExceeded, "")) { try small.append(.init(payload: ByteBuffer(bytes: [1, 2]), endsMessage: false)) }
    }

    @Test func stringsEndAtNul() {
        var encoder = MessageEncoder(encrypted: true)
        encoder.write(string: "a\0b")
        #expect(encoder.bytes == [0, 0, 0, 0, 0, 0, 0, 2, 97, 0])
    }
}

@Suite struct AdCodingTests {
    @Test func recordedAds() throws {
        let vector = try Vectors.load("framing", as: FramingVector.self).classad
        for (bytes, encrypted) in [(vector.plainBytes.bytes, false), (vector.encryptedModeBytes.bytes, true)] {
            var decoder = MessageDecoder(message: bytes, encrypted: encrypted)
            let ad = try decoder.readAd()
            try decoder.readEndOfMessage()
            #expect(ad.names.map { "\($0) = \(ad.expressionText($0) ?? "")" } == vector.lines)
            #expect(ad.string("D") == #"back\slash "q""#)
            var encoder = MessageEncoder(encrypted: encrypted)
            encoder.write(ad: ad)
            #expect(encoder.bytes == bytes)
            encoder = MessageEncoder(encrypted: encrypted)
            encoder.write(ad: ad.classAd())
            // The recorded line C has a space after each comma; expressions are written without.
            var written = MessageDecoder(message: encoder.bytes, encrypted: encrypted)
            let copy = try written.readAd()
            #expect(copy.names == ad.names)
            for name in ad.names {
                #expect(copy.expressionText(name) == ad.expressionText(name)?.replacing(", ", with: ","))
            }
        }
    }

    @Test func anAdArrivesByteByByte() throws {
        let vector = try Vectors.load("framing", as: FramingVector.self).classad
        for (bytes, encrypted) in [(vector.plainBytes.bytes, false), (vector.encryptedModeBytes.bytes, true)] {
            var encoder = MessageEncoder(encrypted: encrypted)
            encoder.write(integer: 1)
            let message = encoder.bytes + bytes + encoder.bytes + bytes
            var decoder = MessageDecoder(encrypted: encrypted)
            var ads = 0
            for (index, byte) in message.enumerated() {
                try decoder.append(.init(payload: ByteBuffer(bytes: [byte]), endsMessage: index == message.count - 1))
                do {
                    let ad = try decoder.attempt { (decoder) throws(CedarError) in
                        _ = try decoder.readInteger()
                        return try decoder.readAd()
                    }
                    #expect(ad.count == vector.lines.count)
                    ads += 1
                } catch {
                    #expect(error.code == .incomplete)
                }
            }
            #expect(ads == 2)
            try decoder.readEndOfMessage()
        }
    }

    /// A reply of many ads in one message needs the memory of a packet and an ad, however long it gets.
    @Test func manyAdsInOneMessage() throws {
        let vector = try Vectors.load("framing", as: FramingVector.self).classad
        var encoder = MessageEncoder(encrypted: true)
        encoder.write(integer: 1)
        let ad = encoder.bytes + vector.encryptedModeBytes.bytes
        let packetLength = 1_000
        let count = 5_000
        var decoder = MessageDecoder(encrypted: true)
        var pending: [UInt8] = []
        var sent = 0
        var received = 0
        var most = 0
        while received < count {
            while pending.count < packetLength, sent < count {
                pending += ad
                sent += 1
            }
            let packet = pending.prefix(packetLength)
            pending.removeFirst(packet.count)
            try decoder.append(.init(payload: ByteBuffer(bytes: packet), endsMessage: pending.isEmpty && sent == count))
            most = max(most, decoder.bufferedByteCount)
            do throws(CedarError) {
                while true {
                    let attributes = try decoder.attempt { (decoder) throws(CedarError) in
                        _ = try decoder.readInteger()
                        return try decoder.readAd().count
                    }
                    #expect(attributes == vector.lines.count)
                    received += 1
                }
            } catch {
                #expect(error == .incomplete || decoder.isAtEndOfMessage)
            }
        }
        try decoder.readEndOfMessage()
        #expect(most < packetLength + ad.count)
    }

    @Test func secretsAndDuplicates() throws {
        var encoder = MessageEncoder(encrypted: true)
        encoder.write(integer: 4)
        for line in ["A = 1", "ZKM", "ClaimId = \"secret\"", "a = 2", "B=3", "", ""] { encoder.write(string: line) }
        var decoder = MessageDecoder(message: encoder.bytes, encrypted: true)
        let ad = try decoder.readAd()
        try decoder.readEndOfMessage()
        #expect(ad.count == 3)
        #expect(ad.integer("A") == 2)
        #expect(ad.string("ClaimId") == "secret")
        #expect(ad.integer("b") == 3)
        var shown = MessageEncoder(encrypted: false)
        shown.write(ad: ad, includingPrivate: false, types: false)
        var again = MessageDecoder(message: shown.bytes, encrypted: false)
        let copy = try again.readAd(types: false)
        try again.readEndOfMessage()
        #expect(copy.count == 2)
        #expect(!copy.contains("ClaimId"))
        shown = MessageEncoder(encrypted: false)
        shown.write(ad: ad.classAd(), includingPrivate: false)
        again = MessageDecoder(message: shown.bytes, encrypted: false)
        #expect(try again.readAd().count == 2)
    }

    @Test func wrongAds() {
        func read(_ build: (inout MessageEncoder) -> Void) -> CedarError.Code? {
            var encoder = MessageEncoder(encrypted: true)
            build(&encoder)
            var decoder = MessageDecoder(message: encoder.bytes, encrypted: true)
            do {
                _ = try decoder.readAd()
                return nil
            } catch {
                return error.code
            }
        }
        #expect(read { $0.write(integer: -1) } == .malformed)
        #expect(read { $0.write(integer: 1_000_001) } == .limitExceeded)
        #expect(read { $0.write(integer: 1_000_000) } == .messageTooShort)
        #expect(read { $0.write(integer: 0) } == .messageTooShort)
        #expect(
            read {
                $0.write(integer: 1)
                for line in ["no equals sign", "", ""] { $0.write(string: line) }
            } == .malformed)
        #expect(
            read {
                $0.write(integer: 1)
                for line in ["= 5", "", ""] { $0.write(string: line) }
            } == .malformed)
    }
}
