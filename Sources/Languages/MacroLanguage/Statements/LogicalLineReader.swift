import Text

/// A line joined with its continuation lines.
package struct LogicalLine: Sendable {
    package var bytes: [UInt8] = []
    package var map: SourceMap
    /// The number of its last physical line, which HTCondor gives in messages.
    package var lastLine = 0
    /// The range of the last physical line in the text.
    package var source = 0..<0
    /// Whether the line exceeds the reader's limit. The bytes beyond it were dropped.
    package var isTooLong = false

    /// An empty line of a text.
    package init(textIndex: Int = 0) { map = SourceMap(text: textIndex) }

    /// The number of leading white space bytes of the only physical line; nil if there are several lines.
    package var indentation: Int? { map.isContinued ? nil : map.first.column - 1 }
}

/// Joins physical lines into logical ones (HTCondor 25.14, condor_utils/config.cpp, `getline_implementation`).
///
/// White space at both ends of each physical line is removed. A backslash at the end continues the line; a comment never continues. A continuation
/// line that begins with `#` ends the logical line and contributes only its last character, even if that is a backslash.
package struct LogicalLineReader: Sendable {
    /// How to read a last line without a newline.
    package enum LastLine: Sendable {
        /// The line is neither trimmed nor continued nor counted, as in HTCondor.
        case asItStands
        /// The line is read as if it had a newline. HTCondor's `condor_submit` refuses such descriptions if their last line is indented (observed
        /// with 25.14.1), but descriptions sent over HTTP often lack the final newline.
        case asOthers
    }

    package let bytes: [UInt8]
    /// `#opt:oldcomment` restores the rules of HTCondor 8.1 and older: comments can be continued, and are text within continued lines.
    package var commentsContinue = false
    /// Number of physical lines read.
    package private(set) var lineNumber = 0
    private let textIndex: Int
    private let longestLine: Int
    private let lastLine: LastLine
    private var position = 0

    /// - Parameters:
    ///   - textIndex: the text's index in the maps of its lines.
    ///   - longestLine: in bytes, including continuations.
    package init(_ bytes: [UInt8], textIndex: Int = 0, longestLine: Int, lastLine: LastLine) {
        self.bytes = bytes
        self.textIndex = textIndex
        self.longestLine = longestLine
        self.lastLine = lastLine
    }

    /// The next line; nil at the end.
    package mutating func next() -> LogicalLine? {
        guard position < bytes.count else { return nil }
        var line = LogicalLine(textIndex: textIndex)
        while position < bytes.count {
            let start = position
            let newline = bytes[start...].firstIndex(of: ASCII.newline)
            let end = newline ?? bytes.count
            line.source = start..<end
            position = min(end + 1, bytes.count)
            if newline == nil, lastLine == .asItStands {
                append(start..<end, to: &line, indentation: 0)
                return line
            }
            lineNumber += 1
            guard takeLine(start..<end, to: &line) else { break }
        }
        return line
    }

    /// Adds a physical line. Returns false if no continuation can follow.
    private mutating func takeLine(_ range: Range<Int>, to line: inout LogicalLine) -> Bool {
        var end = range.upperBound
        var first = range.lowerBound
        while end > first, ASCII.isSpace(bytes[end - 1]) { end -= 1 }
        while first < end, ASCII.isSpace(bytes[first]) { first += 1 }
        let isContinuation = !line.bytes.isEmpty
        var isComment = first < end && bytes[first] == ASCII.hash
        if isComment, isContinuation, !commentsContinue {
            first = end - 1
            isComment = false
        }
        append(first..<end, to: &line, indentation: first - range.lowerBound)
        if line.isTooLong { return first < end && bytes[end - 1] == ASCII.backslash }
        guard line.bytes.last == ASCII.backslash else { return false }
        line.bytes.removeLast()
        return !isComment || commentsContinue
    }

    private func append(_ range: Range<Int>, to line: inout LogicalLine, indentation: Int) {
        line.map.add(offset: line.bytes.count, line: lineNumber, column: indentation + 1)
        line.lastLine = lineNumber
        let room = max(0, longestLine - line.bytes.count)
        if range.count > room { line.isTooLong = true }
        line.bytes += bytes[range.prefix(room)]
    }
}
