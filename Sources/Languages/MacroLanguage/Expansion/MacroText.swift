/// A text whose macros are being replaced from left to right.
///
/// The part before the search position is kept separately from the rest, so that a replacement costs only as much as the new text.
struct MacroText {
    private var done: [UInt8] = []
    private var rest: [UInt8]
    private var start = 0
    private let originalCount: Int
    /// Length of the text's unmodified end.
    private var untouched: Int

    init(_ text: [UInt8]) {
        rest = text
        originalCount = text.count
        untouched = text.count
    }

    var count: Int { done.count + rest.count - start }

    var bytes: [UInt8] { done + rest[start...] }

    mutating func next(_ scanner: inout MacroScanner) -> MacroMatch? {
        rest.withUnsafeBufferPointer { scanner.next(in: $0, from: start) }
    }

    /// The macro's position in the original text; nil if a replacement inserted it.
    func origin(of match: MacroMatch) -> Int? {
        match.dollar >= rest.count - untouched ? originalCount - (rest.count - match.dollar) : nil
    }

    func body(of match: MacroMatch) -> [UInt8] { Array(rest[match.body]) }

    /// The text from the macro's body to the end, past its closing parenthesis. Its indices are those of the match.
    func remainder(from match: MacroMatch) -> ArraySlice<UInt8> { rest[match.body.lowerBound...] }

    /// Leaves the macro unchanged. The next search starts after it.
    mutating func pass(_ match: MacroMatch) {
        done.append(contentsOf: rest[start..<match.end])
        start = match.end
    }

    /// The text between `$` and `(`.
    func prefix(of match: MacroMatch) -> [UInt8] { Array(rest[(match.dollar + 1)..<(match.body.lowerBound - 1)]) }

    /// Replaces the macro by `value`. The next search starts at the macro's `resume`.
    mutating func replace(_ match: MacroMatch, with value: some Collection<UInt8>) {
        untouched = min(untouched, rest.count - match.end)
        done.append(contentsOf: rest[start..<match.resume])
        let carried = Array(rest[match.resume..<match.dollar])
        let needed = carried.count + value.count
        if needed > match.end {
            let tail = rest[match.end...]
            let room = max(256, (needed + tail.count) / 2)
            var grown: [UInt8] = []
            grown.reserveCapacity(room + needed + tail.count)
            grown.append(contentsOf: repeatElement(0, count: room))
            grown.append(contentsOf: carried)
            grown.append(contentsOf: value)
            grown.append(contentsOf: tail)
            rest = grown
            start = room
            return
        }
        start = match.end - needed
        var position = start
        for byte in carried {
            rest[position] = byte
            position += 1
        }
        for byte in value {
            rest[position] = byte
            position += 1
        }
    }
}
