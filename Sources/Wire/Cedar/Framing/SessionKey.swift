import Cryptography

/// The 32-byte AES key of a connection or session. Never prints itself; compares in constant time.
package struct SessionKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: SecureBytes
    /// The cipher of the key's connections.
    let cipher: AuthenticatedCipher

    /// Length of every key in bytes (AES-256).
    package static let byteCount = AuthenticatedCipher.keyLength

    /// Takes 32 bytes; nil for any other number.
    package init?(bytes: some Sequence<UInt8>) {
        self.init(SecureBytes(bytes))
    }

    /// The key of a session that a claim grants without a negotiation: derived from the secret part of the claim's id.
    ///
    /// Source: HTCondor 25.14, `condor_io/condor_secman.cpp`, CreateNonNegotiatedSecuritySession.
    package init(claimKey secret: String) {
        self.init(derivedFrom: SecureBytes(secret.utf8))
    }

    /// The key that both ends derive from a secret that they share: HKDF-SHA256 with the salt "htcondor" and the info "keygen".
    init(derivedFrom secret: SecureBytes) {
        bytes = MessageAuthentication.derivedKey(from: secret, salt: Array("htcondor".utf8), info: Array("keygen".utf8), count: Self.byteCount)
        cipher = AuthenticatedCipher(key: bytes)
    }

    private init(_ bytes: SecureBytes) {
        self.bytes = bytes
        cipher = AuthenticatedCipher(key: bytes)
    }

    package static func == (left: SessionKey, right: SessionKey) -> Bool { left.bytes == right.bytes }

    package var description: String { "SessionKey(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
