/// The words that open and close conditional blocks.
enum ConditionKeyword: String, CaseIterable {
    case `if`
    case `elif`
    case `else`
    case `endif`

    /// The keyword a line begins with and what follows it.
    static func find(_ line: ArraySlice<UInt8>) -> (ConditionKeyword, condition: ArraySlice<UInt8>)? {
        for keyword in allCases {
            let count = keyword.rawValue.utf8.count
            guard line.count >= count, ASCII.equal(line.prefix(count), keyword.rawValue.utf8) else { continue }
            let rest = line.dropFirst(count)
            if let next = rest.first, !ASCII.isSpace(next) { continue }
            return (keyword, ASCII.withoutLeadingSpace(rest))
        }
        return nil
    }
}

/// A line taken apart at its operator.
struct ConfigurationStatement {
    enum Operation: Equatable {
        case assign
        case colon
        case hereDocument
        /// `+=`, `+,=`, `+&&=` …: with what goes between the old and the new value.
        case append(separator: [UInt8])
    }

    enum Keyword {
        case use, include, error, warning
    }

    private static let appendSeparators: [UInt8] = Array(",;|&*".utf8)

    /// What stands before the first white space or operator.
    var name: ArraySlice<UInt8>
    var operation: Operation
    var operatorOffset: Int
    /// Without leading white space.
    var value: ArraySlice<UInt8>
    var keyword: Keyword?
    /// What stands between the keyword and the colon.
    var keywordText: ArraySlice<UInt8>

    /// nil when the line has no operator.
    init?(_ line: [UInt8]) {
        guard var position = line.firstIndex(where: { ASCII.isSpace($0) || $0 == ASCII.equals || $0 == ASCII.colon }) else { return nil }
        name = line[..<position]
        if ASCII.isSpace(line[position]) {
            while position < line.count, ![ASCII.equals, ASCII.colon, ASCII.at, ASCII.plus].contains(line[position]) { position += 1 }
        }
        guard position < line.count else { return nil }
        operatorOffset = position
        switch line[position] {
        case ASCII.equals:
            operation = .assign
            position += 1
        case ASCII.colon:
            operation = .colon
            position += 1
        case ASCII.at:
            guard position + 1 < line.count, line[position + 1] == ASCII.equals else { return nil }
            operation = .hereDocument
            position += 2
        default:
            guard let (separator, length) = Self.appendOperator(line[position...]) else { return nil }
            operation = .append(separator: separator)
            position += length
        }
        value = ASCII.withoutLeadingSpace(line[position...])
        keywordText = []
        guard operation == .colon else { return }
        keyword = Self.keyword(name.first == ASCII.at ? name.dropFirst() : name)
        if keyword != nil { keywordText = line[name.endIndex..<operatorOffset] }
    }

    /// A statement of a metaknob, whose rules for operators are looser: what has none assigns all that follows the name.
    ///
    /// nil when the line has a name only.
    init?(metaknobLine line: ArraySlice<UInt8>) {
        let end = line.endIndex
        guard var position = line.firstIndex(where: { ASCII.isSpace($0) || $0 == ASCII.equals || $0 == ASCII.colon }) else { return nil }
        name = line[..<position]
        operatorOffset = position
        var found: Operation? = line[position] == ASCII.equals ? .assign : line[position] == ASCII.colon ? .colon : nil
        position += 1
        scan: while position < end {
            let byte = line[position]
            switch byte {
            case ASCII.at:
                guard position + 1 < end, line[position + 1] == ASCII.equals else {
                    found = nil
                    break scan
                }
                found = .hereDocument
                position += 1
            case ASCII.plus:
                guard let (separator, length) = Self.appendOperator(line[position...]) else {
                    found = nil
                    break scan
                }
                found = .append(separator: separator)
                position += length - 1
            case ASCII.equals, ASCII.colon:
                if found == .assign || found == .colon {
                    found = nil
                    break scan
                }
                found = byte == ASCII.equals ? .assign : .colon
                operatorOffset = position
            default:
                if !ASCII.isSpace(byte) { break scan }
            }
            position += 1
        }
        if position >= end, found != .assign, found != .colon { return nil }
        operation = found ?? .assign
        value = ASCII.withoutLeadingSpace(line[position...])
        keywordText = []
        if found == .colon {
            keyword = Self.keyword(name)
            if keyword != nil { keywordText = line[name.endIndex..<operatorOffset] }
        }
    }

    /// `+=` with or without a separator at the start of the text: the separator and the length of the operator.
    private static func appendOperator(_ text: ArraySlice<UInt8>) -> (separator: [UInt8], length: Int)? {
        var position = text.startIndex + 1
        var separator: [UInt8] = [0x20]
        if position < text.endIndex, appendSeparators.contains(text[position]) {
            separator = [text[position]]
            position += 1
            if position < text.endIndex, text[position] == separator[0] {
                separator = [0x20, separator[0], separator[0], 0x20]
                position += 1
            }
        }
        guard position < text.endIndex, text[position] == ASCII.equals else { return nil }
        return (separator, position + 1 - text.startIndex)
    }

    private static func keyword(_ word: ArraySlice<UInt8>) -> Keyword? {
        ASCII.equal(word, "use")
            ? .use
            : ASCII.equal(word, "include")
                ? .include
                : ASCII.equal(word, "error") ? .error : ASCII.equal(word, "warning") ? .warning : nil
    }
}

/// What may stand between `include` and the colon: `[ifexist|ifexists] [output|command [into FILE]]`.
struct IncludeOptions {
    var mayBeMissing = false
    var isCommand = false
    var into: [UInt8]?

    /// nil when there is something else.
    init?(_ text: ArraySlice<UInt8>) {
        var words = ASCII.tokens(of: text, separatedBy: [0x20, 0x09])[...]
        if let word = words.first, word.elementsEqual("ifexist".utf8) || word.elementsEqual("ifexists".utf8) {
            mayBeMissing = true
            words = words.dropFirst()
        }
        guard let word = words.popFirst() else { return }
        guard word.elementsEqual("output".utf8) || word.elementsEqual("command".utf8) else { return nil }
        isCommand = true
        guard words.popFirst()?.elementsEqual("into".utf8) == true else { return }
        guard let file = words.popFirst() else { return nil }
        into = Array(file)
    }
}
