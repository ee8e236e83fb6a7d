/// The permission that a command needs.
///
/// Source: HTCondor 25.14, `condor_daemon_core.V6/condor_ipverify.cpp` and `dc_permission` of the commands.
package enum AuthorizationLevel: String, Sendable, Hashable, CaseIterable {
    /// Allowed to everybody, even without a handshake.
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

    /// The levels that this one implies, including itself.
    package var implied: Set<AuthorizationLevel> {
        switch self {
        case .allow: [.allow]
        case .read: [.allow, .read]
        case .write: [.allow, .read, .write]
        case .administrator, .daemon: [.allow, .read, .write, self]
        case .negotiator, .config, .advertiseStartd, .advertiseSchedd, .advertiseMaster: [.allow, .read, self]
        }
    }

    /// The levels to which a token's scopes restrict a session; nil for no restriction. Words that are not `condor:/LEVEL` do not count, and an
    /// unknown level grants nothing.
    package static func limits(scopes: [String]) -> Set<AuthorizationLevel>? {
        let prefix = "condor:/"
        let words = scopes.filter { $0.utf8.starts(with: prefix.utf8) }
        guard !words.isEmpty else { return nil }
        return words.reduce(into: []) { levels, word in
            if let level = AuthorizationLevel(rawValue: String(word.dropFirst(prefix.count))) { levels.formUnion(level.implied) }
        }
    }
}

/// A command that a server supports.
package struct ServerCommand: Sendable, Hashable {
    package var number: Int
    package var level: AuthorizationLevel
    /// Whether the command is only for peers with an identity.
    package var requiresIdentity: Bool

    package init(_ number: Int, _ level: AuthorizationLevel, requiresIdentity: Bool = false) {
        self.number = number
        self.level = level
        self.requiresIdentity = requiresIdentity
    }
}
