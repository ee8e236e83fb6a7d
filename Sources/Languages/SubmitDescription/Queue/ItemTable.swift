import Text

/// How the rows of `queue … from` are split into columns.
struct ItemTableOptions: Sendable, Hashable {
    /// The row with the column names; nil if there is none.
    var headerRow: Int?
    /// Number of rows to skip between header and data.
    var skippedRows = 0
    var splitsAtBlanks = true
    var trims = true
    var separator: UInt8? = ASCII.comma

    static let standard = ItemTableOptions()
    static let table = ItemTableOptions(headerRow: 0, splitsAtBlanks: false)
    static let csv = ItemTableOptions(splitsAtBlanks: false)

    /// Applies the options in the parentheses of `table(…)`.
    mutating func apply(_ text: String) {
        for word in tokens(of: text, separatedBy: ",") {
            if ASCII.equalIgnoringCase(word, "standard") {
                self = .standard
                continue
            }
            if ASCII.equalIgnoringCase(word, "csv") {
                self = .csv
                continue
            }
            let bytes = Array(word.utf8)
            guard let equals = bytes.firstIndex(of: ASCII.equals) else { continue }
            let key = ASCII.lowercased(ASCII.string(ASCII.trimmed(bytes[..<equals])))
            let value = ASCII.string(bytes[(equals + 1)...].drop(while: ASCII.isSpace))
            func number() -> Int? { Numbers.integerOrExpression(value).map { Int(Int32(clamping: $0)) } }
            switch key {
            case "header": if let row = number() { headerRow = row } else if ASCII.equalIgnoringCase(value, "none") { headerRow = nil }
            case "skip": if let rows = number() { skippedRows = rows }
            case "trim": if let flag = Numbers.booleanOrExpression(value) { trims = flag }
            case "comma_sep": if let flag = Numbers.booleanOrExpression(value) { separator = flag ? ASCII.comma : nil }
            case "sep": separator = value.utf8.first
            default: break
            }
        }
    }

    /// The columns of a row. With `count`, exactly this number: the last one takes the rest, and missing ones are empty. No columns for an empty
    /// row.
    func columns(of row: Bytes, count: Int?) -> [Bytes] {
        var row = row[...]
        if row.last == ASCII.newline { row = row.dropLast() }
        if row.last == 0x0D { row = row.dropLast() }
        let isStandard = self == .standard
        var separators: Set<UInt8> = []
        if isStandard, row.contains(0x1F) {
            separators = [0x1F]
        } else {
            if let separator { separators.insert(separator) }
            if splitsAtBlanks || separator == nil {
                separators.formUnion([0x20, 0x09])
                if separator == nil { separators.insert(ASCII.comma) }
            }
        }
        let trimsBlanks = isStandard || trims
        func trimFront(_ slice: inout ArraySlice<UInt8>) { while slice.first == 0x20 || slice.first == 0x09 { slice.removeFirst() } }
        func trimBack(_ slice: inout ArraySlice<UInt8>) { while slice.last == 0x20 || slice.last == 0x09 { slice.removeLast() } }
        if trimsBlanks {
            trimBack(&row)
            trimFront(&row)
        }
        guard !row.isEmpty else { return [] }
        var result: [Bytes] = []
        var rest = row
        while result.count + 1 < count ?? Int.max, let end = rest.firstIndex(where: { separators.contains($0) }) {
            var column = rest[..<end]
            rest = rest[(end + 1)...]
            if trimsBlanks {
                trimBack(&column)
                trimFront(&rest)
            }
            result.append(Bytes(column))
        }
        result.append(Bytes(rest))
        if let count { while result.count < count { result.append([]) } }
        return result
    }
}
