import HTTPEndpoints
import HTTPMessages
import HTTPServer
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import ServiceLifecycle
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct ListenerTests {
    private func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        var template = Array("/tmp/htapi-listener-test.XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(path) }
        return try await body(path)
    }

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode : nil
    }

    @Test func listensOnSeveralAddresses() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            try await TestServer.run(
                addresses: [.tcp(host: "127.0.0.1", port: 0), .unix(path: path)], tls: TLSTests.material(), responder: { _ in .text("hi") }
            ) { server in
                #expect(server.addresses.count == 2)
                #expect(mode(path) == S_IFSOCK | 0o600)
                try await RawClient.connected(to: SocketAddress(unixDomainSocketPath: path)) { client in
                    try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try await client.readAnswer().body == "hi")
                }
                try await HTTP2Client.connected(to: server.address) { client in
                    let answer = try await client.request("GET", "/")
                    #expect(answer.body == "hi")
                }
            }
            #expect(mode(path) == nil)
        }
    }

    @Test func unixPeersAreKnown() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            let responder: Server.Responder = { request in
                .text(request.peerCredentials.map { "\($0.processID) \($0.userID) \($0.groupID)" } ?? "none")
            }
            try await TestServer.run(addresses: [.tcp(host: "127.0.0.1", port: 0), .unix(path: path)], responder: responder) { server in
                for (address, wanted) in [
                    (try SocketAddress(unixDomainSocketPath: path), "\(getpid()) \(geteuid()) \(getegid())"), (try server.address, "none"),
                ] {
                    try await RawClient.connected(to: address) { client in
                        try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                        #expect(try await client.readAnswer().body == wanted)
                    }
                }
            }
        }
    }

    @Test func servesAnInheritedSocket() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            defer { unlink(path) }
            let target = try SocketAddress(unixDomainSocketPath: path)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            #expect(target.withSockAddr { bind(descriptor, $0, socklen_t($1)) } == 0)
            #expect(listen(descriptor, 8) == 0)
            try await TestServer.run(
                addresses: [.inherited(descriptor: descriptor)], tls: TLSTests.material(), responder: { _ in .text("hi") }
            ) { server in
                #expect(server.addresses == [.inherited(descriptor: descriptor)])
                try await RawClient.connected(to: target) { client in
                    try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try await client.readAnswer().body == "hi")
                }
            }
        }
        await #expect(throws: Server.ListenFailure.self) {
            try await TestServer.run(addresses: [.inherited(descriptor: 1 << 20)], responder: { _ in .text("hi") }) { _ in }
        }
    }

    @Test func oneAddressThatCannotBeHadEndsTheOthers() async throws {
        try await TestServer.run(responder: { _ in .text("first") }) { server in
            let taken = server.addresses[0]
            let free = Server.Address.tcp(host: "127.0.0.1", port: 0)
            for addresses in [[taken], [free, taken], [taken, free], [free, .unix(path: "/nonexistent/socket")]] {
                do {
                    try await TestServer.run(addresses: addresses, responder: { _ in .text("second") }) { _ in
                        Issue.record("\(addresses) were listened at")
                    }
                } catch let failure as Server.ListenFailure {
                    #expect(failure.description.hasPrefix("cannot listen at "), "\(failure)")
                    #expect(
                        failure.description.contains(addresses.contains(taken) ? "\(taken): Address already in use" : "No such file"), "\(failure)")
                }
            }
        }
    }

    @Test func takesOverADeadSocketButNotALiveOne() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            try await TestServer.run(addresses: [.unix(path: path)], responder: { _ in .text("first") }) { server in
                await #expect(throws: (any Error).self) {
                    try await TestServer.run(addresses: [.unix(path: path)], responder: { _ in .text("second") }) { _ in }
                }
                try await RawClient.connected(to: server.address) { client in
                    try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try await client.readAnswer().body == "first")
                }
            }
        }
    }

    @Test func doesNotReplaceAFile() async throws {
        try await withDirectory { directory in
            let path = directory + "/file"
            close(open(path, O_CREAT | O_WRONLY, 0o644))
            defer { unlink(path) }
            await #expect(throws: (any Error).self) {
                try await TestServer.run(addresses: [.unix(path: path)], responder: { _ in .text("hi") }) { _ in }
            }
            #expect(mode(path) == S_IFREG | 0o644)
        }
    }

    @Test func takenPortIsAnError() async throws {
        try await TestServer.run(responder: { _ in .text("hi") }) { server in
            await #expect(throws: (any Error).self) {
                try await TestServer.run(addresses: server.addresses, responder: { _ in .text("hi") }) { _ in }
            }
        }
    }

    @Test func drainsGracefully() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let responder: Server.Responder = { _ in
            start.yield()
            for await _ in released { break }
            return .text("late")
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { idle in
                try await RawClient.connected(to: server.address) { busy in
                    try await busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    for await _ in started { break }
                    await server.services.triggerGracefulShutdown()
                    // What is idle is closed, what runs is answered.
                    #expect(await idle.readToEnd().text.isEmpty)
                    // For a moment, a program that another test starts may have all that this one had open.
                    var isRefused = false
                    for _ in 0..<1_000 where !isRefused {
                        do { try await RawClient.connected(to: server.address) { _ in } } catch { isRefused = true }
                    }
                    #expect(isRefused)
                    release.yield()
                    let answer = try await busy.readAnswer()
                    #expect(answer.body == "late")
                    #expect(answer.field("connection") == "close")
                }
            }
        }
    }

    /// What was written before the end arrives, however long the client takes to read it.
    @Test(arguments: [true, false])
    func answersArriveThoughTheConnectionEnds(_ byDrain: Bool) async throws {
        let (logged, log) = AsyncStream.makeStream(of: Void.self)
        let length = 16 << 20
        let responder: Server.Responder = { _ in .bytes(ByteBuffer(repeating: UInt8(ascii: "x"), count: length), type: "text/plain") }
        try await TestServer.run(accessLog: AccessLog { _ in log.yield() }, responder: responder) { server in
            try await RawClient.connected(to: server.address, receiveBuffer: 4096) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                for await _ in logged { break }
                // The answer is given, but most of it still waits for the client.
                if byDrain { await server.services.triggerGracefulShutdown() } else { client.finishSending() }
                let (text, wasReset) = await client.readToEnd()
                #expect(text.utf8.count > length && text.hasSuffix("xx") && !wasReset)
            }
        }
    }

    @Test func streamsLearnOfTheDrain() async throws {
        let responder: Server.Responder = { _ in
            let (events, send) = AsyncStream.makeStream(of: ServerSentEvent.self)
            send.yield(ServerSentEvent(name: "connected", data: "{}"))
            return .events(events, atShutdown: ServerSentEvent(name: "shutdown", data: "{}"))
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await client.read(through: "event: connected\ndata: {}\n\n")
                await server.services.triggerGracefulShutdown()
                let rest = await client.readToEnd().text
                #expect(rest.contains("event: shutdown\ndata: {}\n\n"))
                #expect(rest.hasSuffix("0\r\n\r\n"))
            }
        }
    }

    @Test func connectionsAboveTheCapWait() async throws {
        var limits = TestServer.patient
        limits.connections = 2
        try await TestServer.run(limits: limits, responder: { _ in .text("hi") }) { server in
            let address = try server.address
            try await RawClient.connected(to: address) { first in
                try await first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await first.readAnswer().body == "hi")
                try await RawClient.connected(to: address) { second in
                    try await second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try await second.readAnswer().body == "hi")
                }
            }
            // Both have gone, so that there is room again.
            for _ in 0..<5 {
                try await RawClient.connected(to: address) { client in
                    try await client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    #expect(try await client.readAnswer().body == "hi")
                }
            }
        }
    }

    @Test func accessLogHasNoSecrets() async throws {
        let records = NIOLockedValueBox<[AccessRecord]>([])
        let (logged, log) = AsyncStream.makeStream(of: Void.self)
        let accessLog = AccessLog { record in
            records.withLockedValue { $0.append(record) }
            log.yield()
        }
        try await TestServer.run(accessLog: accessLog, responder: { _ in .text("hello") }) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET /a?q=secret HTTP/1.1\r\nHost: x\r\nX-Request-Id: my.id-1\r\n\r\n")
                #expect(try await client.readAnswer().field("x-request-id") == "my.id-1")
                try await client.send("GET /a HTTP/1.1\r\nHost: x\r\nX-Request-Id: not an id\r\n\r\n")
                let id = try await client.readAnswer().field("x-request-id") ?? ""
                #expect(!id.isEmpty && id != "not an id")
            }
            for await _ in logged { break }
        }
        let first = try #require(records.withLockedValue { $0.first })
        #expect(first.status == .ok && first.bytes == 5 && first.isWhole && first.request.id == "my.id-1")
    }
}
