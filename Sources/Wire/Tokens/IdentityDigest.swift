import Cryptography

/// Represents a credential in the key of a session cache, so that sessions of one identity are never used for another. Reveals nothing about the
/// secrets.
package struct IdentityDigest: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    private let method: AuthenticationMethod
    private let digest: [UInt8]

    package init(_ credential: Credential) {
        method = credential.method
        switch credential {
        case .token(let token): digest = token.digest
        case .claimToBe(let name): digest = Hash.sha256(name.utf8)
        case .fileSystem, .anonymous: digest = []
        }
    }

    package var description: String { "IdentityDigest(hidden)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
