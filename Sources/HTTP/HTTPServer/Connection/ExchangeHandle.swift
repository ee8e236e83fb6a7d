import HTTPMessages
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore

/// A transport with the number of an exchange, usable from any thread.
final class ExchangeHandle: Sendable, ResponseBodySink {
    private let eventLoop: any EventLoop
    private let transport: NIOLoopBound<any ExchangeTransport>
    private let exchange: Int
    private let writes = NIOLockedValueBox(Writes())

    private struct Writes {
        var bytes = 0
        var count = 0
        /// Writes that were cancelled before they could wait.
        var cancelled: Set<Int> = []
        var trailers: HTTPFields?
    }

    /// Must be made on the event loop.
    init(_ transport: any ExchangeTransport, exchange: Int, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.transport = NIOLoopBound(transport, eventLoop: eventLoop)
        self.exchange = exchange
    }

    /// Bytes of body written so far.
    var bytesSent: Int { writes.withLockedValue { $0.bytes } }

    /// Fields that go behind the body.
    var trailers: HTTPFields? { writes.withLockedValue { $0.trailers } }

    func setTrailers(_ fields: HTTPFields) { writes.withLockedValue { $0.trailers = fields } }

    func perform(_ action: @escaping @Sendable (any ExchangeTransport, Int) -> Void) {
        if eventLoop.inEventLoop {
            action(transport.value, exchange)
        } else {
            eventLoop.execute { [self] in action(transport.value, exchange) }
        }
    }

    func write(_ bytes: ByteBuffer) async throws {
        try Task.checkCancellation()
        let id = writes.withLockedValue { writes in
            writes.bytes += bytes.readableBytes
            writes.count += 1
            return writes.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                perform { transport, exchange in
                    switch transport.write(bytes, exchange: exchange) {
                    case .written: continuation.resume()
                    case .full: self.wait(transport, continuation, id: id)
                    case .closed: continuation.resume(throwing: ConnectionClosed())
                    }
                }
            }
        } onCancel: {
            perform { transport, exchange in
                self.writes.withLockedValue { _ = $0.cancelled.insert(id) }
                transport.cancelWait(id: id, exchange: exchange)
            }
        }
    }

    private func wait(_ transport: any ExchangeTransport, _ continuation: CheckedContinuation<Void, any Error>, id: Int) {
        if writes.withLockedValue({ $0.cancelled.contains(id) }) {
            continuation.resume(throwing: CancellationError())
        } else {
            transport.whenWritable(continuation, id: id, exchange: exchange)
        }
    }
}
