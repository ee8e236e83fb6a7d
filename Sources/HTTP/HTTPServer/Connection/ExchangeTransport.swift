import HTTPTypes
import NIOCore

/// The head of an answer, ready to be framed.
struct ResponseHead: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
}

/// What the channel handler of a connection (HTTP/1) or of a stream (HTTP/2) does for the exchange that it carries.
///
/// All functions are called on its event loop. They name the exchange, so that one that has ended cannot affect the next one.
protocol ExchangeTransport: AnyObject {
    /// Sends a whole answer. `length` is the length of the body even if the body is not sent, as for `HEAD`.
    func send(_ head: ResponseHead, body: ByteBuffer, length: Int?, exchange: Int)
    /// Begins an answer whose body follows.
    func begin(_ head: ResponseHead, length: Int?, exchange: Int)
    /// Sends a part of the body.
    func write(_ bytes: ByteBuffer, exchange: Int) -> ExchangeWriteOutcome
    /// Resumes the continuation when more can be written, or with an error when nothing more can be.
    func whenWritable(_ continuation: CheckedContinuation<Void, any Error>, id: Int, exchange: Int)
    /// Resumes the continuation that waits under that identifier with `CancellationError`.
    func cancelWait(id: Int, exchange: Int)
    /// Ends the answer. Trailers are sent if the framing allows them.
    func end(trailers: HTTPFields?, exchange: Int)
    /// Breaks off the answer in a way that the client notices.
    func abort(exchange: Int)
    /// The handler asks for the body.
    func startBody(exchange: Int)
    /// The reader of the body has caught up.
    func resumeBody(exchange: Int)
}

enum ExchangeWriteOutcome {
    case written
    /// Written, but the client has to catch up before more is written.
    case full
    case closed
}
