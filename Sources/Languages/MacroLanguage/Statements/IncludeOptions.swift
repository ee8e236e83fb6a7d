import Text

/// The words between `include` and its colon: `[ifexist|ifexists] [output|command [into FILE]]` (HTCondor 25.14, condor_utils/config.cpp,
/// `parse_include_options`).
package struct IncludeOptions: Sendable {
    /// Whether a missing file is ignored without an error.
    package private(set) var mayBeMissing = false
    /// Whether the name is a command whose output is included.
    package private(set) var isCommand = false
    /// The file that stores the command's output; unexpanded.
    package private(set) var into: [UInt8]?

    /// No options.
    package init() {}

    /// Nil if the text does not begin with these words, or if `into` has no file. HTCondor ignores further words.
    package init?(_ text: ArraySlice<UInt8>) {
        var words = ASCII.tokens(of: text, separatedBy: [0x20, 0x09])[...]
        if let word = words.first, word.elementsEqual("ifexist".utf8) || word.elementsEqual("ifexists".utf8) {
            mayBeMissing = true
            words = words.dropFirst()
        }
        guard let word = words.popFirst() else { return }
        guard word.elementsEqual("output".utf8) || word.elementsEqual("command".utf8) else { return nil }
        isCommand = true
        guard words.popFirst()?.elementsEqual("into".utf8) == true else { return }
        guard let file = words.popFirst() else { return nil }
        into = Array(file)
    }
}
