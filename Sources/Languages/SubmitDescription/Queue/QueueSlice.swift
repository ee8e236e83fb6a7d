import MacroLanguage
import Text

/// `[start:end:step]` of a `queue` statement: the rows to use (condor_utils/submit_utils.cpp, `qslice`).
struct QueueSlice: Sendable, Hashable {
    var start: Int?
    var end: Int?
    var step: Int?

    /// Reads a slice at `position` and advances past it; nil if there is no valid slice.
    init?(_ text: ArraySlice<UInt8>, _ position: inout Int) {
        var cursor = position + 1
        var fields: [Int?] = []
        while fields.count < 3 {
            var value: Int?
            if let (number, length) = NumberText.scanInteger(text[cursor...]) {
                value = Int(Int32(clamping: number))
                cursor += length
            }
            fields.append(value)
            guard cursor < text.endIndex else { return nil }
            if text[cursor] == UInt8(ascii: "]") { break }
            guard text[cursor] == ASCII.colon, fields.count < 3 else { return nil }
            cursor += 1
        }
        start = fields[0]
        end = fields.count > 1 ? fields[1] : nil
        step = fields.count > 2 ? fields[2] : nil
        position = cursor + 1
    }

    private func bounds(_ count: Int) -> (first: Int, last: Int) {
        func resolved(_ value: Int) -> Int { value < 0 ? value + count : value }
        return (start.map(resolved) ?? 0, end.map(resolved) ?? count)
    }

    /// The number of rows that HTCondor announces. With odd bounds it differs from the number that `row(_:of:)` yields.
    func count(of count: Int) -> Int {
        let (first, last) = bounds(count)
        var length = last - first
        if let step, step > 1 { length = (length + step - 1) / step }
        return min(max(0, length), count)
    }

    /// The row for an iteration, which need not exist; nil when the iteration is over.
    func row(_ iteration: Int, of count: Int) -> Int? {
        let (first, last) = bounds(count)
        let row = first + iteration * (step ?? 1)
        return row >= first && row < last ? row : nil
    }

    var description: String {
        "[" + (start.map(String.init) ?? "") + ":" + (end.map(String.init) ?? "") + ":" + (step.map(String.init) ?? "") + "]"
    }
}
