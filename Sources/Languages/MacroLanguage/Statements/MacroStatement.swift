import Text

/// A line split at its operator (HTCondor 25.14, condor_utils/config.cpp, `Parse_macros`).
package struct MacroStatement {
    package enum Operation: Equatable, Sendable {
        /// `=`
        case assign
        /// `:`
        case colon
        /// `@=`
        case hereDocument
        /// `+=`, `+,=`, `+&&=` …, with the text to insert between the old and the new value.
        case append(separator: [UInt8])
    }

    /// The words that are statements of their own if a colon follows.
    package enum Keyword: Sendable {
        case use, include, error, warning
    }

    /// The text before the first white space or operator.
    package let name: ArraySlice<UInt8>
    /// Nil if the line has none.
    package let operation: Operation?
    /// The operator's offset in the line.
    package let operatorOffset: Int
    /// Whether other words stand between the name and the operator. In a submit description that may be a queue statement.
    package let hasWordsBeforeOperator: Bool
    /// Without leading white space.
    package let value: ArraySlice<UInt8>
    package let keyword: Keyword?
    /// The text between the keyword and the colon, trimmed.
    package let keywordText: ArraySlice<UInt8>

    /// Nil if the line has neither white space nor an operator.
    package init?(_ line: [UInt8]) {
        guard var position = line.firstIndex(where: { ASCII.isSpace($0) || $0 == ASCII.equals || $0 == ASCII.colon }) else { return nil }
        name = line[..<position]
        var hasWords = false
        if ASCII.isSpace(line[position]) {
            while position < line.count, ASCII.isSpace(line[position]) { position += 1 }
            let first = position
            while position < line.count, ![ASCII.equals, ASCII.colon, ASCII.at, ASCII.plus].contains(line[position]) { position += 1 }
            hasWords = position > first
        }
        hasWordsBeforeOperator = hasWords
        operatorOffset = position
        let (operation, length) = Self.operation(line[position...])
        self.operation = operation
        value = ASCII.withoutLeadingSpace(line[min(position + length, line.count)...])
        keyword = operation == .colon ? Self.keyword(name.first == ASCII.at ? name.dropFirst() : name) : nil
        keywordText = keyword == nil ? [] : ASCII.trimmed(line[name.endIndex..<position])
    }

    /// A metaknob's statement, for which the rules for operators are looser: a line without an operator assigns everything after the name
    /// (`Parse_config_string`). Nil if the line has only a name.
    package init?(metaknobLine line: ArraySlice<UInt8>) {
        let end = line.endIndex
        guard var position = line.firstIndex(where: { ASCII.isSpace($0) || $0 == ASCII.equals || $0 == ASCII.colon }) else { return nil }
        name = line[..<position]
        hasWordsBeforeOperator = false
        var offset = position
        var found: Operation? = line[position] == ASCII.equals ? .assign : line[position] == ASCII.colon ? .colon : nil
        position += 1
        scan: while position < end {
            let byte = line[position]
            switch byte {
            case ASCII.at, ASCII.plus:
                let (operation, length) = Self.operation(line[position...])
                found = operation
                if operation == nil { break scan }
                position += length - 1
            case ASCII.equals, ASCII.colon:
                if found == .assign || found == .colon {
                    found = nil
                    break scan
                }
                found = byte == ASCII.equals ? .assign : .colon
                offset = position
            default:
                if !ASCII.isSpace(byte) { break scan }
            }
            position += 1
        }
        if position >= end, found != .assign, found != .colon { return nil }
        operation = found ?? .assign
        operatorOffset = offset
        value = ASCII.withoutLeadingSpace(line[position...])
        keyword = found == .colon ? Self.keyword(name) : nil
        keywordText = keyword == nil ? [] : ASCII.trimmed(line[name.endIndex..<offset])
    }

    /// The operator at the start of the text, and its length. Without an operator, the length of the part that looked like one.
    private static func operation(_ text: ArraySlice<UInt8>) -> (Operation?, length: Int) {
        func byte(_ offset: Int) -> UInt8? { offset < text.count ? text[text.startIndex + offset] : nil }
        switch byte(0) {
        case ASCII.equals: return (.assign, 1)
        case ASCII.colon: return (.colon, 1)
        case ASCII.at: return byte(1) == ASCII.equals ? (.hereDocument, 2) : (nil, 1)
        case ASCII.plus:
            var separator: [UInt8] = [0x20]
            var length = 1
            if let mark = byte(length), ",;|&*".utf8.contains(mark) {
                separator = [mark]
                length += 1
                if byte(length) == mark {
                    separator = [0x20, mark, mark, 0x20]
                    length += 1
                }
            }
            return byte(length) == ASCII.equals ? (.append(separator: separator), length + 1) : (nil, length)
        default: return (nil, 0)
        }
    }

    private static func keyword(_ word: ArraySlice<UInt8>) -> Keyword? {
        if ASCII.equalIgnoringCase(word, "use".utf8) { return .use }
        if ASCII.equalIgnoringCase(word, "include".utf8) { return .include }
        if ASCII.equalIgnoringCase(word, "error".utf8) { return .error }
        return ASCII.equalIgnoringCase(word, "warning".utf8) ? .warning : nil
    }
}
