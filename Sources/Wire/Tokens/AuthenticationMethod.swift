/// A method of proving an identity during the handshake.
///
/// Source: bits and names of HTCondor 25.14, `condor_auth.h` and policy ads observed on the wire.
package enum AuthenticationMethod: UInt32, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// The peer trusts the claimed name. For testing only.
    case claimToBe = 2
    /// The client creates a directory, which the server examines on the same file system.
    case fileSystem = 4
    /// No identity.
    case anonymous = 128
    /// TLS with certificates.
    case ssl = 256
    /// A token signed with one of the pool's keys (IDTOKEN), proven by AKEP2.
    case token = 2048
    /// A bearer token from an outside issuer, sent within TLS.
    case scitokens = 4096

    /// The spelling in policy ads.
    package var wireName: String {
        switch self {
        case .claimToBe: "CLAIMTOBE"
        case .fileSystem: "FS"
        case .anonymous: "ANONYMOUS"
        case .ssl: "SSL"
        case .token: "TOKEN"
        case .scitokens: "SCITOKENS"
        }
    }

    /// Reads a name from a policy ad or a configuration list, ignoring case; nil if it is unknown here.
    package init?(wireName name: some StringProtocol) {
        switch name.uppercased() {
        case "CLAIMTOBE": self = .claimToBe
        case "FS": self = .fileSystem
        case "ANONYMOUS": self = .anonymous
        case "SSL": self = .ssl
        case "TOKEN", "TOKENS", "IDTOKEN", "IDTOKENS": self = .token
        case "SCITOKENS", "SCITOKEN": self = .scitokens
        default: return nil
        }
    }

    package var description: String { wireName }

    /// Reads a comma-separated list. Unknown names are skipped; a repeated name counts once.
    package static func list(_ text: String) -> [AuthenticationMethod] {
        var methods: [AuthenticationMethod] = []
        for word in text.utf8.split(whereSeparator: { $0 == 0x2C || $0 == 0x20 || $0 == 0x09 }) {
            guard let name = String(word), let method = AuthenticationMethod(wireName: name), !methods.contains(method) else { continue }
            methods.append(method)
        }
        return methods
    }

    /// The comma-separated list for a policy ad.
    package static func list(_ methods: [AuthenticationMethod]) -> String {
        methods.map(\.wireName).joined(separator: ",")
    }
}
