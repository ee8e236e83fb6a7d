/// A position in one of several related texts.
package struct SourcePosition: Sendable, Hashable {
    /// Index of the text.
    package var text: Int
    /// 1-based; 0 if unknown.
    package var line: Int
    /// 1-based, in bytes; 0 if only the line is known.
    package var column: Int

    package init(text: Int = 0, line: Int = 0, column: Int = 0) {
        (self.text, self.line, self.column) = (text, line, column)
    }
}

/// Maps the bytes of a value or of a logical line to positions in the source.
package struct SourceMap: Sendable {
    private struct Piece: Sendable {
        var offset: Int
        var line: Int
        var column: Int
    }

    private var text: Int
    private var pieces: [Piece] = []

    /// - Parameter text: index of the text that the positions refer to.
    package init(text: Int = 0) { self.text = text }

    /// Maps the bytes from `offset` on to `line`, starting at `column`.
    package mutating func add(offset: Int, line: Int, column: Int) {
        pieces.append(Piece(offset: offset, line: line, column: column))
    }

    package var first: SourcePosition { position(of: 0) }

    /// Whether the bytes come from more than one line.
    var isContinued: Bool { pieces.count > 1 }

    package func position(of offset: Int) -> SourcePosition {
        guard let piece = pieces.last(where: { $0.offset <= offset }) ?? pieces.first else { return SourcePosition(text: text) }
        return SourcePosition(text: text, line: piece.line, column: max(1, piece.column + offset - piece.offset))
    }

    /// The map of the bytes from `offset` on, with offsets relative to it.
    package func dropping(_ offset: Int) -> SourceMap {
        var result = SourceMap(text: text)
        let start = position(of: offset)
        result.add(offset: 0, line: start.line, column: start.column)
        for piece in pieces where piece.offset > offset {
            result.add(offset: piece.offset - offset, line: piece.line, column: piece.column)
        }
        return result
    }
}
