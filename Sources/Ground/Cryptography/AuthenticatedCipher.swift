import COpenSSL

/// AES-256 in Galois/counter mode (NIST SP 800-38D): encrypts and authenticates.
package struct AuthenticatedCipher: Sendable {
    /// The length of a key in bytes.
    package static let keyLength = 32
    /// The length of a tag in bytes.
    package static let tagLength = 16

    private let key: SecureBytes

    /// Fetched once. Otherwise the library would search its providers for each message.
    private nonisolated(unsafe) static let algorithm = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)

    /// - Parameter key: ``keyLength`` bytes. With another length every call fails.
    package init(key: SecureBytes) {
        self.key = key
    }

    /// Encrypts a message.
    /// - Parameter output: at least as long as the message and a tag. It receives the ciphertext followed by the tag.
    /// - Returns: the number of bytes written.
    @discardableResult
    package func seal(
        _ message: UnsafeRawBufferPointer, nonce: [UInt8], authenticating data: [UInt8], into output: UnsafeMutableRawBufferPointer
    ) throws(CryptographyError) -> Int {
        guard output.count >= message.count + Self.tagLength, let ciphertext = output.baseAddress else { throw CryptographyError(.unavailable) }
        let context = try context(nonce: nonce, authenticating: data, isSealing: true)
        defer { EVP_CIPHER_CTX_free(context) }
        var written: Int32 = 0
        let bytes = ciphertext.assumingMemoryBound(to: UInt8.self)
        guard let length = Int32(exactly: message.count),
            message.isEmpty || EVP_EncryptUpdate(context, bytes, &written, message.baseAddress?.assumingMemoryBound(to: UInt8.self), length) == 1,
            EVP_EncryptFinal_ex(context, bytes + message.count, &written) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagLength), ciphertext + message.count) == 1
        else { throw CryptographyError(.unavailable) }
        return message.count + Self.tagLength
    }

    /// Decrypts a ciphertext that is followed by its tag.
    /// - Parameter output: at least as long as the ciphertext without its tag. Its contents must not be used after a failure.
    /// - Returns: the number of bytes written.
    @discardableResult
    package func open(
        _ sealed: UnsafeRawBufferPointer, nonce: [UInt8], authenticating data: [UInt8], into output: UnsafeMutableRawBufferPointer
    ) throws(CryptographyError) -> Int {
        let count = sealed.count - Self.tagLength
        guard count >= 0, let length = Int32(exactly: count), let source = sealed.baseAddress else { throw CryptographyError(.authenticationFailed) }
        guard output.count >= count else { throw CryptographyError(.unavailable) }
        let context = try context(nonce: nonce, authenticating: data, isSealing: false)
        defer { EVP_CIPHER_CTX_free(context) }
        var written: Int32 = 0
        var end: UInt8 = 0
        let target = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard count == 0 || EVP_DecryptUpdate(context, target, &written, source.assumingMemoryBound(to: UInt8.self), length) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagLength), UnsafeMutableRawPointer(mutating: source + count)) == 1,
            EVP_DecryptFinal_ex(context, &end, &written) == 1
        else { throw CryptographyError(.authenticationFailed) }
        return count
    }

    /// A context initialised with the key, the nonce and the authenticated data. The caller frees it.
    private func context(nonce: [UInt8], authenticating data: [UInt8], isSealing: Bool) throws(CryptographyError) -> OpaquePointer {
        guard key.count == Self.keyLength, !nonce.isEmpty, let context = EVP_CIPHER_CTX_new() else { throw CryptographyError(.unavailable) }
        let direction: Int32 = isSealing ? 1 : 0
        var written: Int32 = 0
        let isReady = key.withUnsafeBytes { key in
            EVP_CipherInit_ex(context, Self.algorithm, nil, nil, nil, direction) == 1
                && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, Int32(clamping: nonce.count), nil) == 1
                && EVP_CipherInit_ex(context, nil, nil, key.baseAddress?.assumingMemoryBound(to: UInt8.self), nonce, direction) == 1
                && (data.isEmpty || EVP_CipherUpdate(context, nil, &written, data, Int32(clamping: data.count)) == 1)
        }
        guard isReady else {
            EVP_CIPHER_CTX_free(context)
            throw CryptographyError(.unavailable)
        }
        return context
    }
}
