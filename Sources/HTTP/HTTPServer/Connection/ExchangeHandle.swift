import HTTPMessages
import HTTPTypes
import NIOCore
import Synchronization

/// The way back to one exchange's transport, usable from any thread.
final class ExchangeHandle: Sendable, ResponseBodySink {
    private let eventLoop: any EventLoop
    private let transport: NIOLoopBound<any ExchangeTransport>
    private let exchange: Int
    private let writes = Mutex(Writes())

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
    var bytesSent: Int { writes.withLock { $0.bytes } }

    /// The trailers of the answer.
    var trailers: HTTPFields? { writes.withLock { $0.trailers } }

    func setTrailers(_ fields: HTTPFields) { writes.withLock { $0.trailers = fields } }

    func perform(_ action: @escaping @Sendable (any ExchangeTransport, Int) -> Void) {
        if eventLoop.inEventLoop {
            action(transport.value, exchange)
        } else {
            eventLoop.execute { [self] in action(transport.value, exchange) }
        }
    }

    func write(_ bytes: ByteBuffer) async throws {
        try Task.checkCancellation()
        let id = writes.withLock { writes in
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
                self.writes.withLock { _ = $0.cancelled.insert(id) }
                transport.cancelWait(id: id, exchange: exchange)
            }
        }
    }

    private func wait(_ transport: any ExchangeTransport, _ continuation: CheckedContinuation<Void, any Error>, id: Int) {
        if writes.withLock({ $0.cancelled.contains(id) }) {
            continuation.resume(throwing: CancellationError())
        } else {
            transport.whenWritable(continuation, id: id, exchange: exchange)
        }
    }
}
