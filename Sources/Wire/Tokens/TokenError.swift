import Cryptography

/// A token or a key with an unusable form. The message never contains a secret.
package struct TokenError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A human-readable sentence.
    package var message: String

    package init(_ message: String) {
        self.message = message
    }

    package var description: String { message }
}
