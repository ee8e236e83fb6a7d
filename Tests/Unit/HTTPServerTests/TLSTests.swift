import HTTPMessages
import HTTPServer
import HTTPTypes
import NIOCore
import NIOHTTP2
import NIOSSL
import TLS
import Testing

@Suite struct TLSTests {
    struct Broken: Error {}

    private static let folder = String(#filePath.dropLast("TLSTests.swift".count)) + "Fixtures/"

    static func material() throws -> TLSMaterial {
        try TLSMaterial(certificateFile: folder + "server-cert.pem", keyFile: folder + "server-key.pem")
    }

    @Test func speaksHTTP2() async throws {
        let responder: Server.Responder = { request in
            guard let body = try? await request.body.collect(upTo: 1 << 20) else { return .text("failed", status: .badRequest) }
            return .text("\(request.method) \(request.target.rawPath) \(request.authority) \(request.isSecure) \(body.readableBytes)")
        }
        try await TestServer.run(tls: Self.material(), responder: responder) { server in
            try await HTTP2Client.connected(to: server.address) { client in
                let get = try await client.request("GET", "/a", fields: [("x-request-id", "abc")])
                #expect(get.status == "200")
                #expect(get.body == "GET /a localhost true 0")
                #expect(get.headers["x-request-id"] == "abc")
                #expect(get.headers["content-length"] == "23")
                #expect(get.endedCleanly)
                let put = try await client.request("PUT", "/b", body: ["hello", String(repeating: "x", count: 30_000)])
                #expect(put.body == "PUT /b localhost true 30005")
                let head = try await client.request("HEAD", "/c")
                #expect(head.body.isEmpty && head.headers["content-length"] == "24" && head.endedCleanly)
                let host = try await client.request("GET", "/d", authority: nil, fields: [("host", "other")])
                #expect(host.body == "GET /d other true 0")
                let answers = try await withThrowingTaskGroup(of: HTTP2Client.Answer.self) { group in
                    for number in 0..<20 { group.addTask { try await client.request("GET", "/\(number)") } }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1.body) }
                }
                #expect(answers.count == 20)
            }
        }
    }

    @Test func refusesOverHTTP2() async throws {
        try await TestServer.run(tls: Self.material(), responder: HostileClientTests.echo) { server in
            try await HTTP2Client.connected(to: server.address) { client in
                #expect(try await client.request("GET", "/%zz").status == "400")
                #expect(try await client.request("GET", "/", authority: "a", fields: [("host", "b")]).status == "400")
                #expect(try await client.request("GET", "/", authority: nil).status == "400")
                #expect(try await client.request("GET", "http://x/").status == "400")
                // A body that is refused is not waited for.
                let refused = try await client.request("PUT", "/", fields: [("content-length", "1000")], body: ["x"], endsBody: false)
                #expect(refused.status == "413")
                #expect(refused.reset == .noError)
                let undeclared = try await client.request("PUT", "/", body: [String(repeating: "x", count: 65)], endsBody: false)
                #expect(undeclared.status == "413")
                #expect(try await client.request("GET", "/alive").body == "GET alive ")
            }
        }
    }

    @Test func continueOverHTTP2() async throws {
        try await TestServer.run(tls: Self.material(), responder: HostileClientTests.echo) { server in
            try await HTTP2Client.connected(to: server.address) { client in
                let answer = try await client.request(
                    "PUT", "/a", fields: [("expect", "100-continue"), ("content-length", "1000")], endsBody: false)
                #expect(answer.interim.isEmpty)
                #expect(answer.status == "413")
            }
        }
    }

    @Test func streamsOverHTTP2() async throws {
        let responder: Server.Responder = { request in
            .stream(type: "text/plain") { writer in
                for _ in 0..<10 { try await writer.write(ByteBuffer(repeating: UInt8(ascii: "x"), count: 100_000)) }
                if request.target.rawPath == "/broken" { throw Broken() }
            }
        }
        try await TestServer.run(tls: Self.material(), responder: responder) { server in
            try await HTTP2Client.connected(to: server.address) { client in
                let whole = try await client.request("GET", "/")
                #expect(whole.body.utf8.count == 1_000_000)
                #expect(whole.endedCleanly && whole.reset == nil)
                let cut = try await client.request("GET", "/broken")
                #expect(cut.status == "200")
                #expect(!cut.endedCleanly)
                #expect(cut.reset == .internalError)
            }
        }
    }

    @Test func streamWhoseReaderStallsIsReset() async throws {
        var limits = TestServer.patient
        limits.write = .milliseconds(200)
        let (ended, end) = AsyncStream.makeStream(of: Int.self)
        let responder: Server.Responder = { request in
            if request.target.rawPath == "/small" { return .text("hi") }
            return .stream(type: "application/octet-stream") { writer in
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
        try await TestServer.run(tls: Self.material(), limits: limits, responder: responder) { server in
            try await HTTP2Client.connected(to: server.address) { client in
                let answer = try await client.request("GET", "/") {
                    for await written in ended {
                        #expect(written < 8 * 1024 * 1024)
                        break
                    }
                }
                #expect(answer.reset == .cancel && !answer.endedCleanly)
                // The other streams of the connection are not touched.
                #expect(try await client.request("GET", "/small").body == "hi")
            }
        }
    }

    @Test func dribbledBodyOfAStreamIsRefused() async throws {
        var limits = TestServer.patient
        limits.bodyWindow = .milliseconds(100)
        try await TestServer.run(tls: Self.material(), limits: limits, responder: HostileClientTests.echo) { server in
            try await HTTP2Client.connected(to: server.address) { client in
                let answer = try await client.request("PUT", "/", body: ["x"], endsBody: false)
                #expect(answer.status == "408")
                #expect(answer.reset == .noError)
                #expect(try await client.request("GET", "/alive").body == "GET alive ")
            }
        }
    }

    @Test func stillSpeaksHTTP1() async throws {
        try await TestServer.run(tls: Self.material(), responder: { _ in .text("hi") }) { server in
            try await RawClient.connected(to: server.address, tls: true) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.readAnswer().body == "hi")
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(try await client.readAnswer().body == "hi")
                #expect(await client.readToEnd().text.isEmpty)
            }
        }
    }

    @Test func unfinishedHandshakeIsCut() async throws {
        var limits = TestServer.patient
        limits.handshake = .milliseconds(50)
        try await TestServer.run(tls: Self.material(), limits: limits, responder: { _ in .text("hi") }) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("\u{16}\u{3}\u{1}")
                #expect(await client.readToEnd().text.isEmpty)
            }
        }
    }

    @Test func plainRequestToTLSPortIsToldSo() async throws {
        let responder: Server.Responder = { _ in
            Issue.record("a plain request was taken")
            return .text("hi")
        }
        try await TestServer.run(tls: Self.material(), responder: responder) { server in
            for request in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
                try await RawClient.connected(to: server.address) { client in
                    try await client.send(request)
                    let answer = try await client.readAnswer()
                    #expect(answer.status == 400)
                    #expect(answer.field("content-type") == "application/problem+json" && answer.field("connection") == "close")
                    #expect(answer.body.contains(#""reason":"HTTPS_REQUIRED""#) && answer.body.contains("This port speaks HTTPS"))
                    #expect(answer.field("x-request-id").map { answer.body.contains("\"request_id\":\"\($0)\"") } == true)
                    #expect(await client.readToEnd().text.isEmpty)
                }
            }
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET /a?b HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n")
                let answer = try await client.readAnswer()
                #expect(answer.field("x-request-id") == "mine" && answer.body.contains(#""instance":"/a""#))
            }
        }
    }

    /// What a client still sends does not take the answer from it, and does not keep the connection.
    @Test func longPlainRequestToTLSPortIsCutAfterTheAnswer() async throws {
        var limits = TestServer.patient
        limits.linger = .minutes(5)
        limits.lingerBytes = 100_000
        try await TestServer.run(tls: Self.material(), limits: limits, responder: { _ in .text("hi") }) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + String(repeating: "x", count: 50_000))
                #expect(try await client.readAnswer().status == 400)
                try? await client.send(String(repeating: "x", count: 200_000))
                #expect(await client.readToEnd().text.isEmpty)
            }
        }
    }

    @Test func otherBytesThanAHandshakeAreCut() async throws {
        try await TestServer.run(tls: Self.material(), responder: { _ in .text("hi") }) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("\u{5}\u{1}\u{0}GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(!(await client.readToEnd().text.contains("HTTP/1.1")))
            }
        }
    }

    /// What an administrator reads.
    @Test func unusableFilesAreExplained() throws {
        let (certificate, key) = (Self.folder + "server-cert.pem", Self.folder + "server-key.pem")
        let client = Self.folder + "Clients/"
        func reason(_ certificate: String, _ key: String) -> String {
            do throws(TLSError) {
                _ = try TLSMaterial(certificateFile: certificate, keyFile: key)
                return "none"
            } catch {
                return error.description
            }
        }
        #expect(reason("/nonexistent", key) == "opening /nonexistent: No such file or directory")
        #expect(reason(key, key) == "there is no certificate in \(key)")
        #expect(reason(certificate, client + "key.pem").hasPrefix("the key does not belong to the certificate: "))
        // Neither is a password asked for on the terminal.
        for file in [certificate, client + "locked-key.pem"] {
            #expect(reason(certificate, file).hasPrefix("\(file) does not hold a private key that can be read without a password"))
        }
        #expect(reason(client + "alice.pem", client + "key.pem") == "none")
    }

    @Test func badFilesAreRefused() throws {
        #expect(throws: (any Error).self) { try TLSMaterial(certificateFile: "/nonexistent", keyFile: "/nonexistent") }
        let material = try Self.material()
        #expect(throws: (any Error).self) { try material.load(certificateFile: Self.folder + "server-cert.pem", keyFile: "/nonexistent") }
        #expect(throws: Never.self) {
            try material.load(certificateFile: Self.folder + "server-cert.pem", keyFile: Self.folder + "server-key.pem")
        }
    }
}
