import Cryptography

/// Represents a list of credentials in the key of a session cache, so that sessions of one identity are never used for another. Reveals nothing
/// about the secrets.
package struct IdentityDigest: Sendable, Hashable {
    private let digest: [UInt8]

    package init(_ credentials: [Credential]) {
        var hash = Hash(.sha256)
        for credential in credentials {
            hash.update(Array(credential.kind.utf8) + [0])
            switch credential {
            case .token(let token): hash.update(token.digest)
            case .claimToBe(let name): hash.update(Hash.sha256(name.utf8))
            case .fileSystem, .anonymous: break
            }
        }
        digest = hash.finalize()
    }
}
