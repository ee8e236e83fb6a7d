import MacroLanguage
import Text

/// Boolean configuration values.
enum BooleanText {
    /// Reads a word for true or false, in any case, or an expression with a boolean or numeric value; nil for any other text.
    static func value(_ text: [UInt8]) -> Bool? {
        let word = ASCII.trimmed(text[...])
        for (name, value) in [
            ("true", true), ("1", true), ("yes", true), ("t", true), ("on", true),
            ("false", false), ("0", false), ("no", false), ("f", false), ("off", false),
        ] where ASCII.equalIgnoringCase(word, name.utf8) {
            return value
        }
        return ExpressionText.boolean(text)
    }
}
