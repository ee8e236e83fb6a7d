/// A finding about a text written by a user: a ClassAd expression, a submit description or a configuration file.
///
/// Problem documents, the command line and tests all use the same value.
package struct Diagnostic: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable {
        case error
        case warning
    }

    package var severity: Severity
    /// What is wrong, as a sentence without full stop.
    package var message: String
    /// The text's file; nil for text without a file (a query parameter, a request body).
    package var file: String?
    /// 1-based line; 0 if the finding has no position.
    package var line: Int
    /// 1-based column in UTF-8 bytes; 0 if only the line is known.
    package var column: Int
    /// What would be valid at this position.
    package var expected: String?
    /// A known name close to an unknown one ("did you mean").
    package var suggestion: String?
    /// The line that the position refers to, without its line ending.
    package var sourceLine: String?

    package init(
        _ severity: Severity, _ message: String, file: String? = nil, line: Int = 0, column: Int = 0,
        expected: String? = nil, suggestion: String? = nil, sourceLine: String? = nil
    ) {
        self.severity = severity
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.expected = expected
        self.suggestion = suggestion
        self.sourceLine = sourceLine
    }

    /// The finding in one line: message, what was expected, and the suggestion, without the position.
    package var summary: String {
        var text = message
        if let expected { text += "; expected \(expected)" }
        if let suggestion { text += "; did you mean '\(suggestion)'?" }
        return text
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The longest part of a source line that `description` shows, in bytes.
    private static let shownBytes = 160

    /// `file:line:column: error: message`, then the source line with a caret below the column.
    package var description: String {
        var text = ""
        if let file { text += "\(file):" }
        if line > 0 {
            text += "\(line):"
            if column > 0 { text += "\(column):" }
        }
        if !text.isEmpty { text += " " }
        text += "\(severity.rawValue): \(summary)"
        if let excerpt { text += "\n  \(excerpt.text)\n  \(excerpt.caret)" }
        return text
    }

    /// The part of the source line around the column and the caret line below it; nil without a column or a source line.
    private var excerpt: (text: String, caret: String)? {
        guard let sourceLine, column > 0 else { return nil }
        let bytes = Array(sourceLine.utf8)
        let position = min(column - 1, bytes.count)
        var start = position > Self.shownBytes / 2 ? position - Self.shownBytes / 2 : 0
        while start < position, bytes[start] & 0xC0 == 0x80 { start += 1 }
        var end = min(bytes.count, start + Self.shownBytes)
        while end > position, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        func printable(_ slice: ArraySlice<UInt8>) -> [UInt8] {
            slice.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
        }
        let before = String(decoding: printable(bytes[start..<position]), as: UTF8.self)
        let text = String(decoding: printable(bytes[start..<end]), as: UTF8.self)
        return (text, String(repeating: " ", count: before.count) + "^")
    }
}
