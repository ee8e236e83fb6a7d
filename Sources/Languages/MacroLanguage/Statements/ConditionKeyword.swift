import Text

/// The keywords that open and close conditional blocks.
package enum ConditionKeyword: String, CaseIterable, Sendable {
    case `if`
    case `elif`
    case `else`
    case `endif`

    /// The keyword at the start of a line, in any case, and the text after it; nil for any other line.
    package static func find(_ line: ArraySlice<UInt8>) -> (ConditionKeyword, condition: ArraySlice<UInt8>)? {
        for keyword in allCases {
            let count = keyword.rawValue.utf8.count
            guard line.count >= count, ASCII.equalIgnoringCase(line.prefix(count), keyword.rawValue.utf8) else { continue }
            let rest = line.dropFirst(count)
            if let next = rest.first, !ASCII.isSpace(next) { continue }
            return (keyword, ASCII.withoutLeadingSpace(rest))
        }
        return nil
    }

    /// The line without the colon that hides it from HTCondor 8.1.4 and older: one before `if`, and any inside a block.
    package static func withoutColon(_ line: ArraySlice<UInt8>, isInsideBlock: Bool) -> ArraySlice<UInt8> {
        guard line.first == ASCII.colon else { return line }
        let rest = line.dropFirst()
        let beginsBlock = rest.starts(with: "if".utf8) && (rest.dropFirst(2).first.map(ASCII.isSpace) ?? true)
        return isInsideBlock || beginsBlock ? rest : line
    }
}
