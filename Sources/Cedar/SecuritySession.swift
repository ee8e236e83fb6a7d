/// A security session: the key and the identity two peers agreed on, which later connections resume without authenticating again.
public struct SecuritySession: Sendable, CustomStringConvertible {
    /// The server's name for the session. Opaque.
    public let id: String
    /// The key of every connection that uses the session.
    public let key: SessionKey
    /// The identity as the server sees it, or `unauthenticated@unmapped`.
    public let user: String
    /// How the identity was proven; nil without authentication.
    public let method: AuthenticationMethod?
    /// The commands the session may be resumed for.
    public let validCommands: Set<Int>
    /// How long the session lives.
    public let duration: Duration
    /// How long it lives without being used; zero for no such limit.
    public let lease: Duration
    /// The server's version, if it told one.
    public let peerVersion: CondorVersion?

    public init(
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
    public static let unauthenticatedUser = "unauthenticated@unmapped"

    public var description: String { "SecuritySession(\(user))" }
}
