/// A search for the macros of a selection in a text, together with the text after the replacements.
struct MacroSearch {
    private(set) var scanner: MacroScanner
    var text: MacroText
    private(set) var replacements = 0
    private var paidBytes = 0

    init(_ text: [UInt8], _ selection: MacroSelection) {
        scanner = MacroScanner(selection)
        self.text = MacroText(text)
    }

    /// - Parameter limit: the search is aborted when it has examined more bytes.
    mutating func next(limit: Int) -> MacroMatch? {
        scanner.limit = scanner.examinedBytes + max(0, min(limit, Int.max / 2))
        return text.next(&scanner)
    }

    /// The number of bytes examined since the last call.
    mutating func unpaidWork() -> Int {
        defer { paidBytes = scanner.examinedBytes }
        return scanner.examinedBytes - paidBytes
    }

    mutating func replace(_ match: MacroMatch, with value: some Collection<UInt8>) {
        text.replace(match, with: value)
        replacements += 1
    }
}
