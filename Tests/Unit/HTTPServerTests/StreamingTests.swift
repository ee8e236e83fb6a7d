import HTTPEndpoints
import HTTPMessages
import HTTPServer
import HTTPTypes
import NIOCore
import Testing

@Suite struct StreamingTests {
    struct Broken: Error {}

    @Test func streamsInChunks() async throws {
        let responder: Server.Responder = { _ in
            .stream(type: "text/plain") { writer in
                for part in ["one", "", "two"] { try await writer.write(ByteBuffer(string: part)) }
            }
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                for _ in 0..<2 {
                    try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    let head = try await client.read(through: "\r\n\r\n")
                    #expect(head.contains("Transfer-Encoding: chunked\r\n"))
                    #expect(try await client.read(through: "0\r\n\r\n") == "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
                }
            }
        }
    }

    @Test func streamsOfKnownLengthHaveIt() async throws {
        let responder: Server.Responder = { _ in
            .stream(type: "text/plain", length: 6) { writer in
                for part in ["one", "two"] { try await writer.write(ByteBuffer(string: part)) }
            }
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = try await client.readAnswer()
                #expect(answer.field("transfer-encoding") == nil)
                #expect(answer.body == "onetwo")
            }
        }
    }

    @Test(arguments: [2, 8])
    func wrongLengthBreaksTheConnection(_ length: Int) async throws {
        let responder: Server.Responder = { _ in
            .stream(type: "text/plain", length: length) { writer in
                for part in ["one", "two"] { try await writer.write(ByteBuffer(string: part)) }
            }
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let (text, _) = await client.readToEnd()
                #expect(text.contains("Content-Length: \(length)\r\n"))
                #expect(text.hasSuffix(length == 8 ? "\r\n\r\nonetwo" : "\r\n\r\n"))
            }
        }
    }

    @Test func failureAfterTheHeadCutsTheAnswer() async throws {
        let responder: Server.Responder = { _ in
            .stream(type: "text/plain") { writer in
                try await writer.write(ByteBuffer(string: "one"))
                throw Broken()
            }
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let (text, _) = await client.readToEnd()
                #expect(text.hasSuffix("\r\n\r\n3\r\none\r\n"))
            }
            // HTTP/1.0 has nothing but the end of the connection to end a body with, so it has to be no clean end.
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.0\r\n\r\n")
                #expect(await client.readToEnd().wasReset)
            }
        }
    }

    @Test func http10StreamsEndWithTheConnection() async throws {
        let responder: Server.Responder = { _ in
            .stream(type: "text/plain") { writer in try await writer.write(ByteBuffer(string: "one")) }
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let (text, wasReset) = await client.readToEnd()
                #expect(text.hasSuffix("\r\n\r\none") && !text.contains("chunked"))
                #expect(!wasReset)
            }
        }
    }

    @Test func headHasNoBody() async throws {
        let responder: Server.Responder = { request in
            request.target.rawPath == "/stream"
                ? .stream(type: "text/plain") { _ in Issue.record("a body was written for HEAD") } : .text("hello")
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let first = try await client.read(through: "\r\n\r\n")
                #expect(first.contains("Content-Length: 5\r\n"))
                let second = try await client.read(through: "\r\n\r\n")
                #expect(second.hasPrefix("HTTP/1.1 200 OK\r\n") && !second.contains("chunked") && !second.contains("Content-Length"))
                #expect(try await client.readAnswer().body == "hello")
            }
        }
    }

    @Test func statusesWithoutBodyHaveNone() async throws {
        let responder: Server.Responder = { request in
            Response(status: request.target.rawPath == "/304" ? .notModified : .noContent, headers: [.eTag: "\"x\""])
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                for path in ["/304", "/204", "/304"] {
                    try await client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                    let head = try await client.read(through: "\r\n\r\n")
                    #expect(head.hasPrefix("HTTP/1.1 \(path.dropFirst()) "))
                    #expect(!head.contains("chunked"))
                    #expect(!head.contains("Content-Length"))
                }
            }
        }
    }

    @Test func goneClientCancelsTheHandler() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (cancelled, cancel) = AsyncStream.makeStream(of: Bool.self)
        let responder: Server.Responder = { _ in
            start.yield()
            let (never, _keep) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            _ = _keep
            cancel.yield(Task.isCancelled)
            return .text("late")
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                for await _ in started { break }
            }
            for await wasCancelled in cancelled {
                #expect(wasCancelled)
                break
            }
        }
    }

    @Test func goneClientEndsTheStream() async throws {
        let (ended, end) = AsyncStream.makeStream(of: (any Error).self)
        let responder: Server.Responder = { _ in
            .stream(type: "application/octet-stream") { writer in
                do {
                    while true { try await writer.write(ByteBuffer(repeating: 0, count: 64 * 1024)) }
                } catch {
                    end.yield(error)
                    throw error
                }
            }
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await client.read(through: "\r\n\r\n")
            }
            for await error in ended {
                #expect(error is ConnectionClosed || error is CancellationError)
                break
            }
        }
    }

    @Test func slowReaderIsCutAndDoesNotFillMemory() async throws {
        var limits = TestServer.patient
        limits.write = .milliseconds(200)
        let (ended, end) = AsyncStream.makeStream(of: Int.self)
        let responder: Server.Responder = { _ in
            .stream(type: "application/octet-stream") { writer in
                var written = 0
                do {
                    while true {
                        try await writer.write(ByteBuffer(repeating: 0, count: 64 * 1024))
                        written += 64 * 1024
                    }
                } catch {
                    end.yield(written)
                    throw error
                }
            }
        }
        try await TestServer.run(limits: limits, responder: responder) { server in
            try await RawClient.connected(to: server.address, receiveBuffer: 4096) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                for await written in ended {
                    // What the system's own buffers take, and not more.
                    #expect(written < 32 * 1024 * 1024)
                    break
                }
            }
        }
    }

    @Test func eachPieceOfACompressedStreamCanBeReadAtOnce() async throws {
        let json = "[" + (0..<2000).map { "{\"ClusterId\":\($0),\"JobStatus\":2}" }.joined(separator: ",") + "]"
        let (turns, next) = AsyncStream.makeStream(of: Void.self)
        let responder: Server.Responder = { _ in
            .stream(type: "application/x-ndjson") { body in
                try await body.write(ByteBuffer(string: "{\"first\":1}\n"))
                for await _ in turns { break }
                try await body.write(ByteBuffer(string: json))
            }
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n")
                let head = try await client.read(through: "\r\n\r\n").lowercased()
                #expect(head.contains("content-encoding: gzip\r\n") && head.contains("transfer-encoding: chunked\r\n"))
                // A chunk has come although the second piece has not been written.
                _ = try await client.read(through: "\r\n")
                next.yield()
                _ = try await client.read(through: "\r\n0\r\n\r\n")
            }
        }
    }

    @Test func trailersComeAndGo() async throws {
        let responder: Server.Responder = { request in
            let received = (try? await request.body.collect()).map { String(buffer: $0) } ?? "?"
            let checksum = request.body.trailers?[HTTPField.Name("X-Checksum")!] ?? "none"
            return .stream(type: "text/plain") { writer in
                try await writer.write(ByteBuffer(string: received))
                writer.setTrailers([HTTPField.Name("X-Seen")!: checksum])
            }
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send(
                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Checksum: 42\r\nHost: y\r\n\r\n")
                #expect(try await client.read(through: "\r\n0\r\nX-Seen: 42\r\n\r\n").hasSuffix("2\r\nhi\r\n0\r\nX-Seen: 42\r\n\r\n"))
                try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nyo")
                #expect(try await client.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
                #expect(try await client.read(through: "\r\n\r\n") == "2\r\nyo\r\n0\r\nX-Seen: none\r\n\r\n")
            }
        }
    }

    @Test func eventsAndPings() async throws {
        let responder: Server.Responder = { _ in
            let (events, send) = AsyncStream.makeStream(of: ServerSentEvent.self)
            send.yield(ServerSentEvent(name: "hold", id: "7", data: "a\nb"))
            return .events(events, pingInterval: .milliseconds(1))
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.read(through: "\r\n\r\n").contains("content-type: text/event-stream\r\n".capitalizedFields))
                #expect(try await client.read(through: "data: b\n\n").contains("event: hold\nid: 7\ndata: a\n"))
                _ = try await client.read(through: ": ping\n\n")
            }
        }
    }
}

extension String {
    fileprivate var capitalizedFields: String { "Content-Type" + dropFirst("Content-Type".count) }
}
