import NIOCore

/// Keeps the last lines of a text that passes through.
struct LastLines {
    /// The largest number of bytes kept, however long the lines are.
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

    /// The lines. A final line without a line feed counts.
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
