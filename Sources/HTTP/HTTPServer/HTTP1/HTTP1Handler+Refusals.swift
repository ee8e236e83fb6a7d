import HTTPMessages
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1

extension HTTP1Handler {
    /// Answers a head that the decoder has refused.
    func refuse(_ error: HTTPParserError, _ head: RefusedHead) {
        if error == .invalidMethod, let method = head.method, let target = head.target.flatMap({ try? RequestTarget($0) }) {
            // An unknown method: the answer for the path says which methods exist.
            dispatch(method, target, head)
        } else if error == .invalidVersion, head.endsInBareLineFeed {
            refuse(Problem(.badRequest, "A line of the head does not end with CR LF"), head)
        } else {
            refuse(Problem(error), head)
        }
    }

    /// Passes on a request of which only the first line can be read.
    private func dispatch(_ method: HTTPRequest.Method, _ target: RequestTarget, _ head: RefusedHead) {
        guard let context else { return }
        let number = state.beginUnreadable()
        exchanges.yield(
            Exchange(
                request: connection.request(
                    method: method, target: target, headers: [:], authority: "",
                    id: connection.requestID(given: head.requestID, number: number), body: .empty),
                handle: ExchangeHandle(self, exchange: number, eventLoop: context.eventLoop)))
    }

    /// Answers a request that does not reach the responder.
    func refuse(_ problem: Problem, _ head: RefusedHead, isHTTP10: Bool = false) {
        let number = state.beginRefusal(isHead: head.method == .head, isHTTP10: isHTTP10)
        let id = connection.requestID(given: head.requestID, number: number)
        var response = problem.response(instance: head.path, requestID: id)
        response.headers[.xRequestID] = id
        connection.logger.info(
            "request refused", metadata: ["request_id": "\(id)", "status": "\(problem.status.code)", "reason": "\(problem.kind.reason)"])
        guard case .bytes(let body) = response.body else { return }
        send(ResponseHead(status: response.status, headers: response.headers), body: body, length: body.readableBytes, exchange: number)
    }
}

extension Problem {
    /// Why the decoder has refused a head.
    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow: self.init(.headTooLarge, "The request's head is larger than this server takes")
        case .invalidVersion: self.init(.versionNotSupported, "HTTP/1.1 and HTTP/2 are spoken here")
        default: self.init(.badRequest, "This is not an HTTP/1.1 request")
        }
    }
}
