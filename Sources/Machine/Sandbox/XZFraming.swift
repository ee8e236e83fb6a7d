/// xz (the .xz file format 1.2): streams of blocks that hold LZMA2 chunks, with an index at the end.
struct XZFraming: CompressedFraming {
    private enum State {
        case streamHeader
        case blockHeaderSize
        case blockHeader(count: Int)
        case chunk
        case chunkSize(control: UInt8)
        case indexCount
        case indexRecords(remaining: UInt64)
        case streamPadding
        case lost
    }

    private var state = State.streamHeader
    private var cursor = FramingCursor()
    /// Size of the check after each block, according to the stream's header.
    private var checkBytes: UInt64 = 0
    /// Number of bytes since the start of the part that is padded to a multiple of four.
    private var padded: UInt64 = 0
    /// The number that is being read, seven bits at a time.
    private var number: UInt64 = 0
    private var numberShift: UInt64 = 0

    mutating func largestWindow(in bytes: UnsafeRawBufferPointer) -> UInt64 {
        var rest = bytes[...]
        var largest: UInt64 = 0
        while true {
            switch state {
            case .streamHeader:
                guard let field = cursor.take(12, from: &rest) else { return largest }
                guard field.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) else {
                    state = .lost
                    continue
                }
                let kind = Int(field[7] & 0x0F)
                checkBytes = kind == 0 ? 0 : 4 << UInt64((kind - 1) / 3)
                state = .blockHeaderSize
            case .blockHeaderSize:
                guard let field = cursor.take(1, from: &rest) else { return largest }
                padded = 1
                state = field[0] == 0 ? .indexCount : .blockHeader(count: Int(field[0]) * 4 + 3)
            case .blockHeader(let count):
                guard let field = cursor.take(count, from: &rest) else { return largest }
                padded = 0
                if let dictionary = XZFraming.dictionary(inBlockHeader: field) {
                    largest = max(largest, dictionary)
                    state = .chunk
                } else {
                    state = .lost
                }
            case .chunk:
                guard let field = cursor.take(1, from: &rest) else { return largest }
                padded += 1
                switch field[0] {
                case 0:
                    cursor.skip((4 - padded % 4) % 4 + checkBytes)
                    state = .blockHeaderSize
                case 1, 2, 0x80...: state = .chunkSize(control: field[0])
                default: state = .lost
                }
            case .chunkSize(let control):
                // Uncompressed: the size. Compressed: 16 bits of the expanded size, the compressed size, and new properties if the control byte
                // says so.
                let count = control < 0x80 ? 2 : control < 0xC0 ? 4 : 5
                guard let field = cursor.take(count, from: &rest) else { return largest }
                let sizeAt = control < 0x80 ? 0 : 2
                let size = UInt64(field[sizeAt]) << 8 + UInt64(field[sizeAt + 1]) + 1
                cursor.skip(size)
                padded += UInt64(count) + size
                state = .chunk
            case .indexCount:
                guard let count = takeNumber(from: &rest) else { return largest }
                state = .indexRecords(remaining: count.multipliedReportingOverflow(by: 2).partialValue)
            case .indexRecords(0):
                // Padding, the index's checksum and the stream's footer.
                cursor.skip((4 - padded % 4) % 4 + 4 + 12)
                state = .streamPadding
            case .indexRecords(let remaining):
                guard takeNumber(from: &rest) != nil else { return largest }
                state = .indexRecords(remaining: remaining - 1)
            case .streamPadding:
                guard let field = cursor.take(4, from: &rest) else { return largest }
                if field == [0, 0, 0, 0] { continue }
                cursor.putBack(field)
                state = .streamHeader
            case .lost:
                return largest
            }
        }
    }

    /// A number with seven bits per byte, lowest first, no more than 63 bits.
    private mutating func takeNumber(from bytes: inout Slice<UnsafeRawBufferPointer>) -> UInt64? {
        while let byte = cursor.take(1, from: &bytes)?.first {
            padded += 1
            number |= UInt64(byte & 0x7F) << numberShift
            numberShift += 7
            if byte & 0x80 == 0 || numberShift > 56 {
                defer { (number, numberShift) = (0, 0) }
                return number
            }
        }
        return nil
    }

    /// The dictionary size of the LZMA2 filter, which is a block's last filter; nil if the header is invalid. `header` excludes its size byte.
    private static func dictionary(inBlockHeader header: [UInt8]) -> UInt64? {
        var rest = header.dropLast(4)[...]
        guard let flags = rest.popFirst() else { return nil }
        func number() -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: 0 as UInt64, through: 56, by: 7) {
                guard let byte = rest.popFirst() else { return nil }
                value |= UInt64(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return value }
            }
            return nil
        }
        if flags & 0x40 != 0, number() == nil { return nil }
        if flags & 0x80 != 0, number() == nil { return nil }
        for _ in 0...(flags & 3) {
            guard let filter = number(), let size = number(), size <= UInt64(rest.count) else { return nil }
            let properties = rest.prefix(Int(size))
            rest = rest.dropFirst(Int(size))
            guard filter == 0x21 else { continue }
            guard let bits = properties.first, bits <= 40 else { return nil }
            return bits == 40 ? UInt64(UInt32.max) : (2 | UInt64(bits & 1)) << UInt64(bits / 2 + 11)
        }
        return nil
    }
}
