/// Reads lines with their continuations.
///
/// A line that ends in a backslash goes on in the next one; white space around each piece is dropped. A piece that begins with `#` ends the
/// line and leaves only its last character behind, and a comment does not continue (HTCondor 25.14, `getline_implementation`).
struct LogicalLineReader {
    struct Line {
        var text: [UInt8]
        /// The last physical line as it stands in the file, for messages.
        var source: Range<Int>
        /// How many bytes of white space the only physical line began with; nil when the line was continued.
        var indentation: Int?
    }

    /// The longest line with its continuations.
    static let longestLine = 4 << 20

    let bytes: [UInt8]
    /// `#opt:oldcomment` switches back to the rules of HTCondor 8.1 and before: comments continue, and are text inside of continued lines.
    var commentsContinue = false
    /// The number of the last physical line that was read.
    private(set) var lineNumber = 0
    private var position = 0
    private var atEnd = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// nil at the end.
    mutating func next() throws(MacroLimitError) -> Line? {
        guard !atEnd else { return nil }
        var text: [UInt8] = []
        var pieceStart = 0
        var source = position..<position
        var indentation: Int?
        while true {
            let start = position
            guard let end = bytes[start...].firstIndex(of: ASCII.newline) else {
                atEnd = true
                position = bytes.count
                if start < bytes.count {
                    source = start..<bytes.count
                    indentation = pieceStart == 0 ? 0 : nil
                    text.append(contentsOf: bytes[start...])
                }
                return text.isEmpty ? nil : Line(text: text, source: source, indentation: indentation)
            }
            position = end + 1
            lineNumber += 1
            source = start..<end
            var piece = bytes[start..<end]
            while let last = piece.last, ASCII.isSpace(last) { piece.removeLast() }
            let indented = piece.count
            piece = ASCII.withoutLeadingSpace(piece)
            indentation = pieceStart == 0 ? indented - piece.count : nil
            var isComment = piece.first == ASCII.hash
            if isComment, pieceStart > 0, !commentsContinue {
                piece = piece.suffix(1)
                isComment = false
            }
            text.append(contentsOf: piece)
            // Trailing space of the text before this piece is kept: only the piece itself is trimmed.
            if text.count > Self.longestLine { throw MacroLimitError(message: "the line with its continuations is longer than 4 MiB") }
            if text.last == ASCII.backslash {
                text.removeLast()
                if !isComment || commentsContinue {
                    pieceStart = text.count
                    continue
                }
            }
            return Line(text: text, source: source, indentation: indentation)
        }
    }
}
