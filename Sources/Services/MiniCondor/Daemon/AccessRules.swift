import Tokens
import Cedar

/// Access rules: everybody may read, users of our own domain may write, and superusers may do everything except administration, which is allowed to
/// nobody.
struct AccessRules: Sendable {
    /// The users' domain.
    let userDomain: String
    /// Users who may act on everybody's jobs. `root` of this host is also `condor`.
    static let superusers: Set<String> = ["admin", "condor", "root"]

    /// Whether a user may run commands of a level. Nobody has the level CONFIG, under which commands that would change the daemon are registered.
    func permits(_ user: String, _ level: AuthorizationLevel) -> Bool {
        switch level {
        case .allow, .read: true
        case .write: localName(user) != nil
        case .administrator, .daemon, .negotiator, .advertiseStartd, .advertiseSchedd, .advertiseMaster: isSuperuser(user)
        case .config: false
        }
    }

    /// The requester as the queue sees it; nil for a client without an identity.
    func requester(_ session: ServerSession?) -> Requester? {
        guard let user = session?.session.user, user != SecuritySession.unauthenticatedUser, let name = localName(user) else { return nil }
        // A token without write permission does not make anybody a superuser.
        let isRestricted = session?.limits.map { !$0.contains(.write) } ?? false
        return Requester(user: "\(name)@\(userDomain)", isQueueSuperuser: isSuperuser(user) && !isRestricted)
    }

    private func isSuperuser(_ user: String) -> Bool {
        localName(user).map { Self.superusers.contains(String($0)) } ?? false
    }

    /// The identity of tools that can read the signing key themselves and make a token with it. Source: HTCondor 25.14,
    /// `condor_io/authentication.cpp`.
    private static let holderOfTheKey = "condor@password"

    /// The user's name without our domain; nil for another domain.
    private func localName(_ user: String) -> Substring? {
        if user == Self.holderOfTheKey { return "condor" }
        guard let at = user.utf8.lastIndex(of: UInt8(ascii: "@")), at > user.startIndex else { return nil }
        guard user[at...].dropFirst() == userDomain else { return nil }
        return user[..<at]
    }
}
