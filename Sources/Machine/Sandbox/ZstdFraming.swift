/// zstd (RFC 8878, section 3): frames of blocks, with skippable frames between them.
struct ZstdFraming: CompressedFraming {
    private enum State {
        case magic
        case skippableSize
        case descriptor
        case header(descriptor: UInt8)
        case block(hasChecksum: Bool)
        case lost
    }

    private var state = State.magic
    private var cursor = FramingCursor()

    mutating func largestWindow(in bytes: UnsafeRawBufferPointer) -> UInt64 {
        var rest = bytes[...]
        var largest: UInt64 = 0
        while true {
            switch state {
            case .magic:
                guard let field = cursor.take(4, from: &rest) else { return largest }
                switch littleEndian(field) {
                case 0xFD2F_B528: state = .descriptor
                case 0x184D_2A50...0x184D_2A5F: state = .skippableSize
                default: state = .lost
                }
            case .skippableSize:
                guard let field = cursor.take(4, from: &rest) else { return largest }
                cursor.skip(littleEndian(field))
                state = .magic
            case .descriptor:
                guard let field = cursor.take(1, from: &rest) else { return largest }
                state = .header(descriptor: field[0])
            case .header(let descriptor):
                let isSingle = descriptor & 0x20 != 0
                let windowBytes = isSingle ? 0 : 1
                let dictionaryBytes = [0, 1, 2, 4][Int(descriptor & 3)]
                let sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
                guard let field = cursor.take(windowBytes + dictionaryBytes + sizeBytes, from: &rest) else { return largest }
                if isSingle {
                    // The window is the whole content. Two-byte sizes are offset by 256.
                    largest = max(largest, littleEndian(field.suffix(sizeBytes)) &+ (sizeBytes == 2 ? 256 : 0))
                } else {
                    let base = UInt64(1) << (10 + UInt64(field[0] >> 3))
                    largest = max(largest, base + base / 8 * UInt64(field[0] & 7))
                }
                state = .block(hasChecksum: descriptor & 4 != 0)
            case .block(let hasChecksum):
                guard let field = cursor.take(3, from: &rest) else { return largest }
                let header = littleEndian(field)
                // A run-length block contains a single byte, whatever its size.
                cursor.skip(header >> 1 & 3 == 1 ? 1 : header >> 3)
                if header & 1 != 0 {
                    cursor.skip(hasChecksum ? 4 : 0)
                    state = .magic
                }
            case .lost:
                return largest
            }
        }
    }

    private func littleEndian(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
