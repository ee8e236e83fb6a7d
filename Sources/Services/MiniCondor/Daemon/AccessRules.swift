import Tokens
import Cedar

/// Rules of access: everybody may read, users of the own domain may write, super users may do everything except administration, which nobody may.
struct AccessRules: Sendable {
    /// The domain of the users.
    let userDomain: String
    /// Names that may act on everybody's jobs. `condor` is also who `root` of this host is.
    static let superusers: Set<String> = ["admin", "condor", "root"]

    /// Whether a user may run commands of a level. Nobody has the level CONFIG: commands that would change the daemon are registered there.
    func permits(_ user: String, _ level: AuthorizationLevel) -> Bool {
        switch level {
        case .allow, .read: true
        case .write: localName(user) != nil
        case .administrator, .daemon, .negotiator, .advertiseStartd, .advertiseSchedd, .advertiseMaster: isSuperuser(user)
        case .config: false
        }
    }

    /// Who asks, for the queue; nil for a client without an identity.
    func requester(_ session: ServerSession?) -> Requester? {
        guard let user = session?.session.user, user != SecuritySession.unauthenticatedUser, let name = localName(user) else { return nil }
        // A token that allows no writing makes nobody a super user.
        let isRestricted = session?.limits.map { !$0.contains(.write) } ?? false
        return Requester(user: "\(name)@\(userDomain)", isQueueSuperuser: isSuperuser(user) && !isRestricted)
    }

    private func isSuperuser(_ user: String) -> Bool {
        localName(user).map { Self.superusers.contains(String($0)) } ?? false
    }

    /// Who the tools are that can read the signing key themselves: they make a token for it. Source: HTCondor 25.14, `condor_io/authentication.cpp`.
    private static let holderOfTheKey = "condor@password"

    /// The name of a user of our domain.
    private func localName(_ user: String) -> Substring? {
        if user == Self.holderOfTheKey { return "condor" }
        guard let at = user.utf8.lastIndex(of: UInt8(ascii: "@")), at > user.startIndex else { return nil }
        guard user[at...].dropFirst() == userDomain else { return nil }
        return user[..<at]
    }
}
