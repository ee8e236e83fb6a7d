import CPCRE2

/// A regular expression of PCRE2, HTCondor's dialect, with limits on the work of a match.
final class RegularExpression {
    private let code: OpaquePointer
    private let context: OpaquePointer?

    private static let matchLimit: UInt32 = 1_000_000

    /// nil when the pattern is none.
    init?(_ pattern: [UInt8]) {
        var error: Int32 = 0
        var offset = 0
        guard let code = pcre2_compile_8(pattern, pattern.count, 0, &error, &offset, nil) else { return nil }
        self.code = code
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, Self.matchLimit)
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    /// Whether the expression matches anywhere in the text; false, too, when the limits are exceeded.
    func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return false }
        defer { pcre2_match_data_free_8(data) }
        return pcre2_match_8(code, text, text.count, 0, 0, data, context) >= 0
    }
}
