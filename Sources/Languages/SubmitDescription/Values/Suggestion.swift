import Diagnostics
import Text

/// "Did you mean" for names of the submit language.
enum Suggestion {
    /// A command with a name close to `name`.
    static func command(for name: String) -> String? {
        let lower = ASCII.lowercased(name)
        guard !CommandTable.names.contains(where: { ASCII.equalIgnoringCase($0, lower) }) else { return nil }
        return closestMatch(to: lower, among: CommandTable.names)
    }

    static func word(for word: String, among words: [String]) -> String? { closestMatch(to: word, among: words.sorted()) }
}
