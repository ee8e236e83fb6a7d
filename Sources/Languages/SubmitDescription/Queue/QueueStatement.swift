import MacroLanguage
import Text

/// The arguments of a `queue` statement (condor_utils/submit_utils.cpp, `parse_queue_args`).
struct QueueStatement: Sendable {
    enum Source: Sendable, Hashable {
        /// No item list: `queue N`.
        case none
        case list
        case rows
        case matchingAny
        case matchingFiles
        case matchingDirectories
        /// A bare `matching`: the description's settings decide about directories.
        case matching

        var isMatching: Bool { self != .none && self != .list && self != .rows }
    }

    struct Malformed: Error {
        var message: String
        /// Offset in the arguments.
        var offset: Int
        var expected: String?
    }

    var source = Source.none
    /// Number of jobs per item.
    var count = 1
    var variables: [Bytes] = []
    var items: [Bytes] = []
    var options = ItemTableOptions.standard
    var slice: QueueSlice?
    /// The file with the items; nil for a list in the statement.
    var itemFile: String?
    /// Whether the list continues in the lines after the statement, up to a line that starts with `)`.
    var continues = false

    init() {}

    // MARK: Recognising

    /// The text after the keyword `queue` (or `iterate` and its short forms) in a line; nil for any other statement.
    static func arguments(of line: Bytes) -> Bytes? {
        var rest: ArraySlice<UInt8>?
        if ASCII.hasPrefixIgnoringCase(line, "queue".utf8), line.count == 5 || ASCII.isSpace(line[5]) {
            rest = line[5...]
        } else if let word = line.split(whereSeparator: ASCII.isSpace).first {
            let keyword = "iterate".utf8.prefix(max(4, word.count))
            if word.count >= 4, word.count <= 7, ASCII.equalIgnoringCase(word, keyword) { rest = line[word.endIndex...] }
        }
        return rest.map { Bytes($0.drop(while: ASCII.isSpace)) }
    }

    private static let dagCommands: Set<String> = [
        "job", "provisioner", "final", "service", "splice", "subdag", "parent", "submit-description", "done", "pre_skip", "script",
        "priority", "vars", "category", "maxjobs", "abort-dag-on", "config", "env", "set_job_attr", "dot", "jobstate_log",
        "node_status_file", "save_point_file", "reject",
    ]

    static func isDAGCommand(_ word: Bytes) -> Bool { dagCommands.contains(ASCII.lowercased(ASCII.string(word))) }

    // MARK: Parsing

    private static func isBreak(_ byte: UInt8) -> Bool { ASCII.isSpace(byte) || byte == ASCII.open }

    /// - Parameter text: the arguments, with all macros expanded.
    init(_ text: Bytes) throws(Malformed) {
        let text = Bytes(text.drop(while: ASCII.isSpace))
        guard !text.isEmpty else { return }
        var countEnd = text.count
        if let (keyword, range) = Self.findKeyword(text) {
            source = keyword
            var position = range.upperBound
            try readQualifiers(text, &position)
            readList(text, position)
            countEnd = readVariables(text, range.lowerBound)
        }
        let countText = ASCII.trimmed(text[..<countEnd])
        guard !countText.isEmpty else { return }
        guard let value = Numbers.integerOrExpression(ASCII.string(countText)) else {
            throw Malformed(
                message: "invalid queue count '\(ASCII.string(countText.prefix(60)))'", offset: 0,
                expected: "an integer or an expression that evaluates to one")
        }
        guard value >= 0, value < Int64(Int32.max) else {
            throw Malformed(message: "queue count \(value) is out of range", offset: 0, expected: "0 to \(Int32.max - 1)")
        }
        count = Int(value)
    }

    /// The first separate word `in`, `from` or `matching` that is followed by a blank or an opening parenthesis.
    private static func findKeyword(_ text: Bytes) -> (Source, Range<Int>)? {
        var start: Int?
        for position in text.indices {
            if isBreak(text[position]) {
                if let first = start {
                    switch ASCII.lowercased(ASCII.string(text[first..<position])) {
                    case "in": return (.list, first..<position)
                    case "from": return (.rows, first..<position)
                    case "matching": return (.matching, first..<position)
                    default: break
                    }
                }
                start = nil
            } else if start == nil {
                start = position
            }
        }
        return nil
    }

    private mutating func readQualifiers(_ text: Bytes, _ position: inout Int) throws(Malformed) {
        func skipBlanks() { while position < text.count, ASCII.isSpace(text[position]) { position += 1 } }
        skipBlanks()
        while position < text.count, text[position] != ASCII.open {
            let start = position
            guard let end = text[start...].firstIndex(where: Self.isBreak) else { break }
            if text[position] == UInt8(ascii: "[") {
                guard let slice = QueueSlice(text[...], &position) else {
                    throw Malformed(message: "invalid slice", offset: start, expected: "[start:end:step] with integers")
                }
                self.slice = slice
                skipBlanks()
                continue
            }
            let word = ASCII.lowercased(ASCII.string(text[start..<end]))
            guard ["files", "dirs", "any", "table"].contains(word) else { break }
            guard word == "table" ? source == .rows : source == .matching else {
                throw Malformed(message: "'\(word)' is not allowed here", offset: start)
            }
            position = end
            switch word {
            case "files": source = .matchingFiles
            case "dirs": source = .matchingDirectories
            case "any": source = .matchingAny
            default:
                options = .table
                if text[position] == ASCII.open {
                    guard let close = closingBracket(of: text[...], at: position, quotes: true) else {
                        throw Malformed(message: "invalid table options", offset: position, expected: "')'")
                    }
                    options.apply(ASCII.string(text[(position + 1)..<close]))
                    position = close + 1
                }
            }
            skipBlanks()
        }
    }

    private mutating func readList(_ text: Bytes, _ start: Int) {
        var list = text[start...]
        var isOneLine = false
        if list.first == ASCII.open {
            list = list.dropFirst()
            if list.last == ASCII.close {
                list = list.dropLast()
                isOneLine = true
            } else {
                continues = true
            }
        }
        list = list.drop(while: ASCII.isSpace)
        if source == .rows {
            if continues {
                if !list.isEmpty { items = [Bytes(list)] }
            } else if isOneLine {
                items = [Bytes(list)]
            } else {
                itemFile = ASCII.string(ASCII.trimmed(list))
            }
        } else {
            items = tokens(of: list)
        }
    }

    /// Reads the names before the keyword backwards. The text before them is the count.
    private mutating func readVariables(_ text: Bytes, _ keyword: Int) -> Int {
        var end = keyword
        while end > 0, ASCII.isSpace(text[end - 1]) { end -= 1 }
        guard end > 0 else { return 0 }
        var first = end
        var cursor = end
        while cursor > 0 {
            var byte = text[cursor - 1]
            if ASCII.isDigit(byte) {
                cursor -= 1
                while cursor > 0 {
                    byte = text[cursor - 1]
                    if ASCII.isLetter(byte) { break }
                    if !ASCII.isDigit(byte) {
                        byte = UInt8(ascii: "!")
                        break
                    }
                    cursor -= 1
                }
            }
            guard ASCII.isSpace(byte) || ASCII.isLetter(byte) || byte == ASCII.comma || byte == UInt8(ascii: "_") || byte == ASCII.dot
            else { break }
            first = max(0, cursor - 1)
            cursor -= 1
        }
        variables = tokens(of: text[first..<end])
        return first
    }
}
