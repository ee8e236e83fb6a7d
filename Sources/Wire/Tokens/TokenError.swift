import Cryptography

/// A token or a key whose form cannot be used. The message never holds a secret.
package struct TokenError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for people.
    package var message: String

    package init(_ message: String) {
        self.message = message
    }

    package var description: String { message }
}
