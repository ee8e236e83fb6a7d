import Text

/// Writes JSON as UTF-8 bytes to a growing buffer that can be reused.
///
/// It inserts commas itself. A writer has a single owner, who passes the bytes on with `withUnsafeBytes`. The functions that write bytes can be
/// inlined into other modules, so that an ad becomes JSON in one pass without a call per byte.
@usableFromInline package struct JSONWriter: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<UInt8>
    @usableFromInline var capacity: Int
    @usableFromInline var length = 0

    /// The number of bytes written.
    @inlinable package var count: Int { length }

    package init(capacity: Int = 64 * 1024) {
        self.capacity = Swift.max(capacity, 64)
        base = .allocate(capacity: self.capacity)
    }

    deinit {
        base.deallocate()
    }

    /// Discards what has been written, but keeps the buffer.
    package mutating func removeAll() {
        length = 0
    }

    /// A copy of what has been written.
    package var bytes: [UInt8] {
        Array(UnsafeBufferPointer(start: base, count: length))
    }

    /// Lends what has been written. The pointer is valid only within `body`.
    package func withUnsafeBytes<Result, Failure>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Result) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: length))
    }

    // MARK: Structure

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { put(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { put(UInt8(ascii: "]")) }

    /// The name of the next value in an object.
    package mutating func name(_ name: String) {
        separate()
        var name = name
        name.withUTF8 { quoted($0) }
        put(UInt8(ascii: ":"))
    }

    package mutating func null() { token("null") }
    package mutating func value(_ value: Bool) { value ? token("true") : token("false") }

    package mutating func value(_ value: some BinaryInteger) {
        separate()
        var text = String(value)
        text.withUTF8 { raw($0) }
    }

    package mutating func value(_ value: String) {
        separate()
        var value = value
        value.withUTF8 { quoted($0) }
    }

    /// Writes the shortest text that reads back as the same number; null for infinities and NaN, which JSON cannot express.
    package mutating func value(_ value: Double) {
        guard value.isFinite else { return null() }
        separate()
        var text = value.description
        text.withUTF8 { raw($0) }
    }

    /// Writes a line feed, the end of a line of NDJSON. No comma follows.
    package mutating func newline() { put(UInt8(ascii: "\n")) }

    /// Writes JSON text as one value.
    package mutating func raw(json: some Collection<UInt8>) {
        separate()
        if json.withContiguousStorageIfAvailable({ raw($0) }) == nil {
            for byte in json { put(byte) }
        }
    }

    // MARK: Bytes

    /// Makes room for `more` bytes.
    @inlinable @inline(__always)
    package mutating func reserve(_ more: Int) {
        if capacity - length < more { grow(more) }
    }

    @usableFromInline @inline(never)
    mutating func grow(_ more: Int) {
        capacity = Swift.max(capacity * 2, length + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: base, count: length)
        base.deallocate()
        base = larger
    }

    /// Writes a byte unchanged.
    @inlinable @inline(__always)
    package mutating func put(_ byte: UInt8) {
        reserve(1)
        base[length] = byte
        length += 1
    }

    /// Writes a comma if a value or member precedes.
    @inlinable @inline(__always)
    package mutating func separate() {
        guard length > 0 else { return }
        switch base[length - 1] {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "\n"): break
        default: put(UInt8(ascii: ","))
        }
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        put(byte)
    }

    private mutating func token(_ text: StaticString) {
        separate()
        put(text)
    }

    /// Writes text unchanged.
    @inlinable @inline(__always)
    package mutating func put(_ text: StaticString) {
        raw(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes bytes unchanged.
    @inlinable @inline(__always)
    package mutating func raw(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        (base + length).update(from: source, count: bytes.count)
        length += bytes.count
    }

    /// Writes a string with its quotes.
    @inlinable @inline(__always)
    package mutating func quoted(_ bytes: UnsafeBufferPointer<UInt8>) {
        put(UInt8(ascii: "\""))
        escaped(bytes)
        put(UInt8(ascii: "\""))
    }

    /// Writes the content of a string. Invalid UTF-8 becomes U+FFFD.
    @usableFromInline package mutating func escaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        transcribe(bytes, keepsEscapedQuotes: false)
    }

    /// Writes the content of an old-syntax ClassAd string, in which `\"` stands for a quote and every other backslash for itself.
    @usableFromInline package mutating func escaped(oldString bytes: UnsafeBufferPointer<UInt8>) {
        transcribe(bytes, keepsEscapedQuotes: true)
    }

    @inline(__always)
    private mutating func transcribe(_ bytes: UnsafeBufferPointer<UInt8>, keepsEscapedQuotes: Bool) {
        guard let source = bytes.baseAddress else { return }
        let end = bytes.count
        reserve(end &* 6 &+ 8)
        let raw = UnsafeRawPointer(source)
        let target = base
        var out = length
        var i = 0
        /// The start of the bytes up to `i` that can be copied unchanged.
        var runStart = 0
        while i < end {
            // Eight bytes at a time, while none of them needs escaping.
            while i &+ 8 <= end {
                let word = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)
                UnsafeMutableRawPointer(target + out).storeBytes(of: word, as: UInt64.self)
                let special = JSONWriter.specialBytes(word)
                guard special != 0 else {
                    i &+= 8
                    out &+= 8
                    continue
                }
                let clean = special.trailingZeroBitCount >> 3
                i &+= clean
                out &+= clean
                break
            }
            guard i < end else { break }
            if i &+ 8 > end, end &- 8 >= runStart {
                // The last bytes, together with some that were copied already, make a whole word.
                let word = raw.loadUnaligned(fromByteOffset: end &- 8, as: UInt64.self)
                if JSONWriter.specialBytes(word) == 0 {
                    let rest = end &- i
                    UnsafeMutableRawPointer(target + (out &+ rest &- 8)).storeBytes(of: word, as: UInt64.self)
                    out &+= rest
                    break
                }
                // Do not repeat this for the same bytes.
                runStart = end
            }
            let byte = source[i]
            if byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                target[out] = byte
                out &+= 1
                i &+= 1
            } else if byte >= 0x80 {
                let scalar = UTF8Scan.scalarLength(bytes, at: i)
                if scalar > 0 {
                    for offset in 0..<scalar { target[out &+ offset] = source[i &+ offset] }
                    out &+= scalar
                    i &+= scalar
                    runStart = i
                } else {
                    target[out] = 0xEF
                    target[out &+ 1] = 0xBF
                    target[out &+ 2] = 0xBD
                    out &+= 3
                    i &+= 1
                    runStart = i
                }
            } else {
                target[out] = UInt8(ascii: "\\")
                out &+= 1
                i &+= 1
                runStart = end
                switch byte {
                case UInt8(ascii: "\""): target[out] = byte
                case UInt8(ascii: "\\"):
                    target[out] = byte
                    if keepsEscapedQuotes, i < end, source[i] == UInt8(ascii: "\"") {
                        target[out] = UInt8(ascii: "\"")
                        i &+= 1
                    }
                case 0x08: target[out] = UInt8(ascii: "b")
                case 0x09: target[out] = UInt8(ascii: "t")
                case 0x0A: target[out] = UInt8(ascii: "n")
                case 0x0C: target[out] = UInt8(ascii: "f")
                case 0x0D: target[out] = UInt8(ascii: "r")
                default:
                    target[out] = UInt8(ascii: "u")
                    target[out &+ 1] = UInt8(ascii: "0")
                    target[out &+ 2] = UInt8(ascii: "0")
                    target[out &+ 3] = UInt8(ascii: "0") &+ (byte >> 4)
                    target[out &+ 4] = Hex.upperDigit(byte)
                    out &+= 4
                }
                out &+= 1
            }
        }
        length = out
    }

    /// The high bit of each byte that is a control character, a quote, a backslash or not ASCII. Exact only for the lowest such byte.
    @inline(__always)
    private static func specialBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        let littleEndian = UInt64(littleEndian: word)
        let quote = littleEndian ^ (ones &* 0x22)
        let backslash = littleEndian ^ (ones &* 0x5C)
        let found =
            (littleEndian &- (ones &* 0x20)) & ~littleEndian | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | littleEndian
        return found & high
    }
}
