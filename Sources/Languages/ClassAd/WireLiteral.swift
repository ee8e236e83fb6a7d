import Glibc
import Text

/// An expression's text in old syntax, read as a literal without building a tree.
struct WireLiteral {
    let text: UnsafeBufferPointer<UInt8>

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// The kind of literal, judged by the whole text.
    enum Shape {
        case undefined, error, yes, no
        case integer
        /// A decimal number with a point or an exponent that is also a valid JSON number.
        case real
        /// A string without quotes in it.
        case plainString
        /// A string that contains `\"`.
        case escapedString
        case expression
    }

    var shape: Shape {
        guard let first = text.first else { return .expression }
        switch first {
        case UInt8(ascii: "\""): return stringShape
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): return numberShape
        case UInt8(ascii: "t"), UInt8(ascii: "T"): return isWord("true") ? .yes : .expression
        case UInt8(ascii: "f"), UInt8(ascii: "F"): return isWord("false") ? .no : .expression
        case UInt8(ascii: "u"), UInt8(ascii: "U"): return isWord("undefined") ? .undefined : .expression
        case UInt8(ascii: "e"), UInt8(ascii: "E"): return isWord("error") ? .error : .expression
        default: return .expression
        }
    }

    private func isWord(_ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        for i in 0..<text.count where text[i] | 0x20 != word.utf8Start[i] { return false }
        return true
    }

    private var stringShape: Shape {
        guard text.count >= 2, text[text.count - 1] == UInt8(ascii: "\"") else { return .expression }
        let last = text.count - 1
        guard let base = text.baseAddress, memchr(base + 1, Int32(UInt8(ascii: "\"")), last - 1) != nil else { return .plainString }
        for i in 1..<last where text[i] == UInt8(ascii: "\"") {
            // A quote inside the string must follow a backslash.
            guard text[i - 1] == UInt8(ascii: "\\"), i > 1 else { return .expression }
        }
        return .escapedString
    }

    private var numberShape: Shape {
        var i = text[0] == UInt8(ascii: "-") ? 1 : 0
        let digits = i
        while i < text.count, ASCII.isDigit(text[i]) { i += 1 }
        if i == text.count {
            // A leading zero makes an octal number, which is not a literal.
            let isOctal = i - digits > 1 && text[digits] == UInt8(ascii: "0")
            return i > digits && i - digits <= 18 && !isOctal ? .integer : .expression
        }
        // JSON has no numbers that start with a point or a superfluous zero.
        guard i > digits, i - digits == 1 || text[digits] != UInt8(ascii: "0") else { return .expression }
        if text[i] == UInt8(ascii: ".") {
            i += 1
            let fraction = i
            while i < text.count, ASCII.isDigit(text[i]) { i += 1 }
            guard i > fraction else { return .expression }
        }
        if i < text.count, text[i] | 0x20 == UInt8(ascii: "e"), ASCII.isDigit(text[i - 1]) {
            i += 1
            if i < text.count, text[i] == UInt8(ascii: "+") || text[i] == UInt8(ascii: "-") { i += 1 }
            let exponent = i
            while i < text.count, ASCII.isDigit(text[i]) { i += 1 }
            // A number that may be too large for a double is left to the expression parser.
            guard i > exponent, i - exponent <= 2 else { return .expression }
        }
        return i == text.count && i <= 200 ? .real : .expression
    }

    /// Numbers of up to 18 digits are read directly, longer ones by the expression parser.
    var integer: Int64? {
        shape == .integer ? decimalInteger(text) : nil
    }

    var real: Double? {
        switch shape {
        case .integer: Double(decimalInteger(text))
        case .real: DecimalNumber.double(text)
        default: nil
        }
    }

    var boolean: Bool? {
        switch shape {
        case .yes: true
        case .no: false
        default: nil
        }
    }

    var string: String? {
        switch shape {
        case .plainString: String(classAdBytes: UnsafeBufferPointer(rebasing: text[1..<text.count - 1]))
        case .escapedString: String(classAdBytes: unescaped)
        default: nil
        }
    }

    /// The content of a string with `\"` replaced by `"`.
    private var unescaped: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        for i in 1..<text.count - 1 {
            if text[i] == UInt8(ascii: "\""), !result.isEmpty { result.removeLast() }
            result.append(text[i])
        }
        return result
    }
}
