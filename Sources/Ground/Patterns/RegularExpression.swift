import CPCRE2

/// A compiled PCRE2 regular expression on bytes, without UTF mode, with limits on the work of a match.
///
/// This is the dialect of HTCondor's configuration and ClassAds. An object serves only one match at a time, so it is not `Sendable`.
package final class RegularExpression {
    /// How a pattern is interpreted.
    package struct Options: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// Letters match in either case (`i`).
        package static let caseInsensitive = Options(rawValue: UInt32(PCRE2_CASELESS))
        /// `^` and `$` also match at line feeds (`m`).
        package static let multiline = Options(rawValue: UInt32(PCRE2_MULTILINE))
        /// `.` also matches a line feed (`s`).
        package static let dotMatchesAll = Options(rawValue: UInt32(PCRE2_DOTALL))
        /// White space and comments in the pattern are ignored (`x`).
        package static let extended = Options(rawValue: UInt32(PCRE2_EXTENDED))
        /// Quantifiers match as little as possible (`U`).
        package static let ungreedy = Options(rawValue: UInt32(PCRE2_UNGREEDY))
    }

    /// Restrictions on a match.
    package struct MatchOptions: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// The match must not be empty.
        package static let notEmpty = MatchOptions(rawValue: UInt32(PCRE2_NOTEMPTY))
        /// The match must not be empty at the start of the search.
        package static let notEmptyAtStart = MatchOptions(rawValue: UInt32(PCRE2_NOTEMPTY_ATSTART))
        /// The match must begin at the start of the search.
        package static let anchored = MatchOptions(rawValue: UInt32(PCRE2_ANCHORED))
    }

    /// The result of a match.
    package enum Outcome: Sendable, Hashable {
        /// The text matches. `groups` is the number of groups up to the last one that took part, including the whole match.
        case matched(groups: Int)
        case noMatch
        /// A limit was reached before the result was known.
        case limitReached
    }

    /// The longest pattern in bytes.
    package static let maximumPatternLength = 64 << 10
    /// The largest number of steps, and the largest backtracking depth, of a match. PCRE2's own limit is ten times as high.
    private static let matchLimit: UInt32 = 1_000_000
    private static let heapLimitInKiB: UInt32 = 20_000

    private let code: OpaquePointer
    private let data: OpaquePointer
    private let context: OpaquePointer

    /// Compiles a pattern; nil if it is malformed or longer than ``maximumPatternLength``.
    package convenience init?(_ pattern: [UInt8], options: Options = []) {
        self.init(compiled: pattern.withUnsafeBufferPointer { Self.compile($0, options) })
    }

    /// Compiles a pattern; nil if it is malformed or longer than ``maximumPatternLength``.
    package convenience init?(_ pattern: UnsafeBufferPointer<UInt8>, options: Options = []) {
        self.init(compiled: Self.compile(pattern, options))
    }

    private static func compile(_ pattern: UnsafeBufferPointer<UInt8>, _ options: Options) -> OpaquePointer? {
        guard pattern.count <= maximumPatternLength else { return nil }
        var error: Int32 = 0
        var offset = 0
        return pcre2_compile_8(pattern.baseAddress ?? empty, pattern.count, options.rawValue, &error, &offset, nil)
    }

    /// Takes ownership of the compiled pattern.
    private init?(compiled: OpaquePointer?) {
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
        pcre2_set_match_limit_8(context, Self.matchLimit)
        pcre2_set_depth_limit_8(context, Self.matchLimit)
        pcre2_set_heap_limit_8(context, Self.heapLimitInKiB)
        code = compiled
        self.data = data
        self.context = context
    }

    deinit {
        pcre2_match_data_free_8(data)
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    /// An address for empty buffers, which is never read.
    private static var empty: UnsafePointer<UInt8>? { UnsafePointer(bitPattern: 8) }

    /// Searches for the first match at or after the byte `start`.
    /// - Parameter start: no more than `text.count`.
    package func match(_ text: UnsafeBufferPointer<UInt8>, from start: Int = 0, options: MatchOptions = []) -> Outcome {
        let status = pcre2_match_8(code, text.baseAddress ?? Self.empty, text.count, start, options.rawValue, data, context)
        if status >= 0 { return .matched(groups: Int(status)) }
        return status == PCRE2_ERROR_NOMATCH ? .noMatch : .limitReached
    }

    /// The range of a group in the last successful match, where group 0 is the whole match; nil if the group took no part.
    package func range(ofGroup group: Int) -> Range<Int>? {
        guard let vector = pcre2_get_ovector_pointer_8(data), group >= 0, group < Int(pcre2_get_ovector_count_8(data)) else { return nil }
        let start = vector[2 * group]
        let end = vector[2 * group + 1]
        return start <= end && end != Int(bitPattern: UInt.max) && start >= 0 ? start..<end : nil
    }

    /// Whether the expression matches anywhere in the text; also false if a limit is reached.
    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            if case .matched = match(bytes) { return true }
            return false
        }
    }
}
