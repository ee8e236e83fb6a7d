import HTTPMessages
import HTTPServer
import NIOConcurrencyHelpers
import NIOCore
import SeededGeneration
import Testing

/// HTTP/2 clients that flood a connection with frames that cost them little: the connection ends, and others are served.
@Suite(.timeLimit(.minutes(1))) struct HostileHTTP2Tests {
    private enum Frame: UInt8 {
        case data, headers, priority, rstStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }

    private static let preface = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    private static let settings = frame(.settings, flags: 0, stream: 0, [])
    /// `GET / https localhost`, of indices of HPACK's static table and one literal.
    private static let request: [UInt8] = [0x82, 0x87, 0x84, 0x41, 9] + Array("localhost".utf8)
    private static let endStream: UInt8 = 1
    private static let endHeaders: UInt8 = 4

    private static func frame(_ type: Frame, flags: UInt8, stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
        let length = UInt32(payload.count)
        return [
            UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length), type.rawValue, flags,
        ]
            + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) } + payload
    }

    /// Sends the frames that `flood` gives, piece by piece, until the server ends the connection; and sees that another client is served meanwhile.
    /// Returns how many requests reached the handler.
    private func flood(_ pieces: Int, _ flood: @escaping @Sendable (Int) -> [UInt8]) async throws -> Int {
        let handled = NIOLockedValueBox(0)
        let responder: Server.Responder = { request in
            if request.target.rawPath == "/other" { return .text("served") }
            handled.withLockedValue { $0 += 1 }
            return .text("flooded")
        }
        return try await TestServer.run(tls: TLSTests.material(), responder: responder) { server in
            let address = try server.address
            try await RawClient.connected(to: address, tls: true, protocols: ["h2"]) { client in
                try await client.send(Self.preface)
                try await client.send(ByteBuffer(bytes: Self.settings))
                async let ended: Void = { _ = await client.readToEnd() }()
                for piece in 0..<pieces {
                    do {
                        try await client.send(ByteBuffer(bytes: flood(piece)))
                    } catch {
                        break
                    }
                }
                // The server has ended it: nothing else would end this.
                await ended
            }
            try await HTTP2Client.connected(to: address) { client in
                let answer = try await client.request("GET", "/other")
                #expect(answer.body == "served")
            }
            return handled.withLockedValue { $0 }
        }
    }

    @Test func streamsThatAreResetAtOnce() async throws {
        let handled = try await flood(2000) { piece in
            (0..<50).flatMap { index -> [UInt8] in
                let stream = UInt32(2 * (piece * 50 + index) + 1)
                return Self.frame(.headers, flags: Self.endStream | Self.endHeaders, stream: stream, Self.request)
                    + Self.frame(.rstStream, flags: 0, stream: stream, [0, 0, 0, 8])
            }
        }
        #expect(handled < 2000)
    }

    @Test func aHeadThatIsTooLargeIsAnswered() async throws {
        var limits = TestServer.patient
        limits.headSize = 3000
        try await TestServer.run(tls: TLSTests.material(), limits: limits, responder: { _ in .text("served") }) { server in
            try await HTTP2Client.connected(to: server.address) { client in
                #expect(try await client.request("GET", "/a").body == "served")
                let long = String(repeating: "a", count: 3100)
                let many = (0..<200).map { ("x-\($0)", "y") }
                for (path, fields) in [
                    ("/a", [("x", long)]), ("/" + long, []), ("/a", many), ("/a", (0..<4).map { ("x-\($0)", String(long.prefix(900))) }),
                ] {
                    let answer = try await client.request("GET", path, fields: fields + [("x-request-id", "mine")])
                    #expect(answer.status == "431" && answer.headers["x-request-id"] == "mine")
                    #expect(answer.body.contains("HEAD_TOO_LARGE"))
                }
                // The connection goes on.
                let answer = try await client.request("GET", "/%zz", fields: [("x-request-id", "mine")])
                #expect(answer.status == "400" && answer.body.contains(#""instance":"/%25zz""#) && answer.headers["x-request-id"] == "mine")
                #expect(try await client.request("GET", "/a").body == "served")
            }
        }
    }

    @Test func aHeadWithoutEnd() async throws {
        let handled = try await flood(100_000) { piece in
            piece == 0
                ? Self.frame(.headers, flags: 0, stream: 1, Self.request)
                : Self.frame(.continuation, flags: 0, stream: 1, [0x40, 1, UInt8(ascii: "x"), 10] + [UInt8](repeating: UInt8(ascii: "y"), count: 10))
        }
        #expect(handled == 0)
    }

    @Test func emptyPiecesOfAHead() async throws {
        let handled = try await flood(100_000) { piece in
            piece == 0 ? Self.frame(.headers, flags: 0, stream: 1, Self.request) : Self.frame(.continuation, flags: 0, stream: 1, [])
        }
        #expect(handled == 0)
    }

    /// One name of 4,000 bytes in the table, and then thousands of references to it.
    @Test func aHeadThatGrowsWhenItIsUnpacked() async throws {
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: 3900)
        let literal: [UInt8] = [0x40, 1, UInt8(ascii: "x"), 0x7F, 0xBD, 0x1D] + long
        let handled = try await flood(2000) { piece in
            piece == 0
                ? Self.frame(.headers, flags: Self.endStream | Self.endHeaders, stream: 1, Self.request + literal)
                : Self.frame(
                    .headers, flags: Self.endStream | Self.endHeaders, stream: UInt32(2 * piece + 1),
                    Self.request + [UInt8](repeating: 0xBE, count: 10_000))
        }
        #expect(handled <= 1)
    }

    @Test func emptyPiecesOfABody() async throws {
        let post: [UInt8] = [0x83] + Self.request.dropFirst()
        _ = try await flood(100_000) { piece in
            piece == 0 ? Self.frame(.headers, flags: Self.endHeaders, stream: 1, post) : Self.frame(.data, flags: 0, stream: 1, [])
        }
    }

    @Test func framesThatMeanNothing() async throws {
        _ = try await flood(10_000) { _ in Self.frame(.settings, flags: 0, stream: 7, [1, 2, 3]) }
        _ = try await flood(10_000) { _ in Self.frame(.windowUpdate, flags: 0, stream: 0, [0x7F, 0xFF, 0xFF, 0xFF]) }
        _ = try await flood(10_000) { _ in Self.frame(.pushPromise, flags: Self.endHeaders, stream: 1, [0, 0, 0, 2] + Self.request) }
        _ = try await flood(10_000) { _ in [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1] }
    }

    @Test func randomFrames() async throws {
        let seed: UInt64 = 20_261_121
        for round in 0..<20 {
            let generator = NIOLockedValueBox(SeededGenerator(seed: seed + UInt64(round)))
            _ = try await flood(20_000) { _ in
                generator.withLockedValue { generator in
                    let length = Int.random(in: 0...40, using: &generator)
                    let payload = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
                    let type = Frame(rawValue: UInt8.random(in: 0...9, using: &generator)) ?? .data
                    return Self.frame(
                        type, flags: UInt8.random(in: 0...255, using: &generator), stream: UInt32.random(in: 0...9, using: &generator), payload)
                }
            }
        }
    }

    /// Answers that nobody takes: the windows stay shut, and what waits is bounded.
    @Test func manyStreamsOfWhichNothingIsRead() async throws {
        let open = NIOLockedValueBox((now: 0, most: 0))
        let responder: Server.Responder = { request in
            if request.target.rawPath == "/other" { return .text("served") }
            return .stream(type: "application/octet-stream") { body in
                open.withLockedValue {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                defer { open.withLockedValue { $0.now -= 1 } }
                for _ in 0..<10_000 { try await body.write(ByteBuffer(repeating: 0, count: 65_536)) }
            }
        }
        var limits = TestServer.patient
        limits.streamsPerConnection = 20
        limits.write = .milliseconds(200)
        try await TestServer.run(tls: TLSTests.material(), limits: limits, responder: responder) { server in
            let address = try server.address
            try await RawClient.connected(to: address, tls: true, protocols: ["h2"]) { client in
                try await client.send(Self.preface)
                try await client.send(ByteBuffer(bytes: Self.settings))
                try await client.send(ByteBuffer(bytes: Self.frame(.settings, flags: 1, stream: 0, [])))
                async let ended: Void = { _ = await client.readToEnd() }()
                for stream in 0..<500 {
                    let bytes = Self.frame(.headers, flags: Self.endStream | Self.endHeaders, stream: UInt32(2 * stream + 1), Self.request)
                    guard (try? await client.send(ByteBuffer(bytes: bytes))) != nil else { break }
                }
                try await HTTP2Client.connected(to: address) { other in
                    let answer = try await other.request("GET", "/other")
                    #expect(answer.body == "served")
                }
                client.finishSending()
                await ended
            }
        }
        #expect(open.withLockedValue { $0.most } <= 20)
        #expect(open.withLockedValue { $0.now } == 0)
    }
}
