/// Text as HTCondor handles it: bytes in the C locale.
typealias Bytes = [UInt8]

/// Character classes of the C locale and byte-wise text operations.
enum ASCII {
    static let newline = UInt8(ascii: "\n")
    static let dollar = UInt8(ascii: "$")
    static let open = UInt8(ascii: "(")
    static let close = UInt8(ascii: ")")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let hash = UInt8(ascii: "#")
    static let equals = UInt8(ascii: "=")
    static let at = UInt8(ascii: "@")
    static let plus = UInt8(ascii: "+")
    static let slash = UInt8(ascii: "/")
    static let backslash = UInt8(ascii: "\\")
    static let quote = UInt8(ascii: "\"")
    static let apostrophe = UInt8(ascii: "'")
    static let dot = UInt8(ascii: ".")

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func isAlpha(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isAlpha(byte) || isDigit(byte) }

    /// A byte that may stand in the name of a macro: letters, digits, `_`, `.` and `/`.
    static func isNameByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == dot || byte == slash
    }

    static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
    static func upper(_ byte: UInt8) -> UInt8 { byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte }

    static func lowercased(_ text: some Sequence<UInt8>) -> Bytes { text.map(lower) }
    static func lowercased(_ text: String) -> String { String(decoding: text.utf8.map(lower), as: UTF8.self) }
    static func uppercased(_ text: String) -> String { String(decoding: text.utf8.map(upper), as: UTF8.self) }

    static func equalIgnoringCase(_ a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) -> Bool {
        a.elementsEqual(b) { lower($0) == lower($1) }
    }

    static func equalIgnoringCase(_ a: String, _ b: String) -> Bool { equalIgnoringCase(a.utf8, b.utf8) }

    static func hasPrefixIgnoringCase(_ text: some Sequence<UInt8>, _ prefix: String) -> Bool {
        text.starts(with: prefix.utf8) { lower($0) == lower($1) }
    }

    static func hasPrefixIgnoringCase(_ text: String, _ prefix: String) -> Bool { hasPrefixIgnoringCase(text.utf8, prefix) }

    /// Order of `strcasecmp`.
    static func precedesIgnoringCase(_ a: Bytes, _ b: Bytes) -> Bool {
        a.lexicographicallyPrecedes(b) { lower($0) < lower($1) }
    }

    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var slice = text
        while let first = slice.first, isSpace(first) { slice.removeFirst() }
        while let last = slice.last, isSpace(last) { slice.removeLast() }
        return slice
    }

    static func trimmed(_ text: Bytes) -> Bytes { Bytes(trimmed(text[...])) }
    static func trimmed(_ text: String) -> String { string(trimmed(Array(text.utf8)[...])) }

    /// Whether `text` occurs in `bytes`.
    static func contains(_ bytes: some Collection<UInt8>, _ text: String) -> Bool {
        var rest = bytes[...]
        while rest.count >= text.utf8.count {
            if rest.starts(with: text.utf8) { return true }
            rest = rest.dropFirst()
        }
        return text.utf8.isEmpty
    }

    static func string(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Equality of bytes; `==` of `String` would also take canonically equivalent text for equal.
    static func same(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
}
