import Cryptography

/// The random values of one handshake.
struct HandshakeEntropy: Sendable {
    /// Length of the nonces of a resumption in bytes.
    static let nonceLength = 33

    /// Made when a session is negotiated; a resumption needs none.
    var keyExchange: KeyExchange?
    /// 256 bytes for the proof of a token.
    var tokenRandom = RandomBytes.make(AKEP2.randomLength)
    /// 33 bytes that make a resumption unique.
    var nonce = RandomBytes.make(nonceLength)
}
