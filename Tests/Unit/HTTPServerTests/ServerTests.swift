import HTTPMessages
import HTTPServer
import HTTPTypes
import NIOCore
import Testing

@Suite struct ServerTests {
    @Test func answersOneRequestAfterTheOther() async throws {
        try await TestServer.run(responder: { request in .text("\(request.method) \(request.target.rawPath)") }) { server in
            try await RawClient.connected(to: server.address) { client in
                for path in ["/a", "/b", "/c"] {
                    try await client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                    let answer = try await client.readAnswer()
                    #expect(answer.status == 200)
                    #expect(answer.body == "GET \(path)")
                    #expect(answer.field("connection") == nil)
                }
            }
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await TestServer.run(responder: { request in .text(request.target.rawPath) }) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send((0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
                for number in 0..<50 {
                    #expect(try await client.readAnswer().body == "/\(number)")
                }
            }
        }
    }

    @Test func readsBodiesOfBothFramings() async throws {
        let responder: Server.Responder = { request in
            guard let body = try? await request.body.collect(upTo: 100) else { return .text("failed", status: .badRequest) }
            return .text(String(buffer: body))
        }
        try await TestServer.run(responder: responder) { server in
            try await RawClient.connected(to: server.address) { client in
                try await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
                #expect(try await client.readAnswer().body == "hello")
                try await client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nfoo\r\n4\r\nbarb\r\n0\r\n\r\n")
                #expect(try await client.readAnswer().body == "foobarb")
            }
        }
    }
}
