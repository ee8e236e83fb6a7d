/// The JSON object of a token's header or payload: strict (RFC 8259), each name once, at most 16 levels deep. Values other than strings,
/// numbers and truth values are checked and then dropped: no claim used here has them.
struct TokenJSON: Sendable {
    enum Member: Sendable, Equatable {
        case string(String)
        case number(Double)
        case boolean(Bool)
        case other
    }

    private(set) var members: [String: Member] = [:]

    static let maximumDepth = 16

    /// Nil unless the bytes are exactly one valid object.
    init?(_ bytes: [UInt8]) {
        var parser = Parser(bytes: bytes)
        parser.skipSpace()
        guard let members = parser.object(depth: 1) else { return nil }
        parser.skipSpace()
        guard parser.index == bytes.count else { return nil }
        self.members = members
    }

    private struct Parser {
        let bytes: [UInt8]
        var index = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        var current: UInt8? { index < bytes.count ? bytes[index] : nil }

        mutating func take(_ byte: UInt8) -> Bool {
            guard current == byte else { return false }
            index += 1
            return true
        }

        mutating func take(_ word: String) -> Bool {
            guard bytes[index...].starts(with: word.utf8) else { return false }
            index += word.utf8.count
            return true
        }

        mutating func skipSpace() {
            while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
        }

        mutating func object(depth: Int) -> [String: Member]? {
            guard depth <= maximumDepth, take(UInt8(ascii: "{")) else { return nil }
            var members: [String: Member] = [:]
            skipSpace()
            if take(UInt8(ascii: "}")) { return members }
            while true {
                skipSpace()
                guard let name = string(), members[name] == nil else { return nil }
                skipSpace()
                guard take(UInt8(ascii: ":")), let value = value(depth: depth) else { return nil }
                members[name] = value
                skipSpace()
                if take(UInt8(ascii: "}")) { return members }
                guard take(UInt8(ascii: ",")) else { return nil }
            }
        }

        mutating func array(depth: Int) -> Member? {
            guard depth <= maximumDepth, take(UInt8(ascii: "[")) else { return nil }
            skipSpace()
            if take(UInt8(ascii: "]")) { return .other }
            while true {
                guard value(depth: depth) != nil else { return nil }
                skipSpace()
                if take(UInt8(ascii: "]")) { return .other }
                guard take(UInt8(ascii: ",")) else { return nil }
            }
        }

        mutating func value(depth: Int) -> Member? {
            skipSpace()
            switch current {
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "{"): return object(depth: depth + 1).map { _ in .other }
            case UInt8(ascii: "["): return array(depth: depth + 1)
            case UInt8(ascii: "t"): return take("true") ? .boolean(true) : nil
            case UInt8(ascii: "f"): return take("false") ? .boolean(false) : nil
            case UInt8(ascii: "n"): return take("null") ? .other : nil
            default: return number()
            }
        }

        mutating func digits() -> Bool {
            let start = index
            while let byte = current, (0x30...0x39).contains(byte) { index += 1 }
            return index > start
        }

        mutating func number() -> Member? {
            let start = index
            _ = take(UInt8(ascii: "-"))
            if !take(UInt8(ascii: "0")) {
                guard digits() else { return nil }
            }
            if take(UInt8(ascii: ".")) {
                guard digits() else { return nil }
            }
            if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
                if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
                guard digits() else { return nil }
            }
            guard let value = Double(String(decoding: bytes[start..<index], as: UTF8.self)), value.isFinite else { return nil }
            return .number(value)
        }

        mutating func string() -> String? {
            guard take(UInt8(ascii: "\"")) else { return nil }
            var text: [UInt8] = []
            while let byte = current {
                index += 1
                switch byte {
                case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let escaped = escape() else { return nil }
                    text.append(contentsOf: escaped)
                case 0..<0x20: return nil
                default: text.append(byte)
                }
            }
            return nil
        }

        /// What follows a backslash.
        mutating func escape() -> [UInt8]? {
            guard let byte = current else { return nil }
            index += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
            case UInt8(ascii: "b"): return [0x08]
            case UInt8(ascii: "f"): return [0x0C]
            case UInt8(ascii: "n"): return [0x0A]
            case UInt8(ascii: "r"): return [0x0D]
            case UInt8(ascii: "t"): return [0x09]
            case UInt8(ascii: "u"):
                guard let first = codeUnit() else { return nil }
                var scalar = UInt32(first)
                if (0xD800..<0xDC00).contains(first) {
                    guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let second = codeUnit(), (0xDC00..<0xE000).contains(second) else {
                        return nil
                    }
                    scalar = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
                }
                return Unicode.Scalar(scalar).map { Array(String($0).utf8) }
            default: return nil
            }
        }

        mutating func codeUnit() -> UInt16? {
            guard bytes.count - index >= 4 else { return nil }
            var unit: UInt16 = 0
            for _ in 0..<4 {
                guard let digit = Hex.value(bytes[index]) else { return nil }
                unit = unit << 4 | UInt16(digit)
                index += 1
            }
            return unit
        }
    }
}
