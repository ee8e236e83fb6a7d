import HTTPMessages
import HTTPTypes
import Logging
import NIOConcurrencyHelpers
import NIOCore

/// The head of an answer, ready to be framed.
struct ResponseHead: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
}

/// What the channel handler of a connection (HTTP/1) or of a stream (HTTP/2) does for the exchange that it carries.
///
/// All functions are called on its event loop and name the exchange, so that one that has ended cannot touch the next one.
protocol ExchangeTransport: AnyObject {
    /// Sends a whole answer. `length` is the body's length where a body exists that is not sent, as for `HEAD`.
    func send(_ head: ResponseHead, body: ByteBuffer, length: Int?, exchange: Int)
    /// Begins an answer whose body follows.
    func begin(_ head: ResponseHead, length: Int?, exchange: Int)
    /// Sends a part of the body.
    func write(_ bytes: ByteBuffer, exchange: Int) -> ExchangeWriteOutcome
    /// Resumes the continuation when more can be written, or with an error when nothing can any more.
    func whenWritable(_ continuation: CheckedContinuation<Void, any Error>, id: Int, exchange: Int)
    /// Makes a continuation that waits under that identifier fail with `CancellationError`.
    func cancelWait(id: Int, exchange: Int)
    /// Ends the answer that was begun; trailers go where the framing has a place for them.
    func end(trailers: HTTPFields?, exchange: Int)
    /// Breaks off the answer so that the client can tell.
    func abort(exchange: Int)
    /// The handler asks for the body.
    func startBody(exchange: Int)
    /// The reader of the body has caught up.
    func resumeBody(exchange: Int)
}

enum ExchangeWriteOutcome {
    case written
    /// Written, but the client has to catch up before more is.
    case full
    case closed
}

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

/// One request with the way back for its answer.
struct Exchange: Sendable {
    let request: Request
    let handle: ExchangeHandle

    /// Answers the request and says how it went.
    func serve(_ responder: Server.Responder, accessLog: AccessLog?) async {
        let start = accessLog == nil ? .uptimeNanoseconds(0) : NIODeadline.now()
        var response = ContentCoding.applied(to: await responder(request), for: request)
        response.headers[.xRequestID] = request.id
        let head = ResponseHead(status: response.status, headers: response.headers)
        var isWhole = true
        var bytes = 0
        let isHead = request.method == .head
        switch response.body {
        case .empty:
            handle.perform { $0.send(head, body: ByteBuffer(), length: isHead ? nil : 0, exchange: $1) }
        case .bytes(let body):
            let length = body.readableBytes
            bytes = isHead ? 0 : length
            handle.perform { $0.send(head, body: isHead ? ByteBuffer() : body, length: length, exchange: $1) }
        case .stream(let length, _) where isHead:
            handle.perform { $0.send(head, body: ByteBuffer(), length: length, exchange: $1) }
        case .stream(let length, let write):
            handle.perform { $0.begin(head, length: length, exchange: $1) }
            do {
                try await write(ResponseBodyWriter(handle))
                let trailers = handle.trailers
                handle.perform { $0.end(trailers: trailers, exchange: $1) }
            } catch {
                isWhole = false
                if !(error is CancellationError || error is ConnectionClosed) {
                    request.logger.warning("answer broken off", metadata: ["error": "\(error)"])
                }
                handle.perform { $0.abort(exchange: $1) }
            }
            bytes = handle.bytesSent
        }
        accessLog?.record(
            AccessRecord(
                request: request, status: response.status, bytes: bytes, duration: .now() - start, isWhole: isWhole, route: response.route))
    }
}

extension HTTPField.Name {
    static let xRequestID = Self("X-Request-Id")!
    /// HTTP/2 requests may have it besides `:authority`.
    static let hostField = Self("Host")!
}
