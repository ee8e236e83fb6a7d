import Glibc
import Text

/// The kind of a token.
enum TokenKind: Equatable {
    case end
    case integer, real, boolean, string, undefined, error
    case identifier
    case dot, comma, semicolon, colon, question, elvis, assign
    case openParen, closeParen, openBracket, closeBracket, openBrace, closeBrace
    /// The sign of a binary or unary operator; `minus` and `plus` appear as `.subtract` and `.add`.
    case op(Operator)
    /// Text that is not a token.
    case invalid(LexicalFault)
}

/// Why text is not a token.
enum LexicalFault: Equatable {
    case unexpectedByte
    case nul
    case unterminatedString
    case unterminatedName
    case unterminatedComment
    case nulEscape
    case badNumber
    case octalOrHex
    case badOperator
}

struct Token {
    var kind: TokenKind
    /// Byte offsets into the text.
    var start: Int
    var end: Int
    /// The value of an integer or boolean, or the bits of a real.
    var bits: UInt64 = 0
    /// The value of a string or identifier: part of the text or, if nil, the lexer's scratch buffer.
    var range: Range<Int>?
}

/// Splits text into tokens as HTCondor does (src/classad/lexer.cpp), in either syntax.
///
/// The text must stay valid while the lexer is used.
struct Lexer {
    let text: UnsafeBufferPointer<UInt8>
    let syntax: ClassAdSyntax
    private(set) var position = 0
    /// The unescaped content of the last string token that needed it.
    private(set) var scratch: [UInt8] = []
    /// After an operand a minus sign is an operator; elsewhere it may start a number.
    private var afterOperand = false

    init(_ text: UnsafeBufferPointer<UInt8>, syntax: ClassAdSyntax, position: Int = 0) {
        self.text = text
        self.syntax = syntax
        self.position = position
    }

    /// The byte at `position + offset`; nil at the end.
    @inline(__always)
    private func peek(_ offset: Int = 0) -> UInt8? {
        let index = position + offset
        return index < text.count ? text[index] : nil
    }

    /// The current byte; 0 at the end, for tests of byte classes that do not contain NUL.
    @inline(__always)
    private func byte(_ offset: Int = 0) -> UInt8 {
        let index = position + offset
        return index < text.count ? text[index] : 0
    }

    /// The text of a string or identifier token, which must be the last one returned.
    @inline(__always)
    func string(_ token: Token) -> String {
        if let range = token.range {
            return String(classAdBytes: UnsafeBufferPointer(rebasing: text[range]))
        }
        return String(classAdBytes: scratch)
    }

    mutating func next() -> Token {
        let token = scan()
        switch token.kind {
        case .integer, .real, .boolean, .string, .undefined, .error, .identifier, .dot, .closeBracket, .closeParen, .closeBrace:
            afterOperand = true
        default:
            afterOperand = false
        }
        return token
    }

    private mutating func scan() -> Token {
        if let fault = skipSpaceAndComments() { return fault }
        let start = position
        guard let first = peek() else { return Token(kind: .end, start: start, end: start) }
        if AttributeName.startsName(first) { return name(start) }
        if ASCII.isDigit(first) { return number(start) }
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return syntax == .old ? oldString(start, delimiter: first) : newString(start, delimiter: first)
        case UInt8(ascii: "."):
            if byte(1) == first { return doubleDot(start) }
            return ASCII.isDigit(byte(1)) ? number(start) : punctuation(.dot, start, 1)
        case UInt8(ascii: "-"):
            let startsNumber = ASCII.isDigit(byte(1)) || (byte(1) == UInt8(ascii: ".") && ASCII.isDigit(byte(2)))
            return !afterOperand && startsNumber ? number(start) : punctuation(.op(.subtract), start, 1)
        default:
            return sign(first, start)
        }
    }

    /// Returns a token only for an error.
    private mutating func skipSpaceAndComments() -> Token? {
        while let current = peek() {
            if ASCII.isSpace(current) {
                position += 1
            } else if current == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "/") {
                while let inside = peek(), inside != UInt8(ascii: "\n") {
                    if inside == 0 { return Token(kind: .invalid(.nul), start: position, end: position + 1) }
                    position += 1
                }
            } else if current == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
                let start = position
                position += 2
                while !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/")) {
                    guard let inside = peek() else {
                        return Token(kind: .invalid(.unterminatedComment), start: start, end: position)
                    }
                    if inside == 0 { return Token(kind: .invalid(.nul), start: position, end: position + 1) }
                    position += 1
                }
                position += 2
            } else {
                return nil
            }
        }
        return nil
    }

    private mutating func punctuation(_ kind: TokenKind, _ start: Int, _ length: Int) -> Token {
        position = start + length
        return Token(kind: kind, start: start, end: position)
    }

    /// HTCondor reads `..` as `.`, and `..5` as a real without a value.
    private mutating func doubleDot(_ start: Int) -> Token {
        guard ASCII.isDigit(byte(2)) else { return punctuation(.dot, start, 2) }
        position = start + 1
        var token = number(start)
        token.bits = 0
        return token
    }

    private mutating func sign(_ first: UInt8, _ start: Int) -> Token {
        let second = byte(1)
        let third = byte(2)
        switch first {
        case UInt8(ascii: "*"): return punctuation(.op(.multiply), start, 1)
        case UInt8(ascii: "/"): return punctuation(.op(.divide), start, 1)
        case UInt8(ascii: "%"): return punctuation(.op(.modulus), start, 1)
        case UInt8(ascii: "+"): return punctuation(.op(.add), start, 1)
        case UInt8(ascii: "~"): return punctuation(.op(.bitwiseNot), start, 1)
        case UInt8(ascii: "^"): return punctuation(.op(.bitwiseXor), start, 1)
        case UInt8(ascii: ":"): return punctuation(.colon, start, 1)
        case UInt8(ascii: ";"): return punctuation(.semicolon, start, 1)
        case UInt8(ascii: ","): return punctuation(.comma, start, 1)
        case UInt8(ascii: "["): return punctuation(.openBracket, start, 1)
        case UInt8(ascii: "]"): return punctuation(.closeBracket, start, 1)
        case UInt8(ascii: "("): return punctuation(.openParen, start, 1)
        case UInt8(ascii: ")"): return punctuation(.closeParen, start, 1)
        case UInt8(ascii: "{"): return punctuation(.openBrace, start, 1)
        case UInt8(ascii: "}"): return punctuation(.closeBrace, start, 1)
        case UInt8(ascii: "&"):
            return second == first ? punctuation(.op(.and), start, 2) : punctuation(.op(.bitwiseAnd), start, 1)
        case UInt8(ascii: "|"):
            return second == first ? punctuation(.op(.or), start, 2) : punctuation(.op(.bitwiseOr), start, 1)
        case UInt8(ascii: "!"):
            return second == UInt8(ascii: "=") ? punctuation(.op(.notEqual), start, 2) : punctuation(.op(.not), start, 1)
        case UInt8(ascii: "<"):
            if second == UInt8(ascii: "=") { return punctuation(.op(.lessOrEqual), start, 2) }
            return second == first ? punctuation(.op(.shiftLeft), start, 2) : punctuation(.op(.lessThan), start, 1)
        case UInt8(ascii: ">"):
            if second == UInt8(ascii: "=") { return punctuation(.op(.greaterOrEqual), start, 2) }
            if second != first { return punctuation(.op(.greaterThan), start, 1) }
            return third == first ? punctuation(.op(.shiftRightUnsigned), start, 3) : punctuation(.op(.shiftRight), start, 2)
        case UInt8(ascii: "="):
            if second == first { return punctuation(.op(.equal), start, 2) }
            if second == UInt8(ascii: "?") {
                return third == first
                    ? punctuation(.op(.identical), start, 3) : punctuation(.invalid(.badOperator), start, 2)
            }
            if second == UInt8(ascii: "!"), third == first { return punctuation(.op(.notIdentical), start, 3) }
            return punctuation(.assign, start, 1)
        case UInt8(ascii: "?"):
            var length = 1
            while ASCII.isSpace(byte(length)) { length += 1 }
            return byte(length) == UInt8(ascii: ":") ? punctuation(.elvis, start, length + 1) : punctuation(.question, start, 1)
        default:
            return punctuation(.invalid(first == 0 ? .nul : .unexpectedByte), start, 1)
        }
    }

    private mutating func name(_ start: Int) -> Token {
        var onlyLetters = true
        while let current = peek(), ASCII.isWord(current) {
            onlyLetters = onlyLetters && ASCII.isLetter(current)
            position += 1
        }
        let range = start..<position
        var token = Token(kind: .identifier, start: start, end: position, range: range)
        guard onlyLetters, range.count <= 9 else { return token }
        let word = UnsafeBufferPointer(rebasing: text[range])
        switch range.count {
        case 2 where word.isWord("is"): token.kind = .op(.identical)
        case 4 where word.isWord("true"):
            token.kind = .boolean
            token.bits = 1
        case 4 where word.isWord("isnt"): token.kind = .op(.notIdentical)
        case 5 where word.isWord("false"): token.kind = .boolean
        case 5 where word.isWord("error"): token.kind = .error
        case 9 where word.isWord("undefined"): token.kind = .undefined
        default: break
        }
        return token
    }
}

extension Lexer {
    private mutating func skipDigits() {
        while ASCII.isDigit(byte()) { position += 1 }
    }

    /// `12`, `-12`, `1.5`, `.5`, `1e3`. Octal and hexadecimal numbers are refused, as in HTCondor's old ClassAd semantics.
    fileprivate mutating func number(_ start: Int) -> Token {
        let isNegative = byte() == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var isReal = false
        func fault(_ fault: LexicalFault, _ lexer: Lexer) -> Token {
            Token(kind: .invalid(fault), start: start, end: lexer.position)
        }
        if byte() == UInt8(ascii: "0") {
            position += 1
            if byte() | 0x20 == UInt8(ascii: "x") {
                position += 1
                let digits = position
                while ASCII.isHexDigit(byte()) { position += 1 }
                guard position > digits else { return fault(.octalOrHex, self) }
                // HTCondor reads "-0x12" as the number before the "x", and with a fraction as the number that strtod reads.
                isReal = byte() == UInt8(ascii: ".")
                guard isReal || isNegative else { return fault(.octalOrHex, self) }
                if !isReal { return Token(kind: .integer, start: start, end: position) }
            } else {
                let digits = position
                var isOctal = true
                while ASCII.isDigit(byte()) {
                    isOctal = isOctal && ASCII.isOctalDigit(byte())
                    position += 1
                }
                isReal = byte() == UInt8(ascii: ".") || byte() | 0x20 == UInt8(ascii: "e")
                if !isReal, position > digits, !isOctal || !isNegative { return fault(.octalOrHex, self) }
            }
        } else if ASCII.isDigit(byte()) {
            skipDigits()
            isReal = byte() == UInt8(ascii: ".") || byte() | 0x20 == UInt8(ascii: "e")
        }
        if byte() == UInt8(ascii: ".") {
            position += 1
            guard ASCII.isDigit(byte()) else { return fault(.badNumber, self) }
            isReal = true
            skipDigits()
        }
        if isReal, byte() | 0x20 == UInt8(ascii: "e") {
            position += 1
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { position += 1 }
            guard ASCII.isDigit(byte()) else { return fault(.badNumber, self) }
            skipDigits()
        }
        let digits = UnsafeBufferPointer(rebasing: text[start..<position])
        let bits = isReal ? DecimalNumber.double(digits).bitPattern : UInt64(bitPattern: decimalInteger(digits))
        return Token(kind: isReal ? .real : .integer, start: start, end: position, bits: bits)
    }

    /// A string or quoted name with C-like escapes. Adjacent ones with the same quotes are joined.
    fileprivate mutating func newString(_ start: Int, delimiter: UInt8) -> Token {
        position += 1
        var contentStart = position
        var isPlain = true
        var isJoined = false
        while true {
            guard let current = peek() else {
                return Token(
                    kind: .invalid(delimiter == UInt8(ascii: "'") ? .unterminatedName : .unterminatedString), start: start,
                    end: position)
            }
            if current == 0 { return Token(kind: .invalid(.nul), start: position, end: position + 1) }
            if current == UInt8(ascii: "\\") {
                isPlain = false
                // Whatever follows belongs to the string, even a quote.
                if let escaped = peek(1), escaped != 0 { position += 1 }
                position += 1
                continue
            }
            guard current == delimiter else {
                position += 1
                continue
            }
            let contentEnd = position
            position += 1
            let tokenEnd = position
            while ASCII.isSpace(byte()) { position += 1 }
            let continues = peek() == delimiter
            if continues || isJoined {
                if !isJoined { scratch.removeAll(keepingCapacity: true) }
                scratch.append(contentsOf: text[contentStart..<contentEnd])
                isJoined = true
            }
            if continues {
                position += 1
                contentStart = position
                continue
            }
            position = tokenEnd
            return finishString(start, delimiter, contentStart..<contentEnd, isPlain: isPlain, isJoined: isJoined)
        }
    }

    private mutating func finishString(
        _ start: Int, _ delimiter: UInt8, _ content: Range<Int>, isPlain: Bool, isJoined: Bool
    ) -> Token {
        var token = Token(kind: delimiter == UInt8(ascii: "'") ? .identifier : .string, start: start, end: position)
        if isPlain {
            if !isJoined { token.range = content }
            return token
        }
        if !isJoined {
            scratch.removeAll(keepingCapacity: true)
            scratch.append(contentsOf: text[content])
        }
        if !resolveEscapes(&scratch) { token.kind = .invalid(.nulEscape) }
        return token
    }

    /// A string in old syntax: `\"` stands for a quote unless it is at the end of the text or line; there are no other escapes.
    fileprivate mutating func oldString(_ start: Int, delimiter: UInt8) -> Token {
        position += 1
        let contentStart = position
        var resume = position
        var isPlain = true
        while true {
            guard let current = peek() else {
                return Token(
                    kind: .invalid(delimiter == UInt8(ascii: "'") ? .unterminatedName : .unterminatedString), start: start,
                    end: position)
            }
            if current == 0 { return Token(kind: .invalid(.nul), start: position, end: position + 1) }
            if current == delimiter {
                let isEscaped = position > contentStart && text[position - 1] == UInt8(ascii: "\\")
                let isLast = byte(1) == 0 || byte(1) == UInt8(ascii: "\n")
                guard isEscaped, !isLast else { break }
                if isPlain { scratch.removeAll(keepingCapacity: true) }
                scratch.append(contentsOf: text[resume..<position - 1])
                scratch.append(delimiter)
                isPlain = false
                resume = position + 1
            }
            position += 1
        }
        var token = Token(kind: delimiter == UInt8(ascii: "'") ? .identifier : .string, start: start, end: position + 1)
        if isPlain {
            token.range = contentStart..<position
        } else {
            scratch.append(contentsOf: text[resume..<position])
        }
        position += 1
        return token
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these letters equal `word`, which is in lower case, ignoring case.
    @inline(__always)
    fileprivate func isWord(_ word: StaticString) -> Bool {
        for i in 0..<count where self[i] | 0x20 != word.utf8Start[i] { return false }
        return true
    }
}

/// The value of a decimal number; 0 if it does not fit 64 bits.
func decimalInteger(_ digits: UnsafeBufferPointer<UInt8>) -> Int64 {
    var value: Int64 = 0
    let isNegative = digits.first == UInt8(ascii: "-")
    for digit in digits.dropFirst(isNegative ? 1 : 0) {
        let (product, overflow1) = value.multipliedReportingOverflow(by: 10)
        let unit = Int64(digit &- 0x30)
        let (sum, overflow2) =
            isNegative ? product.subtractingReportingOverflow(unit) : product.addingReportingOverflow(unit)
        if overflow1 || overflow2 { return 0 }
        value = sum
    }
    return value
}

/// Replaces the escapes of a new-syntax string. Returns false if one stands for NUL.
func resolveEscapes(_ bytes: inout [UInt8]) -> Bool {
    var isValid = true
    var target = 0
    var source = 0
    let count = bytes.count
    while source < count {
        var byte = bytes[source]
        if byte == UInt8(ascii: "\\"), source < count - 1 {
            source += 1
            byte = bytes[source]
            switch byte {
            case UInt8(ascii: "a"): byte = 0x07
            case UInt8(ascii: "b"): byte = 0x08
            case UInt8(ascii: "f"): byte = 0x0C
            case UInt8(ascii: "n"): byte = 0x0A
            case UInt8(ascii: "r"): byte = 0x0D
            case UInt8(ascii: "t"): byte = 0x09
            case UInt8(ascii: "v"): byte = 0x0B
            case _ where ASCII.isOctalDigit(byte):
                var number = UInt16(byte & 7)
                if source + 1 < count, ASCII.isOctalDigit(bytes[source + 1]) {
                    source += 1
                    number = number << 3 | UInt16(bytes[source] & 7)
                    if number < 0x20, source + 1 < count, ASCII.isOctalDigit(bytes[source + 1]) {
                        source += 1
                        number = number << 3 | UInt16(bytes[source] & 7)
                    }
                }
                byte = UInt8(truncatingIfNeeded: number)
                if byte == 0 { isValid = false }
            default: break
            }
        }
        bytes[target] = byte
        target += 1
        source += 1
    }
    bytes.removeLast(count - target)
    return isValid
}
