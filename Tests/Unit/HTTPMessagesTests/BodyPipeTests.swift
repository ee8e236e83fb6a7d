import NIOConcurrencyHelpers
import NIOCore
import SeededGeneration
import Testing

@testable import HTTPMessages

@Suite struct BodyPipeTests {
    private final class Upstream: Sendable {
        let started = NIOLockedValueBox(0)
        let resumed = NIOLockedValueBox(0)

        func pipe(highWatermark: Int = 100) -> BodyPipe {
            BodyPipe(
                upstream: .init(started: { self.started.withLockedValue { $0 += 1 } }, resume: { self.resumed.withLockedValue { $0 += 1 } }),
                highWatermark: highWatermark)
        }
    }

    private func bytes(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: 1, count: count) }

    @Test func holdsBackAndResumes() async throws {
        let upstream = Upstream()
        let pipe = upstream.pipe()
        #expect(pipe.push(bytes(60)))
        #expect(!pipe.push(bytes(60)))
        #expect(try await pipe.next()?.readableBytes == 60)
        #expect(upstream.resumed.withLockedValue { $0 } == 0)
        #expect(try await pipe.next()?.readableBytes == 60)
        #expect(upstream.resumed.withLockedValue { $0 } == 1)
        pipe.finish()
        #expect(try await pipe.next() == nil)
        #expect(try await pipe.next() == nil)
    }

    @Test func asksOnceForTheBody() async throws {
        let upstream = Upstream()
        let pipe = upstream.pipe()
        async let first = pipe.next()
        while upstream.started.withLockedValue({ $0 }) == 0 { await Task.yield() }
        _ = pipe.push(bytes(1))
        #expect(try await first?.readableBytes == 1)
        pipe.finish()
        #expect(try await pipe.next() == nil)
        #expect(upstream.started.withLockedValue { $0 } == 1)
    }

    @Test func failureDropsWhatIsThere() async throws {
        let pipe = Upstream().pipe()
        _ = pipe.push(bytes(1))
        pipe.fail(ConnectionClosed())
        await #expect(throws: ConnectionClosed.self) { try await pipe.next() }
        #expect(pipe.push(bytes(1)))
    }

    @Test func failureAfterTheEndIsNone() async throws {
        let pipe = Upstream().pipe()
        _ = pipe.push(bytes(1))
        pipe.finish()
        pipe.fail(ConnectionClosed())
        #expect(try await pipe.next()?.readableBytes == 1)
        #expect(try await pipe.next() == nil)
    }

    @Test func cancelledReaderStops() async throws {
        let upstream = Upstream()
        let pipe = upstream.pipe()
        let reader = Task { try await pipe.next() }
        while upstream.started.withLockedValue({ $0 }) == 0 { await Task.yield() }
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
    }

    @Test func randomSizesArriveWholeAndInOrder() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let sizes = (0..<Int.random(in: 0...40, using: &random)).map { _ in Int.random(in: 0...120, using: &random) }
            let mayPush = NIOLockedValueBox(true)
            let pipe = BodyPipe(upstream: .init(started: {}, resume: { mayPush.withLockedValue { $0 = true } }), highWatermark: 100)
            async let received = {
                var bytes: [UInt8] = []
                while let part = try await pipe.next() { bytes += part.readableBytesView }
                return bytes
            }()
            var sent: [UInt8] = []
            for (index, size) in sizes.enumerated() {
                while !mayPush.withLockedValue({ $0 }) { await Task.yield() }
                let part = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: size)
                sent += part
                // Said before pushing, as the reader may catch up at once.
                mayPush.withLockedValue { $0 = false }
                if pipe.push(ByteBuffer(bytes: part)) { mayPush.withLockedValue { $0 = true } }
            }
            pipe.finish()
            #expect(try await received == sent, "seed \(seed)")
        }
    }
}
