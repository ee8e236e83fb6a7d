import Text

/// The parts of a path that `$F…()` selects. `$BASENAME()` and `$DIRNAME()` are variants of it (HTCondor 25.14, condor_utils/config.cpp,
/// `evaluate_macro_func`).
struct FilenameParts {
    /// The option letters of `$F…` in lower case; upper case means the same.
    static let letters: [UInt8] = Array("pnxdqabfwu".utf8)

    private var hasExtension = false
    private var hasName = false
    private var hasPath = false
    private var directories = 0
    private var isQuoted = false
    private var argumentQuotes = false
    private var isBare = false
    private var separator: UInt8?

    /// Whether relative paths are completed with `directory`.
    private(set) var needsDirectory = false
    /// Nil or empty: paths stay relative.
    var directory: [UInt8]?

    static let basename = FilenameParts(options: "nx".utf8)
    static let dirname = FilenameParts(options: "p".utf8)

    /// `options` are the letters after the `F`: `p` path, `n` name, `x` extension, `d` parent directory (one more for each), `b` bare, `q` quoted,
    /// `a` single quotes, `u` and `w` the separator `/` or `\`, `f` full path.
    init(options: some Sequence<UInt8>) {
        for letter in options {
            switch letter | 0x20 {
            case UInt8(ascii: "x"): hasExtension = true
            case UInt8(ascii: "n"): hasName = true
            case UInt8(ascii: "p"): hasPath = true
            case UInt8(ascii: "d"): directories += 1
            case UInt8(ascii: "a"): argumentQuotes = true
            case UInt8(ascii: "b"): isBare = true
            case UInt8(ascii: "f"): needsDirectory = true
            case UInt8(ascii: "w"): separator = ASCII.backslash
            case UInt8(ascii: "u"): separator = ASCII.slash
            case UInt8(ascii: "q"): isQuoted = true
            default: break
            }
        }
    }

    private var quoteMark: UInt8? { isQuoted ? (argumentQuotes ? UInt8(ascii: "'") : ASCII.quote) : nil }

    /// The selected parts of `path`. `suffix` is removed from the end of the file name, ignoring case.
    func select(from path: [UInt8], removingSuffix suffix: [UInt8]? = nil) -> [UInt8] {
        let text = prepared(path)
        var end = text.count
        let nameStart = (text.lastIndex(of: ASCII.slash) ?? -1) + 1
        var extensionStart = Self.extensionStart(text, nameStart)
        var keepsExtension = hasExtension
        if let suffix, end - suffix.count >= nameStart, ASCII.equalIgnoringCase(suffix, text[(end - suffix.count)...]) {
            extensionStart = end - suffix.count
            keepsExtension = false
        }
        var keepsPath = hasPath
        var keepsDirectories = directories > 0
        if nameStart == 0, hasName || keepsExtension {
            keepsPath = false
            keepsDirectories = false
        }
        var start = 0
        if keepsDirectories {
            if nameStart == 0 {
                (start, end) = (1, 1)
            } else {
                start = Self.start(ofLast: directories, text)
                if hasName, !keepsExtension {
                    end = extensionStart
                } else if !hasName, !keepsExtension {
                    end = isBare ? nameStart - 1 : nameStart
                }
            }
        } else if keepsPath {
            if !hasName, !keepsExtension {
                end = isBare && nameStart > 0 ? nameStart - 1 : nameStart
            } else if hasName, !keepsExtension {
                end = extensionStart
            }
        } else if hasName {
            start = nameStart
            if !keepsExtension { end = extensionStart }
        } else if keepsExtension {
            start = isBare && extensionStart < end ? extensionStart + 1 : extensionStart
        }
        guard let quoteMark else { return start < end ? Array(text[start..<min(end, text.count)]) : [] }
        return Self.requoted(text, start, end, quoteMark)
    }

    /// The part of a quoted text from `start` to `end`, with quotes restored where they were cut off. No quote is added where the part already
    /// begins or ends with one. An empty part can end up as a single quote.
    private static func requoted(_ text: [UInt8], _ start: Int, _ end: Int, _ quoteMark: UInt8) -> [UInt8] {
        var (start, end) = (start, end)
        var text = text + [0, 0]
        if text[start] != quoteMark, start > 0 {
            start -= 1
            text[start] = quoteMark
        }
        if end > 1, text[end - 1] == quoteMark { end -= 1 }
        text[end] = quoteMark
        end += 1
        return start < end ? Array(text[start..<end]) : []
    }

    // MARK: Preparing

    /// The path without enclosing quotes, completed, with the requested quotes and separators.
    private func prepared(_ path: [UInt8]) -> [UInt8] {
        var name = path[...]
        if name.count > 1, let mark = name.first, mark == name.last, mark == ASCII.quote || mark == UInt8(ascii: "'") {
            name = name.dropFirst().dropLast()
        }
        var result = completed(name) ?? Array(withoutQuotes(name))
        if let separator {
            let other = separator == ASCII.slash ? ASCII.backslash : ASCII.slash
            for index in result.indices where result[index] == other { result[index] = separator }
        }
        guard let quoteMark else { return result }
        return [quoteMark] + result + [quoteMark]
    }

    /// Removes enclosing double quotes, or the requested ones.
    private func withoutQuotes(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = name.first, first == ASCII.quote || first == quoteMark else { return name }
        let rest = name.dropFirst()
        return rest.last == first ? rest.dropLast() : rest
    }

    /// A relative name completed with the directory; nil if it stays unchanged.
    private func completed(_ name: ArraySlice<UInt8>) -> [UInt8]? {
        guard needsDirectory, let directory, !directory.isEmpty, name.first != ASCII.slash else { return nil }
        func isSeparator(_ byte: UInt8) -> Bool { byte == ASCII.slash || byte == separator }
        let base = directory.last.map(isSeparator) == true ? directory.dropLast() : directory[...]
        var rest = name
        if rest.count > 2, rest.first == ASCII.dot, isSeparator(rest[rest.startIndex + 1]) { rest = rest.dropFirst(2) }
        return Array(withoutQuotes(base)) + [ASCII.slash] + withoutQuotes(rest)
    }

    // MARK: Parts

    /// The position of the last `.` in the file name, ignoring one at its start; the end of the text if there is none.
    private static func extensionStart(_ text: [UInt8], _ nameStart: Int) -> Int {
        var position = text.count - 1
        while position > nameStart {
            if text[position] == ASCII.dot { return position }
            position -= 1
        }
        return text.count
    }

    /// The start of the last `count` directories before the file name.
    private static func start(ofLast count: Int, _ text: [UInt8]) -> Int {
        var starts: [Int] = []
        var position = 0
        if text.count >= 2, text[0] == ASCII.backslash, text[1] == ASCII.backslash {
            position = text.count >= 4 && text[2] == ASCII.dot && text[3] == ASCII.backslash ? 4 : 2
            starts.append(position)
        }
        while position < text.count {
            if text[position] == ASCII.slash || text[position] == ASCII.backslash { starts.append(position + 1) }
            position += 1
        }
        return starts.count > count ? starts[starts.count - count - 1] : 0
    }
}
