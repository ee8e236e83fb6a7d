import Cryptography

/// The arithmetic of the TOKEN method: both sides prove that they know the signature of the token without sending it.
///
/// The keys come from the signature by HKDF-SHA256, salted with a constant and the signed part of the token; the proofs are
/// HMAC-SHA1 over the names and the random bytes of both sides.
///
/// Source: HTCondor 25.14, `condor_io/condor_auth_passwd.cpp`; checked against recorded connections.
struct AKEP2: Sendable {
    /// Length of the random bytes of each side.
    static let randomLength = 256

    private let ka: SecureBytes

    /// - Parameters:
    ///   - signature: the token's signature.
    ///   - signedText: header and payload of the token as they stand in it, with the point between them.
    init(signature: [UInt8], signedText: String) {
        ka = MessageAuthentication.derivedKey(
            from: SecureBytes(signature), salt: Self.seed + Array(signedText.utf8), info: Array("master ka".utf8), count: 32)
    }

    /// What the server proves itself with (HKT).
    func serverProof(client: String, server: String, clientRandom: [UInt8], serverRandom: [UInt8]) -> [UInt8] {
        proof(Self.serverStatement(client, server, clientRandom, serverRandom))
    }

    func isServerProof(_ proof: [UInt8], client: String, server: String, clientRandom: [UInt8], serverRandom: [UInt8]) -> Bool {
        MessageAuthentication.isValid(proof, for: Self.serverStatement(client, server, clientRandom, serverRandom), key: ka, .sha1)
    }

    /// What the client proves itself with (HK).
    func clientProof(client: String, serverRandom: [UInt8]) -> [UInt8] {
        proof(Self.clientStatement(client, serverRandom))
    }

    func isClientProof(_ proof: [UInt8], client: String, serverRandom: [UInt8]) -> Bool {
        MessageAuthentication.isValid(proof, for: Self.clientStatement(client, serverRandom), key: ka, .sha1)
    }

    private func proof(_ statement: [UInt8]) -> [UInt8] {
        MessageAuthentication.code(for: statement, key: ka, .sha1)
    }

    private static func serverStatement(_ client: String, _ server: String, _ clientRandom: [UInt8], _ serverRandom: [UInt8]) -> [UInt8] {
        Array(client.utf8) + [0x20] + Array(server.utf8) + [0] + clientRandom + serverRandom
    }

    private static func clientStatement(_ client: String, _ serverRandom: [UInt8]) -> [UInt8] {
        Array(client.utf8) + [0] + serverRandom
    }
}
