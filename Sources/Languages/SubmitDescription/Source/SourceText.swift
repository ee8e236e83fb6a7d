/// A text that is being read, with the place of each of its lines.
struct SourceText: Sendable {
    /// How the text is called in diagnostics; nil for the body of a request.
    let name: String?
    let bytes: Bytes
    /// Offset of the first byte of each line.
    private let starts: [Int]

    init(name: String?, bytes: Bytes) {
        self.name = name
        self.bytes = bytes
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == ASCII.newline { starts.append(offset + 1) }
        self.starts = starts
    }

    /// The 1-based line without its line ending.
    func line(_ number: Int) -> String? {
        guard number >= 1, number <= starts.count else { return nil }
        let start = starts[number - 1]
        var end = number < starts.count ? starts[number] - 1 : bytes.count
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return ASCII.string(bytes[start..<end])
    }
}

/// A place in one of the texts of a submission.
struct SourcePosition: Sendable, Hashable {
    /// Index into the texts of the submission.
    var text = 0
    /// 1-based; 0 when unknown.
    var line = 0
    /// 1-based, in bytes; 0 when only the line is known.
    var column = 0
}

/// Where the bytes of a value or of a logical line stand in the source.
struct SourceMap: Sendable {
    private struct Piece: Sendable {
        var offset: Int
        var line: Int
        var column: Int
    }

    var text = 0
    private var pieces: [Piece] = []

    init(text: Int = 0) { self.text = text }

    /// From `offset` on the bytes stand at `line`, `column` and behind it.
    mutating func add(offset: Int, line: Int, column: Int) {
        pieces.append(Piece(offset: offset, line: line, column: column))
    }

    var first: SourcePosition { position(of: 0) }

    func position(of offset: Int) -> SourcePosition {
        guard let piece = pieces.last(where: { $0.offset <= offset }) ?? pieces.first else { return SourcePosition(text: text) }
        return SourcePosition(text: text, line: piece.line, column: max(1, piece.column + offset - piece.offset))
    }

    /// The map of the bytes from `offset` on, counted from there.
    func dropping(_ offset: Int) -> SourceMap {
        var result = SourceMap(text: text)
        let start = position(of: offset)
        result.add(offset: 0, line: start.line, column: start.column)
        for piece in pieces where piece.offset > offset {
            result.add(offset: piece.offset - offset, line: piece.line, column: piece.column)
        }
        return result
    }
}
