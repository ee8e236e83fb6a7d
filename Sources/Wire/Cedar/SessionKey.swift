import Crypto

/// The 32-byte AES key of a connection or session. Never prints itself; compares in constant time.
package struct SessionKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let symmetric: SymmetricKey

    /// Length of every key in bytes (AES-256).
    package static let byteCount = 32

    /// Takes 32 bytes; nil for any other number.
    package init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.byteCount else { return nil }
        symmetric = SymmetricKey(data: bytes)
    }

    /// The key of a session that a claim grants without a negotiation: derived from the secret part of the claim's id.
    ///
    /// Source: HTCondor 25.14, `condor_io/condor_secman.cpp`, CreateNonNegotiatedSecuritySession.
    package init(claimKey secret: String) {
        symmetric = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(secret.utf8)), salt: Array("htcondor".utf8), info: Array("keygen".utf8),
            outputByteCount: Self.byteCount)
    }

    init(_ symmetric: SymmetricKey) {
        self.symmetric = symmetric
    }

    package var description: String { "SessionKey(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Random bytes from the cryptographic generator of the system.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        guard count > 0 else { return [] }
        return SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }
}
