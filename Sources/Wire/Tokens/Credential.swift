import Cryptography

/// What a client proves its identity with. Holds secrets; never prints them.
package enum Credential: Sendable, Hashable, CustomStringConvertible {
    /// A token of the pool (TOKEN) or of an outside issuer (SCITOKENS).
    case token(BearerToken)
    /// The user this process runs as, proven by a directory on a common file system (FS).
    case fileSystem
    /// A name the server is asked to believe (CLAIMTOBE), `user@domain`. For testing only.
    case claimToBe(String)
    /// No identity (ANONYMOUS).
    case anonymous

    /// The kind in the words of HTCondor's policies.
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
