import MacroLanguage
import Text

/// The parts of `text` between separators, trimmed, without empty ones.
///
/// With the default separators this is how HTCondor reads most of its lists.
func tokens(of text: some Collection<UInt8>, separatedBy separators: String = ", \t\r\n") -> [Bytes] {
    ASCII.tokens(of: Bytes(text)[...], separatedBy: Bytes(separators.utf8)).map { Bytes($0) }
}

func tokens(of text: String, separatedBy separators: String = ", \t\r\n") -> [String] {
    tokens(of: text.utf8, separatedBy: separators).map { ASCII.string($0) }
}

/// Trims `text` and then removes one pair of double quotes that encloses all of it.
func trimmedAndUnquoted(_ text: String) -> String {
    let trimmed = ASCII.trimmed(Array(text.utf8)[...])
    if trimmed.first == ASCII.quote, trimmed.last == ASCII.quote {
        return ASCII.string(trimmed.dropFirst().dropLast())
    }
    return ASCII.string(trimmed)
}
