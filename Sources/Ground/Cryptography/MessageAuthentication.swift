import COpenSSL

/// Keyed digests: HMAC (RFC 2104), and HKDF (RFC 5869), which derives keys by it.
package enum MessageAuthentication {
    /// The HMAC of a message.
    package static func code(for message: [UInt8], key: SecureBytes, _ function: HashFunction) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: function.digestLength) { buffer, initialized in
            message.withUnsafeBytes { message in
                key.withUnsafeBytes { key in
                    _ = HMAC(
                        function.algorithm, key.baseAddress, Int32(clamping: key.count), message.baseAddress, message.count, buffer.baseAddress, nil)
                }
            }
            initialized = function.digestLength
        }
    }

    /// Whether a code belongs to the message. The time does not depend on where they differ.
    package static func isValid(_ code: [UInt8], for message: [UInt8], key: SecureBytes, _ function: HashFunction) -> Bool {
        isEqualInConstantTime(code, self.code(for: message, key: key, function))
    }

    /// A key derived by HKDF.
    /// - Parameter count: its length in bytes, no more than 255 digests.
    package static func derivedKey(
        from secret: SecureBytes, salt: [UInt8], info: [UInt8], count: Int, _ function: HashFunction = .sha256
    ) -> SecureBytes {
        let secretBytes = secret.withUnsafeBytes { Array($0) }
        let pseudorandomKey = SecureBytes(code(for: secretBytes, key: SecureBytes(salt), function))
        var output: [UInt8] = []
        var block: [UInt8] = []
        var number: UInt8 = 1
        while output.count < count, number < .max {
            block = code(for: block + info + [number], key: pseudorandomKey, function)
            output += block
            number += 1
        }
        return SecureBytes(output.prefix(count))
    }
}
