package import HTTPMessages
package import NIOCore
import ServiceLifecycle

extension ResponseBodyWriter {
    /// Writes a body that goes on as long as something happens: what `write` writes, a sign of life whenever a time has passed, and a last word
    /// when the server drains.
    ///
    /// Ends when `write` returns or the drain begins; a client that is gone is noticed by the signs of life at the latest.
    /// - Parameters:
    ///   - ping: makes the sign of life; an empty one is left out.
    ///   - interval: between two signs of life.
    ///   - atShutdown: makes the last word; an empty one is left out.
    ///   - clock: measures the interval.
    package func live(
        ping: @escaping @Sendable () -> ByteBuffer, every interval: Duration = .seconds(15), atShutdown: @escaping @Sendable () -> ByteBuffer,
        clock: some Clock<Duration> = ContinuousClock(), _ write: @escaping @Sendable (ResponseBodyWriter) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await write(self) }
            group.addTask {
                while true {
                    try await clock.sleep(for: interval)
                    try await self.write(ping())
                }
            }
            group.addTask {
                try await gracefulShutdown()
                try await self.write(atShutdown())
            }
            // The first to end has come to its end, to the shutdown, or has failed.
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
