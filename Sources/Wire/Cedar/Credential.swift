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

    /// The method that carries the credential.
    package var method: AuthenticationMethod {
        switch self {
        case .token(let token): token.kind == .poolToken ? .token : .scitokens
        case .fileSystem: .fileSystem
        case .claimToBe: .claimToBe
        case .anonymous: .anonymous
        }
    }

    package var description: String { "Credential(\(method))" }
}

/// Stands for a list of credentials in the key of a session cache: sessions of one identity are never used by another. Says nothing of the secrets.
package struct IdentityDigest: Sendable, Hashable {
    private let digest: [UInt8]

    package init(_ credentials: [Credential]) {
        var hash = Hash(.sha256)
        for credential in credentials {
            hash.update(Array(credential.method.wireName.utf8) + [0])
            switch credential {
            case .token(let token): hash.update(token.digest)
            case .claimToBe(let name): hash.update(Hash.sha256(name.utf8))
            case .fileSystem, .anonymous: break
            }
        }
        digest = hash.finalize()
    }
}
