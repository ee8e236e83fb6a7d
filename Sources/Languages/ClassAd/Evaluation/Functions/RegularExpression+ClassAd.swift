import Patterns

extension RegularExpression {
    /// Nil if `pattern` is malformed or too long.
    convenience init?(_ pattern: String, options: Options) {
        self.init(pattern.withClassAdBytes { Array($0) }, options: options)
    }

    /// The options given by the letters of an option string; other letters are ignored.
    static func options(_ text: String, letters: String = "imsx") -> Options {
        var options: Options = []
        for byte in text.utf8 where letters.utf8.contains(byte) {
            switch byte | 0x20 {
            case UInt8(ascii: "i"): options.insert(.caseInsensitive)
            case UInt8(ascii: "m"): options.insert(.multiline)
            case UInt8(ascii: "s"): options.insert(.dotMatchesAll)
            case UInt8(ascii: "x"): options.insert(.extended)
            default: break
            }
        }
        return options
    }

    /// Searches for a match. The evaluator counts the searches that reach a limit.
    func firstMatch(in text: String, _ evaluator: inout Evaluator, options: MatchOptions = []) -> Outcome {
        let outcome = text.withClassAdBytes { match($0, options: options) }
        if outcome == .limitReached { evaluator.regexOverruns -= 1 }
        return outcome
    }
}
