import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

import HTTPMessages
@testable import HTTPServer

/// The deadlines of a connection, on a clock that the tests turn.
@Suite struct HTTP1HandlerDeadlineTests {
    final class Connection {
        let channel = EmbeddedChannel()
        let exchanges: AsyncStream<Exchange>
        let limits = ServerLimits()

        init() throws {
            let (exchanges, continuation) = AsyncStream.makeStream(of: Exchange.self)
            self.exchanges = exchanges
            let meter = ByteMeter()
            let connection = ConnectionContext(limits: limits, isSecure: false, peer: nil, logger: TestServer.quiet)
            let unparsed = UnparsedBytes()
            try channel.pipeline.syncOperations.addHandlers([
                meter, unparsed, ByteToMessageHandler(HTTPRequestDecoder()),
                HTTP1Handler(connection: connection, meter: meter, unparsed: unparsed, exchanges: continuation),
            ])
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func send(_ text: String) throws {
            try channel.writeInbound(ByteBuffer(string: text))
        }

        func advance(_ seconds: Int64) {
            channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
        }

        var sent: String {
            get throws {
                var text = ""
                while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
                return text
            }
        }

        func next() async -> Exchange? {
            var iterator = exchanges.makeAsyncIterator()
            return await iterator.next()
        }

        func answer(_ exchange: Exchange, _ text: String = "") {
            exchange.handle.perform {
                $0.send(ResponseHead(status: .ok, headers: [:]), body: ByteBuffer(string: text), length: text.utf8.count, exchange: $1)
            }
        }
    }

    @Test func silentConnectionIsClosed() throws {
        let connection = try Connection()
        connection.advance(29)
        #expect(connection.channel.isActive)
        connection.advance(1)
        #expect(!connection.channel.isActive)
        #expect(try connection.sent == "")
    }

    @Test func dribbledHeadIsRefused() throws {
        let connection = try Connection()
        for byte in "GET / HTTP/1.1\r\nHost: example.org\r\n" {
            try connection.send(String(byte))
            connection.advance(1)
        }
        #expect(try connection.sent.hasPrefix("HTTP/1.1 408 "))
        connection.advance(2)
        #expect(!connection.channel.isActive)
    }

    @Test func dribbledBodyIsRefused() async throws {
        let connection = try Connection()
        try connection.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        let exchange = try #require(await connection.next())
        for _ in 0..<30 {
            #expect(connection.channel.isActive)
            try connection.send("x")
            connection.advance(1)
        }
        await #expect(throws: Problem.self) { try await exchange.request.body.collect() }
    }

    @Test func steadyBodyIsNot() throws {
        let connection = try Connection()
        try connection.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        for _ in 0..<90 {
            try connection.send(String(repeating: "x", count: 40))
            connection.advance(1)
            #expect(connection.channel.isActive)
        }
    }

    @Test func bodyThatIsNotAskedForYetHasTime() throws {
        let connection = try Connection()
        try connection.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n")
        connection.advance(1000)
        #expect(connection.channel.isActive)
    }

    @Test func idleConnectionIsClosed() async throws {
        let connection = try Connection()
        try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let exchange = try #require(await connection.next())
        connection.advance(500)
        connection.answer(exchange, "hi")
        #expect(try connection.sent.hasSuffix("\r\n\r\nhi"))
        connection.advance(119)
        #expect(connection.channel.isActive)
        connection.advance(1)
        #expect(!connection.channel.isActive)
    }

    @Test func quietConnectionEndsWithTheDrain() throws {
        let connection = try Connection()
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(!connection.channel.isActive)
    }

    @Test func runningRequestIsAnsweredDuringTheDrain() async throws {
        let connection = try Connection()
        try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let exchange = try #require(await connection.next())
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        connection.advance(20)
        #expect(connection.channel.isActive)
        connection.answer(exchange, "hi")
        let sent = try connection.sent
        #expect(sent.contains("Connection: close\r\n") && sent.hasSuffix("hi"))
        #expect(!connection.channel.isActive)
    }

    @Test func drainEnds() async throws {
        let connection = try Connection()
        try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try #require(await connection.next())
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        connection.advance(30)
        #expect(!connection.channel.isActive)
    }

    @Test func abandonedRequestIsCancelled() async throws {
        let connection = try Connection()
        try connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try #require(await connection.next())
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(connection.channel.isActive)
        connection.advance(1)
        #expect(!connection.channel.isActive)
    }

    @Test func answersOfEndedExchangesAreDropped() async throws {
        let connection = try Connection()
        try connection.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
        let first = try #require(await connection.next())
        connection.answer(first, "one")
        connection.answer(first, "again")
        first.handle.perform { $0.abort(exchange: $1) }
        let second = try #require(await connection.next())
        connection.answer(second, "two")
        let sent = try connection.sent
        #expect(sent.contains("one") && sent.contains("two") && !sent.contains("again"))
        #expect(connection.channel.isActive)
    }
}
