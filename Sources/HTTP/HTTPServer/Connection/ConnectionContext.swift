import HTTPMessages
import HTTPTypes
import Logging
import NIOCore

/// What the handlers of a connection need to know about it and the server.
struct ConnectionContext: Sendable {
    var limits: ServerLimits
    var isSecure: Bool
    var peer: SocketAddress?
    /// The process at the other end of a Unix socket.
    var peerCredentials: PeerCredentials?
    var clientCertificate: ClientCertificate?
    var logger: Logger
    /// The prefix of identifiers for requests that have none.
    var identifierPrefix: String

    init(limits: ServerLimits, isSecure: Bool, peer: SocketAddress?, logger: Logger) {
        self.limits = limits
        self.isSecure = isSecure
        self.peer = peer
        self.logger = logger
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        identifierPrefix = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// The identifier that the client gave, if it is valid; otherwise a new one.
    func requestID(given: String?, number: Int) -> String {
        if let given, Self.isRequestID(given) { return given }
        return "\(identifierPrefix)-\(number)"
    }

    /// A request of this connection.
    func request(
        upgrade: UpgradeOffer? = nil, method: HTTPRequest.Method, target: RequestTarget, headers: HTTPFields, authority: String, id: String,
        body: RequestBody
    ) -> Request {
        var request = Request(
            method: method, target: target, headers: headers, authority: authority, isSecure: isSecure, peer: peer,
            clientCertificate: clientCertificate, id: id, logger: logger, body: body)
        request.peerCredentials = peerCredentials
        request.upgrade = upgrade
        return request
    }

    /// `[A-Za-z0-9._-]{1,64}`
    static func isRequestID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
