import COpenSSL

/// A key pair of the curve P-256 for one Diffie-Hellman agreement (NIST SP 800-56A).
package struct KeyAgreement: Sendable {
    private let pair: Pair

    /// Owns the library's key. It never changes after its initialiser, and the library allows concurrent reads.
    private final class Pair: @unchecked Sendable {
        let key: OpaquePointer

        init(_ key: OpaquePointer) {
            self.key = key
        }

        deinit { EVP_PKEY_free(key) }
    }

    /// A fresh key pair.
    package init() throws(CryptographyError) {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else { throw CryptographyError(.unavailable) }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, "P-256") == 1, EVP_PKEY_generate(context, &key) == 1,
            let key
        else { throw CryptographyError(.unavailable) }
        pair = Pair(key)
    }

    /// The key pair for a scalar of 32 bytes, most significant byte first.
    package init(scalar: [UInt8]) throws(CryptographyError) {
        guard scalar.count == 32, let number = BN_bin2bn(scalar, 32, nil) else { throw CryptographyError(.invalidKey) }
        defer { BN_clear_free(number) }
        guard let key = Self.key(of: number) else { throw CryptographyError(.invalidKey) }
        pair = Pair(key)
    }

    private static func key(of scalar: OpaquePointer) -> OpaquePointer? {
        guard let group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), let point = EC_POINT_new(group) else { return nil }
        defer {
            EC_POINT_free(point)
            EC_GROUP_free(group)
        }
        var encoded = [UInt8](repeating: 0, count: 65)
        guard BN_is_zero(scalar) == 0, BN_cmp(scalar, EC_GROUP_get0_order(group)) < 0, EC_POINT_mul(group, point, scalar, nil, nil, nil) == 1,
            EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, &encoded, 65, nil) == 65
        else { return nil }
        return copenssl_p256_key(scalar, encoded, encoded.count)
    }

    /// The public key: the uncompressed point of 65 bytes (SEC 1, section 2.3.3).
    package var publicKey: [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = EVP_PKEY_get1_encoded_public_key(pair.key, &bytes)
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : count))
    }

    /// The shared secret: the x coordinate of the common point.
    /// - Parameter peer: the other side's public key, an uncompressed point. A point that is not on the curve is refused.
    package func sharedSecret(with peer: [UInt8]) throws(CryptographyError) -> SecureBytes {
        guard peer.count == 65, peer.first == 4, let peerKey = EVP_PKEY_new() else { throw CryptographyError(.invalidKey) }
        defer { EVP_PKEY_free(peerKey) }
        guard EVP_PKEY_copy_parameters(peerKey, pair.key) == 1, EVP_PKEY_set1_encoded_public_key(peerKey, peer, peer.count) == 1,
            let context = EVP_PKEY_CTX_new_from_pkey(nil, pair.key, nil)
        else { throw CryptographyError(.invalidKey) }
        defer { EVP_PKEY_CTX_free(context) }
        var secret = [UInt8](repeating: 0, count: 32)
        var length = secret.count
        guard EVP_PKEY_derive_init(context) == 1, EVP_PKEY_derive_set_peer(context, peerKey) == 1,
            EVP_PKEY_derive(context, &secret, &length) == 1, length == secret.count
        else { throw CryptographyError(.invalidKey) }
        defer { OPENSSL_cleanse(&secret, secret.count) }
        return SecureBytes(secret)
    }
}
