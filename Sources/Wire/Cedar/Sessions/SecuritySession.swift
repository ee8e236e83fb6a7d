package import Tokens

/// A security session: the key and the identity two peers agreed on, which later connections resume without authenticating again.
package struct SecuritySession: Sendable, CustomStringConvertible {
    /// The server's name for the session. Opaque.
    package let id: String
    /// The key of every connection that uses the session.
    package let key: SessionKey
    /// The identity as the server sees it, or `unauthenticated@unmapped`.
    package let user: String
    /// How the identity was proven; nil without authentication.
    package let method: AuthenticationMethod?
    /// The commands the session may be resumed for.
    package let validCommands: Set<Int>
    /// How long the session lives.
    package let duration: Duration
    /// How long it lives without being used; zero for no such limit.
    package let lease: Duration
    /// The server's version, if it told one.
    package let peerVersion: CondorVersion?

    package init(
        id: String, key: SessionKey, user: String, method: AuthenticationMethod?, validCommands: Set<Int>, duration: Duration,
        lease: Duration,
        peerVersion: CondorVersion?
    ) {
        self.id = id
        self.key = key
        self.user = user
        self.method = method
        self.validCommands = validCommands
        self.duration = duration
        self.lease = lease
        self.peerVersion = peerVersion
    }

    /// The identity of a peer that proved none.
    package static let unauthenticatedUser = "unauthenticated@unmapped"

    /// Whether the identities were proven, rather than only claimed.
    package var isAuthenticated: Bool {
        switch method {
        case nil, .anonymous, .claimToBe: false
        case .fileSystem, .ssl, .token, .scitokens: true
        }
    }

    package var description: String { "SecuritySession(\(user))" }
}
