/// Reads a line from the front. If something cannot be read, the position does not change.
struct TextCursor {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var first: UInt8? { rest.first }
    var isEmpty: Bool { rest.isEmpty }

    mutating func drop(_ count: Int) { rest = rest.dropFirst(count) }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        drop(1)
        return true
    }

    /// Skips exactly this text.
    mutating func skip(_ text: StaticString) -> Bool {
        let isThere = text.withUTF8Buffer { rest.starts(with: $0) }
        if isThere { drop(text.utf8CodeUnitCount) }
        return isThere
    }

    /// Skips this text. A blank in it matches any amount of white space, as in scanf.
    mutating func scan(_ text: StaticString) -> Bool {
        let start = rest
        let isThere = text.withUTF8Buffer { pattern in
            for byte in pattern {
                if byte == 0x20 {
                    skipSpaces()
                } else if !skip(byte) {
                    return false
                }
            }
            return true
        }
        if !isThere { rest = start }
        return isThere
    }

    mutating func skipSpaces() { rest = rest.drop(while: Self.isSpace) }

    /// Reads exactly this number of digits.
    mutating func digits(_ count: Int) -> Int? {
        guard rest.count >= count else { return nil }
        var value = 0
        for byte in rest.prefix(count) {
            guard Self.isDigit(byte) else { return nil }
            value = value * 10 + Int(byte & 15)
        }
        drop(count)
        return value
    }

    /// Reads an integer after white space; nil also if it exceeds 64 bits.
    mutating func integer() -> Int64? {
        let start = rest
        skipSpaces()
        var text = rest.prefix(1).filter { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        drop(text.count)
        let digits = rest.prefix(while: Self.isDigit)
        text += digits
        guard !digits.isEmpty, let value = Int64(String(decoding: text, as: UTF8.self)) else {
            rest = start
            return nil
        }
        drop(digits.count)
        return value
    }

    /// Reads a finite number after white space.
    mutating func number() -> Double? {
        let start = rest
        skipSpaces()
        let text = rest.prefix { Self.isDigit($0) || "+-.eE".utf8.contains($0) }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
            rest = start
            return nil
        }
        drop(text.count)
        return value
    }

    /// Skips white space and reads the bytes up to the next white space.
    mutating func word() -> ArraySlice<UInt8> {
        skipSpaces()
        let word = rest.prefix { !Self.isSpace($0) }
        drop(word.count)
        return word
    }

    /// Reads the bytes before a text, and skips the text; nil if it does not occur.
    mutating func upTo(_ text: StaticString) -> ArraySlice<UInt8>? {
        let found: Int? = text.withUTF8Buffer { pattern in
            guard let first = pattern.first else { return nil }
            var index = rest.startIndex
            while let next = rest[index...].firstIndex(of: first) {
                if rest[next...].starts(with: pattern) { return next }
                index = next + 1
            }
            return nil
        }
        guard let found else { return nil }
        let before = rest[..<found]
        rest = rest[(found + text.utf8CodeUnitCount)...]
        return before
    }

    /// The rest, trimmed.
    var trimmed: ArraySlice<UInt8> { Self.trimmed(rest) }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension String {
    /// Decodes bytes of a log, which may be invalid UTF-8.
    init(logged bytes: ArraySlice<UInt8>) { self = String(decoding: bytes, as: UTF8.self) }
}
