import CPCRE2

/// A compiled regular expression in HTCondor's dialect: PCRE2 on bytes, without UTF mode.
final class Regex {
    enum Outcome {
        case matched
        case none
        /// The match or depth limit was reached.
        case failed
    }

    /// Longer patterns are refused.
    private static let longestPattern = 64 << 10
    /// How much work one match may be; PCRE2's own default is ten times that.
    private static let matchLimit: UInt32 = 1_000_000
    private static let heapLimitInKiB: UInt32 = 20_000

    private let code: OpaquePointer
    private let data: OpaquePointer
    private let context: OpaquePointer

    /// Nil if `pattern` is malformed.
    init?(_ pattern: String, options: UInt32) {
        let compiled: OpaquePointer? = pattern.withClassAdBytes { bytes in
            guard bytes.count <= Regex.longestPattern else { return nil }
            var error: Int32 = 0
            var offset = 0
            return pcre2_compile_8(bytes.baseAddress ?? Regex.empty, bytes.count, options, &error, &offset, nil)
        }
        guard let compiled else { return nil }
        guard let context = pcre2_match_context_create_8(nil) else {
            pcre2_code_free_8(compiled)
            return nil
        }
        guard let data = pcre2_match_data_create_from_pattern_8(compiled, nil) else {
            pcre2_match_context_free_8(context)
            pcre2_code_free_8(compiled)
            return nil
        }
        pcre2_set_match_limit_8(context, Regex.matchLimit)
        pcre2_set_depth_limit_8(context, Regex.matchLimit)
        pcre2_set_heap_limit_8(context, Regex.heapLimitInKiB)
        code = compiled
        self.data = data
        self.context = context
    }

    deinit {
        pcre2_match_data_free_8(data)
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    /// An address for empty buffers; nothing is read from it.
    private static var empty: UnsafePointer<UInt8>? { UnsafePointer(bitPattern: 8) }

    /// The PCRE2 options for the letters of an option string; other letters are ignored.
    static func options(_ text: String, letters: String = "imsx") -> UInt32 {
        var options: UInt32 = 0
        for byte in text.utf8 where letters.utf8.contains(byte) {
            switch byte | 0x20 {
            case UInt8(ascii: "i"): options |= PCRE2_CASELESS
            case UInt8(ascii: "m"): options |= PCRE2_MULTILINE
            case UInt8(ascii: "s"): options |= PCRE2_DOTALL
            case UInt8(ascii: "x"): options |= PCRE2_EXTENDED
            default: break
            }
        }
        return options
    }

    /// PCRE2's result of one match: the number of groups set, or a negative code.
    func match(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, options: UInt32 = 0) -> Int32 {
        pcre2_match_8(code, bytes.baseAddress ?? Regex.empty, bytes.count, start, options, data, context)
    }

    /// Where the group matched in the last successful match; nil if it took no part.
    func range(ofGroup group: Int) -> Range<Int>? {
        guard let vector = pcre2_get_ovector_pointer_8(data), group < Int(pcre2_get_ovector_count_8(data)) else { return nil }
        let start = vector[2 * group]
        let end = vector[2 * group + 1]
        return start <= end && end != Int(bitPattern: UInt.max) && start >= 0 ? start..<end : nil
    }

    func firstMatch(in text: String, _ evaluator: inout Evaluator, options: UInt32 = 0) -> Outcome {
        text.withClassAdBytes { bytes in
            let status = match(bytes, from: 0, options: options)
            if status >= 0 { return .matched }
            if status == PCRE2_ERROR_NOMATCH { return .none }
            evaluator.regexOverruns -= 1
            return .failed
        }
    }
}
