/// Character classes of C's "C" locale, and comparisons that ignore the case of ASCII letters.
///
/// HTTP, HTCondor and most file formats define names and white space by bytes. Nothing here depends on the locale or on Unicode.
///
/// Swift inlines `@inlinable package` members into other modules only if their type is `@usableFromInline` (observed with 6.3.1).
@usableFromInline package enum ASCII {
    @inlinable @inline(__always) package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inlinable @inline(__always) package static func isOctalDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 8 }

    @inlinable @inline(__always) package static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

    @inlinable @inline(__always) package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    @inlinable @inline(__always) package static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

    /// A letter, a digit or an underscore.
    @inlinable @inline(__always) package static func isWord(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == 0x5F }

    /// The characters of C's `isspace`: space, tab, line feed, vertical tab, form feed, carriage return.
    @inlinable @inline(__always) package static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }

    /// A space or a tab.
    @inlinable @inline(__always) package static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    @inlinable @inline(__always) package static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    @inlinable @inline(__always) package static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    @inlinable @inline(__always) package static func uppercased(_ byte: UInt8) -> UInt8 { byte &- 0x61 < 26 ? byte & 0xDF : byte }

    // MARK: Texts

    /// The bytes with ASCII letters in lower case.
    @inlinable package static func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] { bytes.map { lowercased($0) } }

    /// The bytes with ASCII letters in upper case.
    @inlinable package static func uppercased(_ bytes: some Sequence<UInt8>) -> [UInt8] { bytes.map { uppercased($0) } }

    /// The text with ASCII letters in lower case; other letters keep their case.
    package static func lowercased(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 &- 0x41 < 26 }) else { return text }
        return String(decoding: text.utf8.map { lowercased($0) }, as: UTF8.self)
    }

    /// The text with ASCII letters in upper case; other letters keep their case.
    package static func uppercased(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 &- 0x61 < 26 }) else { return text }
        return String(decoding: text.utf8.map { uppercased($0) }, as: UTF8.self)
    }

    /// Whether two byte sequences are equal, ignoring the case of ASCII letters.
    @inlinable package static func equalIgnoringCase(_ a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) -> Bool {
        a.elementsEqual(b) { lowercased($0) == lowercased($1) }
    }

    /// Whether two texts are equal, ignoring the case of ASCII letters.
    package static func equalIgnoringCase(_ a: some StringProtocol, _ b: some StringProtocol) -> Bool {
        a.utf8.count == b.utf8.count && equalIgnoringCase(a.utf8, b.utf8)
    }

    /// Whether two buffers are equal, ignoring the case of ASCII letters. The fast path for code that reads raw bytes.
    @inlinable @inline(__always)
    package static func equalIgnoringCase(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        for i in 0..<a.count where a[i] != b[i] && lowercased(a[i]) != lowercased(b[i]) { return false }
        return true
    }

    /// Whether `text` starts with `prefix`, ignoring the case of ASCII letters.
    @inlinable package static func hasPrefixIgnoringCase(_ text: some Sequence<UInt8>, _ prefix: some Sequence<UInt8>) -> Bool {
        text.starts(with: prefix) { lowercased($0) == lowercased($1) }
    }

    /// Whether `text` starts with `prefix`, ignoring the case of ASCII letters.
    package static func hasPrefixIgnoringCase(_ text: some StringProtocol, _ prefix: some StringProtocol) -> Bool {
        hasPrefixIgnoringCase(text.utf8, prefix.utf8)
    }

    /// C's `strcasecmp`: negative if `a` comes before `b`, 0 if they are equal, positive if `a` comes after `b`.
    @inlinable package static func compareIgnoringCase(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Int {
        for i in 0..<Swift.min(a.count, b.count) {
            let left = lowercased(a[i])
            let right = lowercased(b[i])
            if left != right { return Int(left) - Int(right) }
        }
        return a.count - b.count
    }

    /// Whether `a` comes before `b` in the order of C's `strcasecmp`.
    @inlinable package static func precedesIgnoringCase(_ a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) -> Bool {
        a.lexicographicallyPrecedes(b) { lowercased($0) < lowercased($1) }
    }

    // MARK: White space

    /// The slice without white space at either end.
    package static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var start = bytes.startIndex
        var end = bytes.endIndex
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        return bytes[start..<end]
    }

    /// The bytes without white space at either end.
    package static func trimmed(_ bytes: [UInt8]) -> [UInt8] { Array(trimmed(bytes[...])) }

    /// The text without ASCII white space at either end.
    package static func trimmed(_ text: some StringProtocol) -> String {
        String(decoding: trimmed(Array(text.utf8)[...]), as: UTF8.self)
    }
}
