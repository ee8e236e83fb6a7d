import Cryptography

/// Proves a client's identity. Contains secrets; never prints them.
package enum Credential: Sendable, Hashable, CustomStringConvertible {
    /// A token of the pool (TOKEN) or of an outside issuer (SCITOKENS).
    case token(BearerToken)
    /// The user that this process runs as, proven by a directory on a common file system (FS).
    case fileSystem
    /// A name, `user@domain`, that the server is asked to trust (CLAIMTOBE). For testing only.
    case claimToBe(String)
    /// No identity (ANONYMOUS).
    case anonymous

    /// The kind's name in HTCondor's policies.
    var kind: String {
        switch self {
        case .token(let token): token.kind == .poolToken ? "TOKEN" : "SCITOKENS"
        case .fileSystem: "FS"
        case .claimToBe: "CLAIMTOBE"
        case .anonymous: "ANONYMOUS"
        }
    }

    package var description: String { "Credential(\(kind))" }
}
