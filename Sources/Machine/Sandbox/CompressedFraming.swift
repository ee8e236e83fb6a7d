/// Follows the framing of a compressed format through a stream that comes in pieces.
///
/// Where the framing is wrong it stops looking: the decompressor, which follows the same framing, fails at the same place.
protocol CompressedFraming {
    /// The largest window or dictionary that a header ending in `bytes` asks for, 0 if there is none.
    mutating func largestWindow(in bytes: UnsafeRawBufferPointer) -> UInt64
}

/// Gathers the pieces of a stream into the fields a framing waits for.
struct FramingCursor {
    /// Bytes still to be passed over.
    private var skipping: UInt64 = 0
    private var field: [UInt8] = []

    mutating func skip(_ count: UInt64) {
        skipping += count
    }

    /// Makes `bytes` the beginning of the next field.
    mutating func putBack(_ bytes: [UInt8]) {
        field = bytes
    }

    /// The next `count` bytes once they are there, after passing over what was to be skipped; nil when `bytes` ran out before.
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
