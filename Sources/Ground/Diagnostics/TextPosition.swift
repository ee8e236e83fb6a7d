/// A position in a text, as line and column, 1-based and counted in bytes.
package struct TextPosition: Sendable, Hashable {
    package var line: Int
    package var column: Int
    /// The bytes of the line, without its line ending.
    package var lineRange: Range<Int>

    /// - Parameter offset: a byte of `text`, clamped to the text.
    package init(offset: Int, of text: UnsafeBufferPointer<UInt8>) {
        let offset = Swift.min(Swift.max(offset, 0), text.count)
        var line = 1
        var lineStart = 0
        for i in 0..<offset where text[i] == UInt8(ascii: "\n") {
            line += 1
            lineStart = i + 1
        }
        var lineEnd = offset
        while lineEnd < text.count, text[lineEnd] != UInt8(ascii: "\n"), text[lineEnd] != UInt8(ascii: "\r") { lineEnd += 1 }
        self.line = line
        column = offset - lineStart + 1
        lineRange = lineStart..<Swift.max(lineStart, lineEnd)
    }
}

extension Diagnostic {
    /// The longest source line that is kept; longer ones are not shown.
    private static let longestLine = 4096

    /// A finding at a byte of a text, with the line that contains it.
    package static func pointing(
        at offset: Int, of text: UnsafeBufferPointer<UInt8>, _ message: String, severity: Severity = .error,
        expected: String? = nil, suggestion: String? = nil
    ) -> Diagnostic {
        let place = TextPosition(offset: offset, of: text)
        var sourceLine: String?
        if place.lineRange.count <= longestLine {
            sourceLine = String(decoding: UnsafeBufferPointer(rebasing: text[place.lineRange]), as: UTF8.self)
        }
        return Diagnostic(
            severity, message, line: place.line, column: place.column, expected: expected, suggestion: suggestion,
            sourceLine: sourceLine)
    }
}
