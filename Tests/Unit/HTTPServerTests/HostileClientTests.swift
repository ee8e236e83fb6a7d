import HTTPMessages
import HTTPServer
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import SeededGeneration
import Testing

/// Clients that lie, dawdle, or know HTTP better than is good for a server.
@Suite struct HostileClientTests {
    /// Answers with the method, the decoded path and the body, of which it takes 64 bytes.
    static let echo: Server.Responder = { request in
        do {
            let body = try await request.body.collect(upTo: 64)
            return .text("\(request.method) \(request.target.segments.joined(separator: "|")) \(String(buffer: body))")
        } catch let problem as Problem {
            return problem.response(instance: nil, requestID: request.id)
        } catch {
            return .text("\(error)", status: .internalServerError)
        }
    }

    /// Sends bytes, and gives the first answer and what followed it.
    private func exchange(_ text: String, finish: Bool = false) async throws -> (answer: RawClient.Answer, rest: String) {
        var limits = TestServer.patient
        limits.halfClosed = .minutes(1)
        return try await TestServer.run(limits: limits, responder: Self.echo) { server in
            let result = try await RawClient.connected(to: server.address) { client in
                try await client.send(text)
                if finish { client.finishSending() }
                let answer = try await client.readAnswer()
                if answer.field("connection") == "close" { return (answer, await client.readToEnd().text) }
                return (answer, "")
            }
            // The process lives and serves others.
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.readAnswer().body == "GET alive ")
            }
            return result
        }
    }

    @Test(arguments: [
        // Request smuggling: two opinions on where the body ends.
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
            400
        ),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
            400
        ),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nhello", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nhello\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n", 400),
        // Heads that are none.
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x/../y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX-Remote-User: al\u{1}ice\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX-Remote-User: al\0ice\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nX\u{e4}: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400),
        ("GE T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET http://user@x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /%f HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /%c0%af HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}hello over TLS\r\n\r\n", 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        ("GET / HTTP/3.7\r\nHost: x\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n", 417),
    ])
    func refuses(_ request: String, _ status: Int) async throws {
        let (answer, rest) = try await exchange(request)
        #expect(answer.status == status || (status == 505 && answer.status == 400), "\(request.debugDescription): \(answer.head)")
        #expect(answer.field("connection") == "close", "\(request.debugDescription)")
        #expect(!rest.contains("HTTP/1.1"), "\(request.debugDescription): a second answer: \(rest)")
        #expect(!answer.body.contains("smuggled"))
    }

    @Test(arguments: [
        ("GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n", "GET a/b "),
        ("GET /a%252fb HTTP/1.1\r\nHost: x\r\n\r\n", "GET a%2fb "),
        ("GET //a HTTP/1.1\r\nHost: x\r\n\r\n", "GET |a "),
        ("GET /./a/.. HTTP/1.1\r\nHost: x\r\n\r\n", "GET .|a|.. "),
        ("GET /%2e%2e/a HTTP/1.1\r\nHost: x\r\n\r\n", "GET ..|a "),
        ("GET /%c3%a4 HTTP/1.1\r\nHost: x\r\n\r\n", "GET \u{e4} "),
        ("GET http://other/a HTTP/1.1\r\nHost: x\r\n\r\n", "GET a "),
        ("GET /a HTTP/1.0\r\n\r\n", "GET a "),
        ("GET /a HTTP/1.1\r\nHost:\r\n\r\n", "GET a "),
        ("POST /a HTTP/1.1\r\nhOST: x\r\nTRANSFER-encoding: CHUNKED\r\n\r\n2;ext=1\r\nhi\r\n0\r\nTrailer: x\r\n\r\n", "POST a hi"),
    ])
    func takes(_ request: String, _ body: String) async throws {
        let (answer, _) = try await exchange(request)
        #expect(answer.status == 200)
        #expect(answer.body == body)
    }

    @Test(arguments: [
        ("Connection: close", "HTTP/1.1", true), ("Connection: Close", "HTTP/1.1", true), ("connection: foo ,\tCLOSE", "HTTP/1.1", true),
        ("Connection: keep-alive", "HTTP/1.1", false), ("X: close", "HTTP/1.1", false), ("X: y", "HTTP/1.0", true),
        ("Connection: Keep-Alive", "HTTP/1.0", false),
    ])
    func closesWhenAsked(_ field: String, _ version: String, _ closes: Bool) async throws {
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET /a \(version)\r\nHost: x\r\n\(field)\r\n\r\n")
                let answer = try await client.readAnswer()
                #expect(answer.status == 200)
                #expect((answer.field("connection") == "close") == closes)
                if closes {
                    let (rest, wasReset) = await client.readToEnd()
                    #expect(rest.isEmpty && !wasReset)
                } else {
                    if version == "HTTP/1.0" { #expect(answer.field("connection") == "keep-alive") }
                    try await client.send("GET /b \(version)\r\nHost: x\r\n\r\n")
                    #expect(try await client.readAnswer().body == "GET b ")
                }
            }
        }
    }

    @Test(arguments: [
        "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
        "Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: x", "Upgrade: h2c",
    ])
    func ignoresUpgrades(_ fields: String) async throws {
        let (answer, rest) = try await exchange("POST /a HTTP/1.1\r\nHost: x\r\n\(fields)\r\nContent-Length: 2\r\n\r\nhi")
        #expect(answer.status == 200)
        #expect(answer.body == "POST a hi")
        #expect(answer.field("connection") == "close")
        #expect(rest.isEmpty)
    }

    @Test(arguments: [
        ("GET /a HTTP/1.1\r\nX-Request-Id: mine\r\n\r\n", 400, "/a"),
        ("GET /a?token=x HTTP/1.1\r\nHost: x\r\nHost: y\r\nx-request-id:mine\r\n\r\n", 400, "/a"),
        ("GET /%zz/%41?b HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n", 400, "/%25zz/%41"),
        ("GET /\"<\\ HTTP/1.1\r\nHost: a b\r\nX-Request-Id: mine\r\n\r\n", 400, "/%22%3C%5C"),
        ("GET /a HTTP/1.1\r\nHost: x\r\nExpect: y\r\nX-Request-Id: mine\r\n\r\n", 417, "/a"),
        ("POST /a HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "/a"),
        ("GET /a HTTP/1.1\r\nX-Request-Id: mine\r\n folded\r\n\r\n", 400, "/a"),
        ("GET /a HTTP/3.7\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n", 505, "/a"),
        // A bare line feed is not another version.
        ("GET /a HTTP/1.1\nHost: x\nX-Request-Id: mine\n\n", 400, "/a"),
        ("GET /a HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\nX: " + String(repeating: "a", count: 90_000) + "\r\n\r\n", 431, "/a"),
        ("GET /eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln HTTP/1.1\r\nX-Request-Id: mine\r\n\r\n", 400, "/%5Btoken%5D"),
    ])
    func refusalSaysWhatWasRefused(_ request: String, _ status: Int, _ instance: String) async throws {
        let (answer, _) = try await exchange(request)
        #expect(answer.status == status, "\(answer.head)")
        #expect(answer.field("x-request-id") == "mine")
        for member in ["\"instance\":\"\(instance)\"", "\"request_id\":\"mine\"", "\"status\":\(status)"] {
            #expect(answer.body.contains(member), "\(member) is not in \(answer.body)")
        }
    }

    @Test func refusedHeadRequestHasNoBody() async throws {
        let (answer, rest) = try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("HEAD /a HTTP/1.1\r\nHost: a b\r\n\r\n")
                return (try await client.read(through: "\r\n\r\n"), await client.readToEnd().text)
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 400 ") && answer.contains("\r\nContent-Length: "))
        #expect(rest.isEmpty)
    }

    @Test func whiteSpaceAroundAValueIsNoPartOfIt() async throws {
        for (field, body) in [
            ("Content-Length: 2 ", "POST a hi"), ("Content-Length:\t2", "POST a hi"), ("Content-Length: 2\r\nAccept: text/html \t ", "POST a hi"),
            ("Content-Length: 2\r\nExpect: 100-continue ", "POST a hi"),
        ] {
            let (answer, _) = try await exchange("POST /a HTTP/1.1\r\nHost: x \r\n\(field)\r\n\r\nhi")
            #expect(answer.status == 200, "\(field)")
            #expect(answer.body == body, "\(field)")
        }
    }

    @Test(arguments: ["BREW", "get", "PROPFIND"])
    func methodsThatNobodyKnowsAreHandedOn(_ method: String) async throws {
        // The decoder knows its list of methods only.
        let (answer, rest) = try await exchange("\(method) /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(answer.status == 200 && answer.body == "\(method) a ")
        #expect(answer.field("connection") == "close")
        #expect(rest.isEmpty)
    }

    @Test func refusalArrivesWhileTheRestIsStillSent() async throws {
        try await TestServer.run(responder: Self.echo) { server in
            for request in [
                "GET /" + String(repeating: "a", count: 1_000_000) + " HTTP/1.1\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n" + String(repeating: "A: b\r\n", count: 100_000),
            ] {
                try await RawClient.connected(to: server.address) { client in
                    try await client.send(request)
                    let (text, wasReset) = await client.readToEnd()
                    #expect(text.hasPrefix("HTTP/1.1 4") && !wasReset, "\(text.prefix(100))")
                }
            }
        }
    }

    @Test func refusesLongHeads() async throws {
        let long = String(repeating: "a", count: 90_000)
        for request in [
            "GET / HTTP/1.1\r\nHost: x\r\nX: \(long)\r\n\r\n", "GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n" + (0..<200).map { "X\($0): y\r\n" }.joined() + "\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n" + (0..<100).map { "X\($0): \(long.prefix(900))\r\n" }.joined() + "\r\n",
        ] {
            let (answer, _) = try await exchange(request)
            #expect(answer.status == 431)
            #expect(answer.field("content-type") == "application/problem+json")
            #expect(answer.field("connection") == "close")
        }
    }

    @Test func neverEndingHeadIsRefused() async throws {
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n")
                for number in 0..<40 {
                    // The server may have closed already, which is what is wanted.
                    try? await client.send("X\(number): \(String(repeating: "y", count: 4000))\r\n")
                }
                #expect(try await client.readAnswer().status == 431)
            }
        }
    }

    @Test func declaredExcessIsRefusedBeforeItIsSent() async throws {
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n")
                let answer = try await client.readAnswer()
                #expect(answer.status == 413)
                #expect(answer.field("connection") == "close")
                let (rest, wasReset) = await client.readToEnd()
                #expect(rest.isEmpty && !wasReset)
            }
        }
    }

    @Test func undeclaredExcessIsRefusedWhenReached() async throws {
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                try await client.send("20\r\n\(String(repeating: "a", count: 32))\r\n")
                try await client.send("21\r\n\(String(repeating: "a", count: 33))\r\n")
                let answer = try await client.readAnswer()
                #expect(answer.status == 413)
                #expect(answer.field("connection") == "close")
            }
        }
    }

    @Test func answerToRefusedBodyIsReadableWhileItIsSent() async throws {
        // A client that sends on regardless for a while still gets the answer, not a reset.
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 64 * 1024)
                try await client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n")
                for _ in 0..<16 { try await client.send(chunk) }
                #expect(try await client.readAnswer().status == 413)
            }
        }
    }

    @Test func smallUnreadBodyIsSkipped() async throws {
        try await TestServer.run(responder: { request in .text(request.target.rawPath) }) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
                let first = try await client.readAnswer()
                #expect(first.body == "/a")
                #expect(first.field("connection") == nil)
                try await client.send(String(repeating: "x", count: 1000) + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.readAnswer().body == "/b")
            }
        }
    }

    @Test func sends100WhenTheBodyIsAskedFor() async throws {
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                for _ in 0..<2 {
                    try await client.send("PUT /a HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n")
                    #expect(try await client.readAnswer().head == "HTTP/1.1 100 Continue\r\n\r\n")
                    try await client.send("hi")
                    #expect(try await client.readAnswer().body == "PUT a hi")
                }
            }
        }
    }

    @Test func refusesWithout100() async throws {
        try await TestServer.run(responder: Self.echo) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("PUT /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n")
                let answer = try await client.readAnswer()
                #expect(answer.status == 413)
                #expect(answer.field("connection") == "close")
            }
        }
    }

    @Test func bodyThatEndsEarlyIsNoBody() async throws {
        let (answer, _) = try await exchange("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhi", finish: true)
        #expect(answer.status == 400)
        #expect(answer.body.contains("INCOMPLETE_BODY"))
        let (chunked, _) = try await exchange("PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", finish: true)
        #expect(chunked.status == 400)
    }

    @Test func halfClosedClientGetsItsAnswer() async throws {
        let (answer, _) = try await exchange("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", finish: true)
        #expect(answer.body == "GET a ")
    }

    @Test func pipeliningWithoutReadingIsHeldBack() async throws {
        let served = NIOLockedValueBox(0)
        let responder: Server.Responder = { _ in
            served.withLockedValue { $0 += 1 }
            return .text(String(repeating: "x", count: 10_000))
        }
        var limits = TestServer.patient
        limits.write = .milliseconds(200)
        let requests = ByteBuffer(string: String(repeating: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", count: 2000))
        try await TestServer.run(limits: limits, responder: responder) { server in
            try await RawClient.connected(to: server.address, receiveBuffer: 4096) { client in
                // Ends when the server, which cannot send, has cut the connection.
                do { while true { try await client.send(requests) } } catch {}
            }
        }
        // What the system's buffers take of 10 kB answers, and not more.
        #expect(served.withLockedValue { $0 } < 3000)
    }

    @Test func pipelinedRequestsAfterABadOneAreNotServed() async throws {
        let (answer, rest) = try await exchange(
            "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer.body == "GET a ")
        #expect(!rest.contains("GET c"))
    }

    @Test func randomBytesNeverStopTheServer() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "GET", "POST", " ", "/", "/a%2", "HTTP/1.1", "HTTP/1.0", "\r\n", "\r\n\r\n", "\n", "Host: x", "Content-Length: 3", ":", "abc", "0",
            "Transfer-Encoding: chunked", "5\r\nhello", "Connection: close", "Expect: 100-continue", "Upgrade: h2c", "\0", "\u{ff}", "?", "%",
        ]
        let texts = (0..<300).map { _ in
            (0..<Int.random(in: 1...20, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
        try await TestServer.run(responder: Self.echo) { server in
            for (round, text) in texts.enumerated() {
                try await RawClient.connected(to: server.address) { client in
                    try? await client.send(text)
                    client.finishSending()
                    let (answer, _) = await client.readToEnd()
                    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 "), "seed \(seed) round \(round): \(text.debugDescription)")
                }
            }
        }
    }
}
