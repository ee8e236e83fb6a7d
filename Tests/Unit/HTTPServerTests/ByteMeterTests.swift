import NIOCore
import NIOPosix
import Testing

@testable import HTTPServer

@Suite struct ByteMeterTests {
    #if os(Linux)
        @Test func tellsWhatTheOtherSideHas() async throws {
            let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            try await TestServer.run(responder: { _ in .text("hi") }) { server in
                let (channel, meter) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(to: try server.address) {
                    channel in
                    channel.eventLoop.makeCompletedFuture {
                        let meter = ByteMeter()
                        try channel.pipeline.syncOperations.addHandler(meter)
                        return (
                            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel),
                            NIOLoopBound(meter, eventLoop: channel.eventLoop)
                        )
                    }
                }
                try await channel.executeThenClose { inbound, outbound in
                    try await outbound.write(ByteBuffer(string: request))
                    // The server answers what it has got.
                    for try await _ in inbound { break }
                    let output = try await channel.channel.eventLoop.submit { meter.value.output }.get()
                    #expect(output.written == request.utf8.count && output.buffered == 0)
                    // The beginning of a connection counts for a byte.
                    #expect((request.utf8.count...request.utf8.count + 1).contains(output.acknowledged ?? -1))
                }
            }
        }
    #endif
}
