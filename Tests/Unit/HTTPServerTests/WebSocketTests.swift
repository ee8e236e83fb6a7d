import HTTPMessages
import HTTPTypes
import NIOCore
import Testing

@testable import HTTPServer

/// WebSocket connections, by raw bytes.
@Suite struct WebSocketTests {
    private static let handshake =
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: b, a\r\n\r\n"

    private static let echo: Server.Responder = { request in
        guard request.target.rawPath == "/ws" else { return .text("no") }
        do {
            return try .webSocket(request, protocols: ["a", "b"], messageLimit: 1000) { inbound, outbound in
                while let message = try await inbound.next() {
                    switch message {
                    case .text("end"): return
                    case .text("fail"): throw StreamingTests.Broken()
                    case .text(let text): try await outbound.send(text)
                    case .binary(let bytes): try await outbound.send(bytes)
                    }
                }
            }
        } catch {
            return (error as? Problem)?.response(instance: nil, requestID: nil) ?? .text("not a problem: \(error)")
        }
    }

    private func frames(_ parts: (WebSocketFrame.Opcode, String)...) -> ByteBuffer {
        var buffer = ByteBuffer()
        for (opcode, text) in parts { WebSocketFrame.encode(opcode, ByteBuffer(string: text), mask: 0x1234_5678, into: &buffer) }
        return buffer
    }

    @Test func echoesAndCloses() async throws {
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                // The first frame is glued to the handshake.
                var start = ByteBuffer(string: Self.handshake)
                start.writeImmutableBuffer(frames((.text, "first")))
                try await client.send(start)
                let head = try await client.read(through: "\r\n\r\n")
                #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
                for line in [
                    "Connection: Upgrade\r\n", "Upgrade: websocket\r\n", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
                    "Sec-WebSocket-Protocol: a\r\n",
                ] { #expect(head.contains(line), "\(line)") }
                #expect(!head.contains("Transfer-Encoding") && !head.contains("Content-Length"))
                #expect(try await client.read(through: "first").utf8.count > 5)
                try await client.send(frames((.ping, "are you there"), (.text, "second")))
                #expect(try await client.read(through: "are you there").contains("are you there"))
                _ = try await client.read(through: "second")
                var close = ByteBuffer()
                WebSocketFrame.encode(WebSocketClose(1000, "bye"), mask: 7, into: &close)
                try await client.send(close)
                _ = try await client.read(through: "bye")
                let (rest, wasReset) = await client.readToEnd()
                #expect(rest.isEmpty && !wasReset)
            }
        }
    }

    @Test(arguments: [("end", ""), ("fail", "")])
    func theServerEndsIt(_ word: String, _ reason: String) async throws {
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send(Self.handshake)
                _ = try await client.read(through: "\r\n\r\n")
                try await client.send(frames((.text, word)))
                client.finishSending()
                let (rest, wasReset) = await client.readToEnd()
                #expect(rest.unicodeScalars.count == 4 && !wasReset, "a close frame with a code")
            }
        }
    }

    @Test func whoBreaksTheProtocolIsTold() async throws {
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send(Self.handshake)
                _ = try await client.read(through: "\r\n\r\n")
                try await client.send(frames((.text, String(repeating: "x", count: 1001))))
                _ = try await client.read(through: "a message is larger than 1000 bytes")
            }
        }
    }

    @Test func refusalsAreOrdinaryAnswers() async throws {
        try await TestServer.run(responder: Self.echo) { server in
            for (old, new) in [
                ("Version: 13", "Version: 8"), ("dGhlIHNhbXBsZSBub25jZQ==", "short"), ("Upgrade: websocket", "Upgrade: h2c"),
                ("keep-alive, Upgrade", "keep-alive"), ("GET", "POST"),
            ] {
                try await RawClient.connected(to: server.address) { client in
                    try await client.send(Self.handshake.replacing(old, with: new))
                    let answer = try await client.readAnswer()
                    #expect(answer.status == 400 && answer.field("content-type") == "application/problem+json", "\(new)")
                }
            }
            try await RawClient.connected(to: server.address) { client in
                try await client.send(Self.handshake.replacing("/ws", with: "/other"))
                #expect(try await client.readAnswer().body == "no")
            }
        }
    }

    @Test func aClientThatGoesAwayEndsTheConversation() async throws {
        let (ended, end) = AsyncStream.makeStream(of: Bool.self)
        let responder: Server.Responder = { request in
            (try? .webSocket(request) { inbound, _ in
                do {
                    let message = try await inbound.next()
                    end.yield(message == nil)
                } catch {
                    end.yield(true)
                    throw error
                }
            }) ?? .text("no")
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send(Self.handshake)
                _ = try await client.read(through: "\r\n\r\n")
            }
            for await wasEnd in ended {
                #expect(wasEnd)
                break
            }
        }
    }
}
