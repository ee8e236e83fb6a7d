import NIOCore
import SeededGeneration
import Testing

@testable import HTTPMessages

/// Frames of RFC 6455, without a socket.
@Suite struct WebSocketDecoderTests {
    private func events(_ bytes: [UInt8], side: WebSocketDecoder.Side = .client, limit: Int = 1 << 20) throws -> [WebSocketDecoder.Event] {
        var decoder = WebSocketDecoder(side: side, messageLimit: limit)
        decoder.receive(ByteBuffer(bytes: bytes))
        var events: [WebSocketDecoder.Event] = []
        while let event = try decoder.next() { events.append(event) }
        return events
    }

    private func failure(_ bytes: [UInt8], side: WebSocketDecoder.Side = .client, limit: Int = 1 << 20) -> UInt16? {
        do {
            _ = try events(bytes, side: side, limit: limit)
            return nil
        } catch {
            return (error as? WebSocketClose)?.code
        }
    }

    /// The examples of RFC 6455, section 5.7.
    @Test func examplesOfTheRFC() throws {
        #expect(try events([0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]) == [.text("Hello")])
        #expect(try events([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58], side: .server) == [.text("Hello")])
        #expect(try events([0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f]) == [.text("Hello")])
        #expect(try events([0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]) == [.ping(ByteBuffer(string: "Hello"))])
        #expect(try events([0x82, 0x7e, 0x01, 0x00] + [UInt8](repeating: 7, count: 256)) == [.binary(ByteBuffer(repeating: 7, count: 256))])
        let long = [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0] + [UInt8](repeating: 7, count: 65_536)
        #expect(try events(long) == [.binary(ByteBuffer(repeating: 7, count: 65_536))])
    }

    @Test func controlFramesComeBetweenThePiecesOfAMessage() throws {
        #expect(
            try events([0x01, 0x01, 0x61, 0x8a, 0x00, 0x80, 0x01, 0x62, 0x88, 0x02, 0x03, 0xe8]) == [
                .pong(ByteBuffer()), .text("ab"), .close(.normal),
            ])
        #expect(try events([0x88, 0x00, 0x81, 0x01, 0x61]) == [.close(nil)], "nothing comes after a close")
        #expect(try events([0x88, 0x04, 0x0f, 0xa0, 0x68, 0x69]) == [.close(WebSocketClose(4000, "hi"))])
    }

    @Test(
        arguments: [
            ([0xc1, 0x00], 1002), ([0x83, 0x00], 1002), ([0x8b, 0x00], 1002), ([0x09, 0x00], 1002), ([0x89, 0x7e, 0x00, 0x7e], 1002),
            ([0x80, 0x00], 1002),
            ([0x01, 0x01, 0x61, 0x81, 0x01, 0x62], 1002), ([0x82, 0x7e, 0x00, 0x7d], 1002), ([0x82, 0x7f, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 1002),
            ([0x82, 0x7f, 0xff, 0, 0, 0, 0, 0, 0, 0], 1002), ([0x81, 0x80, 1, 2, 3, 4], 1002), ([0x88, 0x01, 0x03], 1002),
            ([0x88, 0x02, 0x03, 0xed], 1002),
            ([0x88, 0x02, 0x00, 0x00], 1002), ([0x88, 0x03, 0x03, 0xe8, 0xff], 1007), ([0x81, 0x01, 0xff], 1007),
            ([0x01, 0x01, 0xc3, 0x80, 0x01, 0x28], 1007),
            ([0x82, 0x0b], 1009), ([0x02, 0x06, 1, 2, 3, 4, 5, 6, 0x80, 0x05], 1009),
        ] as [([UInt8], UInt16)])
    func brokenProtocolIsSaid(_ bytes: [UInt8], _ code: UInt16) {
        #expect(failure(bytes, limit: 10) == code)
    }

    @Test func serversDemandMasks() {
        #expect(failure([0x81, 0x00], side: .server) == 1002)
    }

    @Test func aCharacterMayBeCutByFrames() throws {
        #expect(try events([0x01, 0x01, 0xc3, 0x80, 0x01, 0xa4]) == [.text("\u{e4}")])
    }

    @Test func randomMessagesInRandomPiecesComeBack() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            var wire = ByteBuffer()
            var wanted: [WebSocketDecoder.Event] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let size = [0, 1, 125, 126, 127, 65_535, 65_536].randomElement(using: &random) ?? 0
                var rest = ByteBuffer(bytes: (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
                wanted.append(.binary(rest))
                var opcode = WebSocketFrame.Opcode.binary
                repeat {
                    let piece = rest.readSlice(length: Int.random(in: 0...rest.readableBytes, using: &random)) ?? ByteBuffer()
                    let isFinal = rest.readableBytes == 0
                    WebSocketFrame.encode(opcode, piece, isFinal: isFinal, mask: .random(in: 0 ... .max, using: &random), into: &wire)
                    opcode = .continuation
                    if isFinal { break }
                } while true
            }
            var decoder = WebSocketDecoder(side: .server)
            var found: [WebSocketDecoder.Event] = []
            while wire.readableBytes > 0 {
                let piece = wire.readSlice(length: Int.random(in: 1...min(wire.readableBytes, 40_000), using: &random))
                decoder.receive(try #require(piece))
                while let event = try decoder.next() { found.append(event) }
            }
            #expect(found == wanted, "seed \(seed)")
        }
    }

    @Test func randomBytesNeverTrap() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random) : [0x81, 0x82, 0x01, 0x7e, 0x7f, 0xff, 0].randomElement(using: &random) ?? 0
            }
            for side in [WebSocketDecoder.Side.client, .server] { _ = failure(bytes, side: side) }
        }
    }

    /// The example of RFC 6455, section 1.3.
    @Test func keysAreAccepted() {
        #expect(Response.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }
}
