/// A line of a submit description after continuation lines were joined to it.
struct LogicalLine: Sendable {
    var bytes: Bytes
    var map: SourceMap
    /// The last physical line that belongs to it: the number HTCondor gives in messages.
    var lastLine: Int
}

/// Joins the physical lines of a text to logical ones as HTCondor 25.14 does (condor_utils/config.cpp, `getline_implementation`).
///
/// Blank space at both ends of each physical line goes away. A backslash at the end continues the line; a comment never continues.
/// Inside a continuation a line starting with `#` counts as blank up to its last character, which stays (also if it is a backslash).
struct LineReader: Sendable {
    let source: SourceText
    let textIndex: Int
    private var offset = 0
    /// The number of the last physical line read.
    private(set) var lineNumber = 0

    init(_ source: SourceText, textIndex: Int) {
        self.source = source
        self.textIndex = textIndex
    }

    var isAtEnd: Bool { offset >= source.bytes.count }

    mutating func next() -> LogicalLine? {
        guard !isAtEnd else { return nil }
        let bytes = source.bytes
        var line = LogicalLine(bytes: [], map: SourceMap(text: textIndex), lastLine: 0)
        while offset < bytes.count {
            let start = offset
            var end = start
            while end < bytes.count, bytes[end] != ASCII.newline { end += 1 }
            offset = end + 1
            lineNumber += 1

            while end > start, ASCII.isSpace(bytes[end - 1]) { end -= 1 }
            var first = start
            while first < end, ASCII.isSpace(bytes[first]) { first += 1 }
            let isContinuation = !line.bytes.isEmpty
            var isComment = first < end && bytes[first] == ASCII.hash
            if isComment, isContinuation {
                first = end - 1
                isComment = false
            }
            line.map.add(offset: line.bytes.count, line: lineNumber, column: first - start + 1)
            line.bytes.append(contentsOf: bytes[first..<end])
            line.lastLine = lineNumber
            guard line.bytes.last == ASCII.backslash else { break }
            line.bytes.removeLast()
            if isComment { break }
        }
        return line
    }
}
