import NIOCore

/// Keeps the last lines of a text while it passes.
struct LastLines {
    /// Bytes kept at most, however long the lines are.
    static let byteLimit = 16 << 20

    private let count: Int
    private var bytes = ByteBuffer()

    init(_ count: Int) { self.count = count }

    mutating func add(_ part: ByteBuffer) {
        var part = part
        bytes.writeBuffer(&part)
        if bytes.readableBytes > 2 * Self.byteLimit {
            bytes.moveReaderIndex(forwardBy: bytes.readableBytes - Self.byteLimit)
            bytes.discardReadBytes()
        }
    }

    /// The lines; a last one without line feed counts.
    var text: ByteBuffer {
        guard count > 0 else { return ByteBuffer() }
        var text = bytes
        if text.readableBytes > Self.byteLimit { text.moveReaderIndex(forwardBy: text.readableBytes - Self.byteLimit) }
        let start = text.withUnsafeReadableBytes { bytes -> Int in
            var left = count
            var index = bytes.count
            if bytes.last == UInt8(ascii: "\n") { index -= 1 }
            while index > 0 {
                if bytes[index - 1] == UInt8(ascii: "\n") {
                    left -= 1
                    if left == 0 { return index }
                }
                index -= 1
            }
            return 0
        }
        text.moveReaderIndex(forwardBy: start)
        return text
    }
}

/// Makes text of the bytes of a file that come in pieces: a character that is cut by the end of one piece is kept for the next.
struct TextPieces {
    private var rest: [UInt8] = []

    mutating func add(_ part: ByteBuffer) -> String {
        let bytes = rest + part.readableBytesView
        let complete = bytes.count - Self.cut(bytes)
        rest = Array(bytes[complete...])
        return String(decoding: bytes[..<complete], as: UTF8.self)
    }

    /// What is left when nothing more comes.
    mutating func end() -> String {
        defer { rest = [] }
        return String(decoding: rest, as: UTF8.self)
    }

    /// How many bytes at the end are the beginning of a character.
    private static func cut(_ bytes: [UInt8]) -> Int {
        for (length, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length + 1 < needed ? length + 1 : 0
        }
        return 0
    }
}
