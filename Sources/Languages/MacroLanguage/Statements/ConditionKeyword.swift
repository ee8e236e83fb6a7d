import Text

/// The words that open and close conditional blocks.
package enum ConditionKeyword: String, CaseIterable, Sendable {
    case `if`
    case `elif`
    case `else`
    case `endif`

    /// The keyword a line begins with, in any case, and the text behind it; nil for other lines.
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

    /// The line without the colon that hides it from HTCondor 8.1.4 and before: one before `if`, and any inside of a block.
    package static func withoutColon(_ line: ArraySlice<UInt8>, isInsideBlock: Bool) -> ArraySlice<UInt8> {
        guard line.first == ASCII.colon else { return line }
        let rest = line.dropFirst()
        let beginsBlock = rest.starts(with: "if".utf8) && (rest.dropFirst(2).first.map(ASCII.isSpace) ?? true)
        return isInsideBlock || beginsBlock ? rest : line
    }
}
