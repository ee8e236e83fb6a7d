import Crypto

/// The arithmetic of the TOKEN method: both sides prove that they know the signature of the token without sending it.
///
/// The keys come from the signature by HKDF-SHA256, salted with a constant and the signed part of the token; the proofs are
/// HMAC-SHA1 over the names and the random bytes of both sides.
///
/// Source: HTCondor 25.14, `condor_io/condor_auth_passwd.cpp`; checked against recorded connections.
struct AKEP2: Sendable {
    /// Length of the random bytes of each side.
    static let randomLength = 256
    /// Length of a proof.
    static let proofLength = 20

    private let ka: SymmetricKey

    /// - Parameters:
    ///   - signature: the token's signature.
    ///   - signedText: header and payload of the token as they stand in it, with the point between them.
    init(signature: [UInt8], signedText: String) {
        let secret = SymmetricKey(data: signature)
        let text = Array(signedText.utf8)
        ka = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: secret, salt: Self.seed + text, info: Array("master ka".utf8), outputByteCount: 32)
    }

    /// What the server proves itself with (HKT).
    func serverProof(client: String, server: String, clientRandom: [UInt8], serverRandom: [UInt8]) -> [UInt8] {
        proof(Self.serverStatement(client, server, clientRandom, serverRandom))
    }

    func isServerProof(_ proof: [UInt8], client: String, server: String, clientRandom: [UInt8], serverRandom: [UInt8]) -> Bool {
        HMAC<Insecure.SHA1>.isValidAuthenticationCode(
            proof, authenticating: Self.serverStatement(client, server, clientRandom, serverRandom), using: ka)
    }

    /// What the client proves itself with (HK).
    func clientProof(client: String, serverRandom: [UInt8]) -> [UInt8] {
        proof(Self.clientStatement(client, serverRandom))
    }

    func isClientProof(_ proof: [UInt8], client: String, serverRandom: [UInt8]) -> Bool {
        HMAC<Insecure.SHA1>.isValidAuthenticationCode(
            proof, authenticating: Self.clientStatement(client, serverRandom), using: ka)
    }

    private func proof(_ statement: [UInt8]) -> [UInt8] {
        Array(HMAC<Insecure.SHA1>.authenticationCode(for: statement, using: ka))
    }

    private static func serverStatement(_ client: String, _ server: String, _ clientRandom: [UInt8], _ serverRandom: [UInt8]) -> [UInt8] {
        Array(client.utf8) + [0x20] + Array(server.utf8) + [0] + clientRandom + serverRandom
    }

    private static func clientStatement(_ client: String, _ serverRandom: [UInt8]) -> [UInt8] {
        Array(client.utf8) + [0] + serverRandom
    }
}
