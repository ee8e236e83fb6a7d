import HTTPMessages
import HTTPTypes
import Logging
import NIOCore

/// A request, with the handle for its answer.
struct Exchange: Sendable {
    let request: Request
    let handle: ExchangeHandle

    /// Answers the request and records how it went.
    func serve(_ responder: @Sendable (Request) async -> Response, accessLog: AccessLog?) async {
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
