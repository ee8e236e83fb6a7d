import Patterns
import Synchronization

/// A regular expression of a schema, with which texts are compared.
final class TextPattern: Sendable {
    /// A compiled expression serves one match at a time.
    private let expression: Mutex<RegularExpression>

    /// - Parameter pattern: written in the source code. A malformed one stops the program.
    init(_ pattern: String) {
        // `$` is the very end in JSON Schema. In PCRE2 it is also the place before a last line feed.
        let text = pattern.hasSuffix("$") && !pattern.hasSuffix("\\$") ? pattern.dropLast() + "\\z" : pattern
        guard let expression = RegularExpression(Array(text.utf8)) else { preconditionFailure("not a regular expression: \(pattern)") }
        self.expression = Mutex(expression)
    }

    /// False also for a text on which the limits of a match are reached.
    func matches(_ text: String) -> Bool {
        expression.withLock { $0.matches(text) }
    }
}
