import MacroLanguage
import Text

/// A text that is being read, with the positions of its lines.
struct SourceText: Sendable {
    /// The text's name in diagnostics; nil for the body of a request.
    let name: String?
    let bytes: Bytes
    /// Offset of each line's first byte.
    private let starts: [Int]

    init(name: String?, bytes: Bytes) {
        self.name = name
        self.bytes = bytes
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == ASCII.newline { starts.append(offset + 1) }
        self.starts = starts
    }

    /// A line by its 1-based number, without its line ending.
    func line(_ number: Int) -> String? {
        guard number >= 1, number <= starts.count else { return nil }
        let start = starts[number - 1]
        var end = number < starts.count ? starts[number] - 1 : bytes.count
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return ASCII.string(bytes[start..<end])
    }

    /// The logical lines.
    /// - Parameter index: the text's index among those of the submission.
    func lines(index: Int) -> LogicalLineReader {
        LogicalLineReader(bytes, textIndex: index, longestLine: .max, lastLine: .asOthers)
    }
}
