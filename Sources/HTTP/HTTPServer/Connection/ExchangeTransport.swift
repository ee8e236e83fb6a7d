import HTTPTypes
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
