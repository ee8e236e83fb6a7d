package import HTTPTypes
package import Logging
package import NIOCore

/// A request as a handler sees it.
package struct Request: Sendable {
    package let method: HTTPRequest.Method
    package let target: RequestTarget
    /// The header fields as they were sent, without `Host` (see ``authority``).
    package let headers: HTTPFields
    /// The host the client asked for.
    package let authority: String
    /// Whether it came over TLS.
    package let isSecure: Bool
    /// The other end of the connection; `nil` where the system does not tell.
    package let peer: SocketAddress?
    /// The certificate that the client has shown, where the server asks for one, verified in the handshake of this connection or, where its
    /// session goes on, of an earlier one.
    package let clientCertificate: ClientCertificate?
    /// The identifier given by the client in `X-Request-Id`, or made.
    package let id: String
    private let baseLogger: Logger
    /// The body, read while it arrives; can be read once.
    package var body: RequestBody

    var pathValues: [PathValue] = []

    /// A path parameter that matched.
    struct PathValue: Sendable {
        var name: String
        var text: String
    }

    /// A request, as the server or a test makes it.
    package init(
        method: HTTPRequest.Method, target: RequestTarget, headers: HTTPFields = [:], authority: String = "localhost",
        isSecure: Bool = false, peer: SocketAddress? = nil, clientCertificate: ClientCertificate? = nil, id: String, logger: Logger,
        body: RequestBody = .empty
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.authority = authority
        self.isSecure = isSecure
        self.peer = peer
        self.clientCertificate = clientCertificate
        self.id = id
        baseLogger = logger
        self.body = body
    }

    /// A logger whose lines carry the request's identifier.
    package var logger: Logger {
        var logger = baseLogger
        logger[metadataKey: "request_id"] = "\(id)"
        return logger
    }

    /// The value of a path parameter. The endpoint must have it in its path.
    package func path<Value>(_ parameter: Parameter<Value>) throws(Problem) -> Value {
        guard let found = pathValues.first(where: { $0.name == parameter.name }) else {
            preconditionFailure("the endpoint's path has no parameter \(parameter.name)")
        }
        return try parameter.value(of: found.text)
    }

    /// The value of a query parameter, `nil` if it was not sent.
    package func query<Value>(_ parameter: Parameter<Value>) throws(Problem) -> Value? {
        guard let item = target.query.first(where: { $0.name == parameter.name }) else { return nil }
        return try parameter.value(of: item.value)
    }

    /// The value of a header field, `nil` if it was not sent; several fields of the name are joined with commas.
    package func header<Value>(_ parameter: Parameter<Value>) throws(Problem) -> Value? {
        guard let name = HTTPField.Name(parameter.name), let text = headers[name] else { return nil }
        return try parameter.value(of: text)
    }

    /// The type of the body, `nil` if none was sent or it cannot be read.
    package var contentType: MediaType? {
        headers[.contentType].flatMap { MediaType($0) }
    }

    /// What the client wants to get.
    package var acceptedTypes: AcceptedTypes {
        AcceptedTypes(headers[.accept])
    }
}
