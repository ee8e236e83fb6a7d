/// The permission a command needs.
///
/// Source: HTCondor 25.14, `condor_daemon_core.V6/condor_ipverify.cpp` and `dc_permission` of the commands.
package enum AuthorizationLevel: String, Sendable, Hashable, CaseIterable {
    /// Everybody, also without a handshake.
    case allow = "ALLOW"
    case read = "READ"
    case write = "WRITE"
    case negotiator = "NEGOTIATOR"
    case administrator = "ADMINISTRATOR"
    case config = "CONFIG"
    case daemon = "DAEMON"
    case advertiseStartd = "ADVERTISE_STARTD"
    case advertiseSchedd = "ADVERTISE_SCHEDD"
    case advertiseMaster = "ADVERTISE_MASTER"

    /// The levels that come with this one, itself included.
    package var implied: Set<AuthorizationLevel> {
        switch self {
        case .allow: [.allow]
        case .read: [.allow, .read]
        case .write: [.allow, .read, .write]
        case .administrator, .daemon: [.allow, .read, .write, self]
        case .negotiator, .config, .advertiseStartd, .advertiseSchedd, .advertiseMaster: [.allow, .read, self]
        }
    }

    /// The levels a token's scopes restrict a session to; nil for no restriction. Words that are no `condor:/LEVEL` do not count, an unknown
    /// level gives nothing.
    package static func limits(scopes: [String]) -> Set<AuthorizationLevel>? {
        let prefix = "condor:/"
        let words = scopes.filter { $0.utf8.starts(with: prefix.utf8) }
        guard !words.isEmpty else { return nil }
        return words.reduce(into: []) { levels, word in
            if let level = AuthorizationLevel(rawValue: String(word.dropFirst(prefix.count))) { levels.formUnion(level.implied) }
        }
    }
}

/// A command a server answers.
package struct ServerCommand: Sendable, Hashable {
    package var number: Int
    package var level: AuthorizationLevel
    /// True when the command is only for peers with an identity.
    package var requiresIdentity: Bool

    package init(_ number: Int, _ level: AuthorizationLevel, requiresIdentity: Bool = false) {
        self.number = number
        self.level = level
        self.requiresIdentity = requiresIdentity
    }
}
