import Diagnostics
import Text

/// A strict recursive-descent parser of JSON.
struct JSONParser {
    private let text: UnsafeBufferPointer<UInt8>
    private let limits: JSONValue.Limits
    private var position = 0
    private var depth = 0
    /// The line that contains `position`, and its start. Line feeds occur only between tokens.
    private var line = 1
    private var lineStart = 0

    init(_ text: UnsafeBufferPointer<UInt8>, limits: JSONValue.Limits) throws(JSONError) {
        self.text = text
        self.limits = limits
        guard text.count <= limits.length else {
            throw JSONError(Diagnostic(.error, "the JSON text is longer than \(limits.length) bytes"))
        }
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value()
        skipSpace()
        guard position == text.count else { throw unexpected("the end of the text") }
        return value
    }

    // MARK: Values

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t") where take("true"): return .bool(true)
        case UInt8(ascii: "f") where take("false"): return .bool(false)
        case UInt8(ascii: "n") where take("null"): return .null
        default: throw unexpected("a value")
        }
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= limits.depth else {
            throw error("the JSON text is nested more than \(limits.depth) levels deep", at: position)
        }
        position += 1
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value())
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw unexpected("',' or ']'") }
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var members = JSONValue.Object()
        var names: Set<String> = []
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            let start = position
            guard byte == UInt8(ascii: "\"") else { throw unexpected("a member's name in quotes") }
            let place = place
            let name = try string()
            guard names.insert(name).inserted else { throw error("the member '\(name)' occurs twice", at: start) }
            skipSpace()
            guard take(":") else { throw unexpected("':'") }
            let value = try value()
            members.append(JSONValue.Member(name: name, value: value, place: place))
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw unexpected("',' or '}'") }
        }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if byte == UInt8(ascii: "-") { position += 1 }
        let digits = position
        skipDigits()
        guard position > digits else { throw unexpected("a digit") }
        guard text[digits] != UInt8(ascii: "0") || position == digits + 1 else {
            throw error("a number does not start with a zero", at: start)
        }
        var isInteger = true
        if byte == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard ASCII.isDigit(byte) else { throw unexpected("a digit after the decimal point") }
            skipDigits()
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            guard ASCII.isDigit(byte) else { throw unexpected("a digit of the exponent") }
            skipDigits()
        }
        let literal = UnsafeBufferPointer(rebasing: text[start..<position])
        if isInteger {
            guard let value = Int64(String(decoding: literal, as: UTF8.self)) else {
                throw error("the integer does not fit 64 bits", at: start)
            }
            return .integer(value)
        }
        let value = DecimalNumber.double(literal)
        guard value.isFinite else { throw error("the number is too large", at: start) }
        return .number(value)
    }

    private mutating func string() throws(JSONError) -> String {
        let start = position
        position += 1
        var content: [UInt8] = []
        var runStart = position
        while true {
            guard position < text.count else { throw error("the string has no closing quote", at: start) }
            let current = text[position]
            if current == UInt8(ascii: "\"") {
                content.append(contentsOf: text[runStart..<position])
                position += 1
                break
            }
            guard current >= 0x20 else {
                throw error("a control character stands unescaped in a string", at: position, expected: "an escape such as \\n or \\u0009")
            }
            if current == UInt8(ascii: "\\") {
                content.append(contentsOf: text[runStart..<position])
                try escape(into: &content)
                runStart = position
            } else {
                position += 1
            }
        }
        guard let string = content.withUnsafeBufferPointer({ String(validating: $0, as: UTF8.self) }) else {
            throw error("the string is not UTF-8", at: start)
        }
        return string
    }

    private mutating func escape(into content: inout [UInt8]) throws(JSONError) {
        let start = position
        position += 1
        let kind = byte
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(kind)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try hexadecimal(start))
            if code & 0xFC00 == 0xD800, take("\\u") {
                let low = UInt32(try hexadecimal(start))
                guard low & 0xFC00 == 0xDC00 else { throw error("a surrogate stands alone", at: start) }
                code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("a surrogate stands alone", at: start) }
            content.append(contentsOf: String(Character(scalar)).utf8)
        default: throw error("unknown escape", at: start, expected: "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
        }
    }

    private mutating func hexadecimal(_ start: Int) throws(JSONError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(byte) else { throw error("an escape \\u has four hexadecimal digits", at: start) }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    // MARK: Places

    /// The line and column of the next byte.
    private var place: JSONPlace { JSONPlace(line: line, column: position - lineStart + 1) }

    /// The position of the value that `pointer` leads to: a member's name, or an element's first byte. Nil if there is no such value.
    mutating func place(of pointer: JSONPointer) throws(JSONError) -> JSONPlace? {
        skipSpace()
        var place = place
        for token in pointer.tokens {
            switch byte {
            case UInt8(ascii: "{"):
                guard let found = try enterObject(upTo: token) else { return nil }
                place = found
            case UInt8(ascii: "["):
                guard let index = JSONPointer.index(token), try enterArray(upTo: index) else { return nil }
                place = self.place
            default: return nil
            }
        }
        return place
    }

    private mutating func enterObject(upTo wanted: String) throws(JSONError) -> JSONPlace? {
        position += 1
        skipSpace()
        while byte == UInt8(ascii: "\"") {
            let place = place
            let name = try string()
            skipSpace()
            guard take(":") else { return nil }
            skipSpace()
            if name == wanted { return place }
            _ = try value()
            skipSpace()
            guard take(",") else { return nil }
            skipSpace()
        }
        return nil
    }

    private mutating func enterArray(upTo index: Int) throws(JSONError) -> Bool {
        position += 1
        skipSpace()
        guard byte != UInt8(ascii: "]") else { return false }
        for _ in 0..<index {
            _ = try value()
            skipSpace()
            guard take(",") else { return false }
        }
        skipSpace()
        return true
    }

    // MARK: Bytes

    /// The next byte; 0 at the end.
    private var byte: UInt8 { position < text.count ? text[position] : 0 }

    private mutating func skipSpace() {
        while byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
            if text[position - 1] == 0x0A {
                line += 1
                lineStart = position
            }
        }
    }

    private mutating func skipDigits() {
        while ASCII.isDigit(byte) { position += 1 }
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= text.count else { return false }
        for i in 0..<count where text[position + i] != word.utf8Start[i] { return false }
        position += count
        return true
    }

    private func unexpected(_ expected: String) -> JSONError {
        guard position < text.count else { return error("the JSON text ends here", at: position, expected: expected) }
        if position == 0, text.starts(with: [0xEF, 0xBB, 0xBF]) { return error("the text starts with a byte order mark", at: 0) }
        return error("malformed JSON", at: position, expected: expected)
    }

    private func error(_ message: String, at offset: Int, expected: String? = nil) -> JSONError {
        JSONError(.pointing(at: offset, of: text, message, expected: expected))
    }
}
