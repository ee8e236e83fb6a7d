/// An operation that libcrypto refused.
package struct CryptographyError: Error, Sendable, Hashable {
    /// Why an operation failed.
    package enum Code: Sendable, Hashable {
        /// The ciphertext, its tag, its nonce or its authenticated data do not match what was sealed.
        case authenticationFailed
        /// A public key is not a point of its curve.
        case invalidKey
        /// The library lacks memory, random bytes or this algorithm.
        case unavailable
    }

    package let code: Code

    package init(_ code: Code) {
        self.code = code
    }
}
