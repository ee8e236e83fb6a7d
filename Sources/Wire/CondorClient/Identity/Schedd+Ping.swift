package import Tokens
package import Cedar
import CondorProtocol

/// What a daemon makes of an identity.
package struct PeerIdentity: Sendable, Equatable {
    /// `user@domain`, or `unauthenticated@unmapped`.
    package var user: String
    /// How the identity was proven; nil without a proof.
    package var method: AuthenticationMethod?
    /// The levels asked about that the daemon grants.
    package var authorizations: [AuthorizationLevel]
    /// The daemon's version, where it tells.
    package var version: CondorVersion?

    package init(user: String, method: AuthenticationMethod?, authorizations: [AuthorizationLevel], version: CondorVersion? = nil) {
        self.user = user
        self.method = method
        self.authorizations = authorizations
        self.version = version
    }
}

extension Schedd {
    /// What the schedd makes of this identity. Always authenticates anew, so the answer is of now.
    ///
    /// Throws `authenticationFailed` for a bad credential; a level that is not granted is no error, it is just not in the list.
    package func ping(_ levels: [AuthorizationLevel] = [.read, .write]) async throws(CondorError) -> PeerIdentity {
        var identity: PeerIdentity?
        for level in levels {
            guard let answer = try await ask(level) else { continue }
            if identity == nil { identity = answer }
            identity?.authorizations.append(level)
        }
        if let identity { return identity }
        guard let answer = try await ask(.allow) else { throw CondorError(.permissionDenied, "the scheduler grants this identity nothing") }
        return answer
    }

    /// Nil when the level is not granted.
    private func ask(_ level: AuthorizationLevel) async throws(CondorError) -> PeerIdentity? {
        let subject: Command =
            switch level {
            case .allow: .nop
            case .read: .nopRead
            case .write: .nopWrite
            case .negotiator: .nopNegotiator
            case .administrator: .nopAdministrator
            case .daemon: .nopDaemon
            case .config: .nopConfig
            case .advertiseStartd: .nopAdvertiseStartd
            case .advertiseSchedd: .nopAdvertiseSchedd
            case .advertiseMaster: .nopAdvertiseMaster
            }
        do throws(CondorError) {
            let connection = try await open(.securityQuery, about: subject)
            defer { connection.close() }
            var reader = MessageReader(connection)
            let reply = try await reader.message { message throws(CedarError) in try SecurityQueryReply(from: &message) }
            guard reply.isAuthorized, let session = connection.inbox.session?.session else { return nil }
            return PeerIdentity(user: session.user, method: session.method, authorizations: [], version: session.peerVersion)
        } catch {
            guard error.code == .permissionDenied else { throw error }
            return nil
        }
    }
}
