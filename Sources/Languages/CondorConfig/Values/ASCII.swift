/// Byte classes as C's "C" locale and HTCondor's configuration reader know them.
enum ASCII {
    static let newline = UInt8(ascii: "\n")
    static let dollar = UInt8(ascii: "$")
    static let open = UInt8(ascii: "(")
    static let close = UInt8(ascii: ")")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let equals = UInt8(ascii: "=")
    static let at = UInt8(ascii: "@")
    static let plus = UInt8(ascii: "+")
    static let hash = UInt8(ascii: "#")
    static let backslash = UInt8(ascii: "\\")
    static let quote = UInt8(ascii: "\"")
    static let slash = UInt8(ascii: "/")
    static let dot = UInt8(ascii: ".")

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

    /// A letter, a digit or an underscore: what may stand between `$` and `(`.
    static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x5F }

    /// What a parameter name may consist of: letters, digits, `_`, `.` and `/`.
    static func isNameByte(_ byte: UInt8) -> Bool { isWord(byte) || byte == dot || byte == slash }

    static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var start = bytes.startIndex
        var end = bytes.endIndex
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        return bytes[start..<end]
    }

    static func withoutLeadingSpace(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var start = bytes.startIndex
        while start < bytes.endIndex, isSpace(bytes[start]) { start += 1 }
        return bytes[start...]
    }

    /// Equality without regard to ASCII case.
    static func equal(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
        guard a.count == b.count else { return false }
        return zip(a, b).allSatisfy { lowercased($0) == lowercased($1) }
    }

    static func equal(_ a: some Collection<UInt8>, _ b: StaticString) -> Bool {
        guard a.count == b.utf8CodeUnitCount else { return false }
        return b.withUTF8Buffer { literal in zip(a, literal).allSatisfy { lowercased($0) == lowercased($1) } }
    }

    /// The pieces of `bytes` between any of `separators`; white space around a piece is dropped, and so are empty pieces.
    ///
    /// HTCondor's `StringTokenIterator` with trimming: leading separators and white space of every token are skipped together.
    static func tokens(of bytes: ArraySlice<UInt8>, separatedBy separators: [UInt8]) -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var position = bytes.startIndex
        while let token = nextToken(in: bytes, from: &position, separatedBy: separators) { result.append(token) }
        return result
    }

    /// The next token at or after `position`, which moves behind it; nil when none is left.
    static func nextToken(
        in bytes: ArraySlice<UInt8>, from position: inout Int, separatedBy separators: [UInt8]
    ) -> ArraySlice<UInt8>? {
        while position < bytes.endIndex, isSpace(bytes[position]) || separators.contains(bytes[position]) { position += 1 }
        guard position < bytes.endIndex else { return nil }
        let start = position
        var end = position
        while position < bytes.endIndex, !separators.contains(bytes[position]) {
            if !isSpace(bytes[position]) { end = position }
            position += 1
        }
        return bytes[start...end]
    }

    /// The separators of a list value: comma and white space.
    static let listSeparators: [UInt8] = [comma, 0x20, 0x09, 0x0D, 0x0A]
}

extension String {
    /// The name in the spelling that look-ups use: ASCII letters in lower case.
    var lowercasedASCII: String {
        guard utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return self }
        return String(decoding: utf8.map(ASCII.lowercased), as: UTF8.self)
    }
}
