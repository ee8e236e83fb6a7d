import Crypto

/// One side of the ECDH key agreement of a connection: P-256, public keys as base64 of the 65-byte uncompressed point, the AES key by
/// HKDF-SHA256 with the salt "htcondor" and the info "keygen".
///
/// Source: HTCondor 25.14, `condor_io/condor_secman.cpp`; checked against recorded connections.
struct KeyExchange: Sendable {
    private let privateKey: P256.KeyAgreement.PrivateKey

    /// A fresh key pair.
    init() {
        privateKey = P256.KeyAgreement.PrivateKey(compactRepresentable: false)
    }

    /// The key pair of a given 32-byte scalar; nil when it is none of the curve's.
    init?(scalar: [UInt8]) {
        guard let key = try? P256.KeyAgreement.PrivateKey(rawRepresentation: scalar) else { return nil }
        privateKey = key
    }

    /// What the peer gets.
    var publicKeyText: String { Base64.encode(privateKey.publicKey.x963Representation) }

    /// The key both sides come to.
    func sessionKey(peerPublicKeyText text: String) throws(CedarError) -> SessionKey {
        guard let point = Base64.decode(text.utf8), point.count == 65,
            let peer = try? P256.KeyAgreement.PublicKey(x963Representation: point),
            let secret = try? privateKey.sharedSecretFromKeyAgreement(with: peer)
        else { throw CedarError(.malformed, "the peer's public key is not a point of the curve P-256") }
        return SessionKey(
            secret.hkdfDerivedSymmetricKey(
                using: SHA256.self, salt: Array("htcondor".utf8), sharedInfo: Array("keygen".utf8), outputByteCount: SessionKey.byteCount))
    }
}
