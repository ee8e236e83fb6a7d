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
    /// The process at the other end of the connection, where it is a Unix socket.
    package var peerCredentials: PeerCredentials?
    /// The client's offer to go on in another protocol.
    package var upgrade: UpgradeOffer?
    /// The certificate that the client has shown, where the server asks for one, verified in the handshake of this connection or, where its
    /// session goes on, of an earlier one.
    package let clientCertificate: ClientCertificate?
    /// The identifier given by the client in `X-Request-Id`, or made.
    package let id: String
    private let baseLogger: Logger
    /// The body, read while it arrives; can be read once.
    package var body: RequestBody

    /// The parameters of the path that the endpoint was found by.
    package var pathValues: [PathValue] = []

    /// A parameter of a path, with the text that it stands for in this request.
    package struct PathValue: Sendable {
        package var name: String
        package var text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
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

    /// The type of the body, `nil` if none was sent or it cannot be read.
    package var contentType: MediaType? {
        headers[.contentType].flatMap { MediaType($0) }
    }

    /// What the client wants to get.
    package var acceptedTypes: AcceptedTypes {
        AcceptedTypes(headers[.accept])
    }
}
