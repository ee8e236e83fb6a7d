import Cryptography
import Text

/// One side of the ECDH key agreement of a connection: P-256, public keys as base64 of the 65-byte uncompressed point, the AES key by
/// HKDF-SHA256 with the salt "htcondor" and the info "keygen".
///
/// Source: HTCondor 25.14, `condor_io/condor_secman.cpp`; checked against recorded connections.
struct KeyExchange: Sendable {
    private let agreement: KeyAgreement

    /// A fresh key pair.
    init() throws(CedarError) {
        do {
            agreement = try KeyAgreement()
        } catch {
            throw CedarError(.integrity, "no key pair could be made")
        }
    }

    /// The key pair of a given 32-byte scalar; nil when it is none of the curve's.
    init?(scalar: [UInt8]) {
        guard let agreement = try? KeyAgreement(scalar: scalar) else { return nil }
        self.agreement = agreement
    }

    /// What the peer gets.
    var publicKeyText: String { Base64.encode(agreement.publicKey) }

    /// The key both sides come to.
    func sessionKey(peerPublicKeyText text: String) throws(CedarError) -> SessionKey {
        guard let point = Base64.decode(text.utf8), let secret = try? agreement.sharedSecret(with: point) else {
            throw CedarError(.malformed, "the peer's public key is not a point of the curve P-256")
        }
        return SessionKey(derivedFrom: secret)
    }
}
