import NIOCore

/// Decodes a file's bytes that arrive in pieces. A character that is cut at the end of a piece is kept for the next one.
struct TextPieces {
    private var rest: [UInt8] = []

    mutating func add(_ part: ByteBuffer) -> String {
        let bytes = rest + part.readableBytesView
        let complete = bytes.count - Self.cut(bytes)
        rest = Array(bytes[complete...])
        return String(decoding: bytes[..<complete], as: UTF8.self)
    }

    /// The rest, after the last piece.
    mutating func end() -> String {
        defer { rest = [] }
        return String(decoding: rest, as: UTF8.self)
    }

    /// The number of bytes at the end that begin an incomplete character.
    private static func cut(_ bytes: [UInt8]) -> Int {
        for (length, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length + 1 < needed ? length + 1 : 0
        }
        return 0
    }
}
