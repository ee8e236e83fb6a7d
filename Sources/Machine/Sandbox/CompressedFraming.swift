/// Follows the framing of a compressed format through a stream that arrives in pieces.
///
/// It stops at an error in the framing. The decompressor follows the same framing and fails at the same place.
protocol CompressedFraming {
    /// The largest window or dictionary demanded by a header that ends in `bytes`; 0 if there is none.
    mutating func largestWindow(in bytes: UnsafeRawBufferPointer) -> UInt64
}

/// Collects the pieces of a stream into the fields of a framing.
struct FramingCursor {
    /// Number of bytes still to be skipped.
    private var skipping: UInt64 = 0
    private var field: [UInt8] = []

    mutating func skip(_ count: UInt64) {
        skipping += count
    }

    /// Puts `bytes` back as the beginning of the next field.
    mutating func putBack(_ bytes: [UInt8]) {
        field = bytes
    }

    /// The next `count` bytes after those to be skipped; nil if `bytes` has run out first.
    mutating func take(_ count: Int, from bytes: inout Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
        if skipping > 0 {
            let passed = Int(min(skipping, UInt64(bytes.count)))
            bytes = bytes.dropFirst(passed)
            skipping -= UInt64(passed)
            guard skipping == 0 else { return nil }
        }
        let missing = max(0, count - field.count)
        field += bytes.prefix(missing)
        bytes = bytes.dropFirst(missing)
        guard field.count >= count else { return nil }
        defer { field.removeAll(keepingCapacity: true) }
        return field
    }
}
