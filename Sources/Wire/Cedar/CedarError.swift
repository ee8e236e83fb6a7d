package import Tokens

/// A failure of the wire protocol or of its security layer.
///
/// Equality looks at the code only, so that a test reads `error == .init(.malformed, "")`; the message is for people and never
/// holds a secret.
package struct CedarError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// More packets are needed; nothing has been consumed. Never final by itself: the same call succeeds or fails for another
        /// reason once the rest of the message has arrived.
        case incomplete
        /// Bytes that break the framing or the encoding of a value.
        case malformed
        /// The message ended before the value was complete.
        case messageTooShort
        /// The message has more bytes than its layout allows.
        case trailingBytes
        /// A length, a count or a buffer went over its limit.
        case limitExceeded
        /// A packet failed authentication: wrong key, or changed on its way.
        case integrity
        /// The peers have no policy, method or cipher in common, or the peer refused to negotiate.
        case negotiationFailed
        /// The peer offers only something this module leaves out (a cipher other than AES, a broker connection …).
        case unsupported
        /// The identity was not accepted, or the peer could not prove its own.
        case authenticationFailed
        /// The identity was accepted but may not run the command.
        case permissionDenied
        /// The peer does not know the command.
        case unknownCommand
        /// The peer no longer knows the session that was to be resumed. Negotiate a new one.
        case unknownSession
        /// The connection ended in the middle of the conversation.
        case connectionClosed
        /// A token or key whose form cannot be used.
        case invalidCredential
        /// An event that does not fit the state, for instance a message after the handshake failed.
        case unexpectedEvent
    }

    /// What went wrong.
    package var code: Code
    /// One sentence for people; free of secrets.
    package var message: String
    /// The part of the handshake it happened in; nil outside of the handshake.
    package var phase: HandshakePhase?

    package init(_ code: Code, _ message: String, phase: HandshakePhase? = nil) {
        self.code = code
        self.message = message
        self.phase = phase
    }

    /// More packets are needed.
    package static let incomplete = CedarError(.incomplete, "the message is not complete yet")

    /// The same error, located in a part of the handshake unless it already has a place.
    func during(_ phase: HandshakePhase) -> CedarError {
        var copy = self
        if copy.phase == nil { copy.phase = phase }
        return copy
    }

    package static func == (left: CedarError, right: CedarError) -> Bool {
        left.code == right.code
    }

    package var description: String {
        if let phase { return "\(message) (during \(phase))" }
        return message
    }
}

/// The parts of the handshake, in order.
package enum HandshakePhase: Sendable, Hashable, CustomStringConvertible {
    /// Asking the shared port daemon for the daemon behind it.
    case sharedPort
    /// Exchanging the security policies.
    case negotiation
    /// Agreeing on an authentication method.
    case methodSelection
    /// Running an authentication method.
    case authentication(AuthenticationMethod)
    /// The message after authentication that would carry a wrapped key, and deriving the session key.
    case keyExchange
    /// Authorisation of the command by the server.
    case authorization
    /// Resuming a session made earlier.
    case resumption

    package var description: String {
        switch self {
        case .sharedPort: "shared port request"
        case .negotiation: "security negotiation"
        case .methodSelection: "choice of the authentication method"
        case .authentication(let method): "\(method) authentication"
        case .keyExchange: "key exchange"
        case .authorization: "authorisation"
        case .resumption: "session resumption"
        }
    }
}
