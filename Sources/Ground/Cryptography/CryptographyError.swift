/// An operation that libcrypto refused.
package struct CryptographyError: Error, Sendable, Hashable {
    /// Why an operation failed.
    package enum Code: Sendable, Hashable {
        /// A ciphertext, its tag, its nonce or its authenticated data are not those that were sealed.
        case authenticationFailed
        /// A public key is not a point of its curve.
        case invalidKey
        /// The library has no memory, no random bytes or not this algorithm.
        case unavailable
    }

    package let code: Code

    package init(_ code: Code) {
        self.code = code
    }
}
