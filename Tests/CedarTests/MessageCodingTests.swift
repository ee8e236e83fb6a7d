import NIOCore
import Testing

@testable import Cedar

@Suite struct MessageCodingTests {
    @Test func recordedClearMessage() throws {
        let vector = try Vectors.load("framing", as: FramingVector.self)
        let bytes = Array(vector.message_plain.wire.bytes.dropFirst(5))
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
        let bytes = vector.strings_when_encrypted.plaintext.bytes
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
            #expect(try decoder.attempt { (copy) throws(CedarError) in [try copy.readInteger(), try copy.readInteger()] } == [number.frac, number.exp])
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
