/// The `$F…()` function, and `$BASENAME()` and `$DIRNAME()`, which are kinds of it: parts of a path.
struct FilenameParts {
    /// The option letters of `$F…`, in lower case; upper case means the same.
    static let letters: [UInt8] = Array("pnxdqabfwu".utf8)

    private var hasExtension = false
    private var hasName = false
    private var hasPath = false
    private var directories = 0
    private var quoted = false
    private var argumentQuotes = false
    private var bare = false
    private var separator: UInt8?

    static let basename = FilenameParts(options: Array("nx".utf8))
    static let dirname = FilenameParts(options: Array("p".utf8))

    /// `options` is what follows the `F`: `p` path, `n` name, `x` extension, `d` parent directory (each one more), `b` bare, `q` quoted,
    /// `a` single quotes, `u` and `w` the separator `/` or `\`. `f` (full path) changes nothing in configuration: there is no directory to
    /// be relative to.
    init(options: [UInt8]) {
        for letter in options {
            switch letter | 0x20 {
            case UInt8(ascii: "x"): hasExtension = true
            case UInt8(ascii: "n"): hasName = true
            case UInt8(ascii: "p"): hasPath = true
            case UInt8(ascii: "d"): directories += 1
            case UInt8(ascii: "a"): argumentQuotes = true
            case UInt8(ascii: "b"): bare = true
            case UInt8(ascii: "w"): separator = ASCII.backslash
            case UInt8(ascii: "u"): separator = ASCII.slash
            case UInt8(ascii: "q"): quoted = true
            default: break
            }
        }
    }

    /// The selected parts of `path`. `suffix` is removed from the end of the file name if it is there, whatever its case.
    func select(from path: [UInt8], removingSuffix suffix: [UInt8]? = nil) -> [UInt8] {
        let quoteMark: UInt8? = quoted ? (argumentQuotes ? UInt8(ascii: "'") : ASCII.quote) : nil
        let text = prepared(path, quoteMark)
        var end = text.count
        let nameStart = (text.lastIndex(of: ASCII.slash) ?? -1) + 1
        var extensionStart = Self.extensionStart(text, nameStart)
        var keepsExtension = hasExtension
        if let suffix, end - suffix.count >= nameStart, ASCII.equal(suffix, text[(end - suffix.count)...]) {
            extensionStart = end - suffix.count
            keepsExtension = false
        }
        var path = hasPath
        var directory = directories > 0
        if nameStart == 0, hasName || keepsExtension {
            path = false
            directory = false
        }
        var start = 0
        if directory {
            if nameStart == 0 {
                (start, end) = (1, 1)
            } else {
                start = Self.start(ofLast: directories, text)
                if hasName, !keepsExtension {
                    end = extensionStart
                } else if !hasName, !keepsExtension {
                    end = bare ? nameStart - 1 : nameStart
                }
            }
        } else if path {
            if !hasName, !keepsExtension {
                end = bare && nameStart > 0 ? nameStart - 1 : nameStart
            } else if hasName, !keepsExtension {
                end = extensionStart
            }
        } else if hasName {
            start = nameStart
            if !keepsExtension { end = extensionStart }
        } else if keepsExtension {
            start = bare && extensionStart < end ? extensionStart + 1 : extensionStart
        }
        guard let quoteMark else { return start < end ? Array(text[start..<end]) : [] }
        return Self.requoted(text, start, end, quoteMark)
    }

    /// The part from `start` to `end` of a quoted text, with the quotes that were cut off put back: where the part begins with the quote, or
    /// ends with it, none is added. An empty part can end up with a single quote.
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

    /// The path without the quotes around it, with the wanted quotes and separators.
    private func prepared(_ path: [UInt8], _ quoteMark: UInt8?) -> [UInt8] {
        var text = path[...]
        let mark = text.first
        if text.count > 1, mark == text.last, mark == ASCII.quote || mark == UInt8(ascii: "'") {
            text = text.dropFirst().dropLast()
        }
        if let first = text.first, first == ASCII.quote || first == quoteMark {
            text = text.dropFirst()
            if text.last == first { text = text.dropLast() }
        }
        var result = Array(text)
        if let quoteMark { result = [quoteMark] + result + [quoteMark] }
        if let separator {
            let other = separator == ASCII.slash ? ASCII.backslash : ASCII.slash
            for index in result.indices where result[index] == other { result[index] = separator }
        }
        return result
    }

    /// Where the last `.` of the file name is; the end of the text when there is none but at its start.
    private static func extensionStart(_ text: [UInt8], _ nameStart: Int) -> Int {
        var position = text.count - 1
        while position > nameStart {
            if text[position] == ASCII.dot { return position }
            position -= 1
        }
        return text.count
    }

    /// Where the last `count` directories before the file name start.
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
