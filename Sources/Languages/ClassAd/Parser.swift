import Diagnostics

/// Recursive-descent parser for expressions and new-syntax ads (src/classad/source.cpp).
///
/// Nesting is limited exactly as in HTCondor, so that the same texts are accepted: an expression, a unary operator and an operand each count as one
/// level, and there may be no more than 500.
struct Parser {
    static let maximumDepth = 500
    /// Longer texts are refused, so that offsets fit 32 bits.
    static let maximumLength = 256 << 20

    /// Texts with more nodes are refused: this number of nodes takes some 60 MiB.
    static let maximumNodes = 500_000

    var lexer: Lexer
    var builder = ArenaBuilder()
    /// The byte offset of each node of `builder`, if `recordsPositions`.
    var positions: [Int32] = []
    private var token: Token
    /// The end of the last consumed token.
    private(set) var consumedEnd = 0
    private var depth = 0
    private let recordsPositions: Bool

    init(
        _ text: UnsafeBufferPointer<UInt8>, syntax: ClassAdSyntax, from position: Int = 0, recordsPositions: Bool = false
    ) throws(ClassAdError) {
        lexer = Lexer(text, syntax: syntax, position: position)
        self.recordsPositions = recordsPositions
        token = Token(kind: .end, start: position, end: position)
        guard text.count <= Self.maximumLength else {
            throw ClassAdError(Diagnostic(.error, "the text is longer than \(Self.maximumLength) bytes"))
        }
        token = lexer.next()
    }

    /// The next token, not yet consumed.
    var current: Token { token }

    private mutating func advance() {
        consumedEnd = token.end
        token = lexer.next()
    }

    /// Fails unless the whole text has been consumed.
    func requireEnd() throws(ClassAdError) {
        guard token.kind == .end else { throw unexpected("an operator or the end of the expression") }
    }

    private mutating func placed(_ node: Int32, at start: Int) -> Int32 {
        if recordsPositions {
            while positions.count < builder.nodes.count { positions.append(Int32(truncatingIfNeeded: start)) }
        }
        return node
    }

    private mutating func enter() throws(ClassAdError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw error("the expression is nested too deeply", at: token.start)
        }
        guard builder.nodes.count <= Self.maximumNodes else {
            throw error("the expression has more than \(Self.maximumNodes) parts", at: token.start)
        }
    }

    // MARK: Expressions

    mutating func expression() throws(ClassAdError) -> Int32 {
        try enter()
        defer { depth -= 1 }
        let start = token.start
        let condition = try binary(1)
        guard token.kind == .question else { return condition }
        advance()
        let consequence = try expression()
        guard token.kind == .colon else { throw unexpected("':' of the conditional '?'") }
        advance()
        let alternative = try expression()
        return placed(builder.operation(.conditional, condition, consequence, alternative), at: start)
    }

    private mutating func binary(_ minimum: Int) throws(ClassAdError) -> Int32 {
        let start = token.start
        var left = try unary()
        while case .op(let op) = token.kind, op.precedence >= minimum {
            advance()
            let right = try binary(op.precedence + 1)
            left = placed(builder.operation(op, left, right), at: start)
        }
        return left
    }

    private mutating func unary() throws(ClassAdError) -> Int32 {
        try enter()
        defer { depth -= 1 }
        let op: Operator
        switch token.kind {
        case .op(.subtract): op = .minus
        case .op(.add): op = .plus
        case .op(.not): op = .not
        case .op(.bitwiseNot): op = .bitwiseNot
        default: return try postfix()
        }
        let start = token.start
        advance()
        let operand = try unary()
        return placed(builder.operation(op, operand), at: start)
    }

    private mutating func postfix() throws(ClassAdError) -> Int32 {
        try enter()
        defer { depth -= 1 }
        let start = token.start
        var tree = try primary()
        while true {
            switch token.kind {
            case .openBracket:
                advance()
                let index = try expression()
                guard token.kind == .closeBracket else { throw unexpected("']' after the subscript") }
                advance()
                tree = placed(builder.operation(.subscript, tree, index), at: start)
            case .elvis:
                advance()
                let other = try postfix()
                tree = placed(builder.operation(.elvis, tree, other), at: start)
            case .dot:
                advance()
                guard token.kind == .identifier else { throw unexpected("an attribute name after '.'") }
                let name = lexer.string(token)
                advance()
                tree = placed(builder.attribute(name, of: tree), at: start)
            default:
                return tree
            }
        }
    }

    private mutating func primary() throws(ClassAdError) -> Int32 {
        let start = token.start
        switch token.kind {
        case .identifier:
            return try nameOrCall()
        case .integer:
            let value = token.bits
            advance()
            return placed(builder.append(Node(kind: .integer, bits: value)), at: start)
        case .string:
            let value = lexer.string(token)
            advance()
            return placed(builder.string(value), at: start)
        case .boolean:
            let value = token.bits
            advance()
            return placed(builder.append(Node(kind: .boolean, bits: value)), at: start)
        case .real:
            let value = token.bits
            advance()
            return placed(builder.append(Node(kind: .real, bits: value)), at: start)
        case .undefined:
            advance()
            return placed(builder.constant(.undefined), at: start)
        case .error:
            advance()
            return placed(builder.constant(.error), at: start)
        case .dot:
            advance()
            guard token.kind == .identifier else { throw unexpected("an attribute name after '.'") }
            let name = lexer.string(token)
            advance()
            return placed(builder.attribute(name, absolute: true), at: start)
        case .openParen:
            advance()
            let inner = try expression()
            guard token.kind == .closeParen else { throw unclosed("(", ")", openedAt: start) }
            advance()
            return placed(builder.operation(.parentheses, inner), at: start)
        case .openBracket:
            return try ad()
        case .openBrace:
            advance()
            let elements = try commaSeparated(until: .closeBrace, opened: "{", closed: "}", at: start, allowsSemicolon: false)
            return placed(builder.list(elements), at: start)
        default:
            throw unexpected("an expression")
        }
    }

    private mutating func nameOrCall() throws(ClassAdError) -> Int32 {
        let start = token.start
        let name = lexer.string(token)
        advance()
        guard token.kind == .openParen else {
            return placed(builder.attribute(name), at: start)
        }
        let parenthesis = token.start
        advance()
        let arguments = try commaSeparated(until: .closeParen, opened: "(", closed: ")", at: parenthesis, allowsSemicolon: true)
        if arguments.count == 1, let argument = arguments.first, builder.nodes[Int(argument)].kind == .string,
            argument == Int32(truncatingIfNeeded: builder.nodes.count - 1)
        {
            let isAbsolute = AttributeName.equal(name, "absTime")
            if isAbsolute || AttributeName.equal(name, "relTime") {
                return try timeLiteral(builder.strings[Int(builder.nodes[Int(argument)].a)], isAbsolute: isAbsolute, start)
            }
        }
        return placed(builder.call(name, arguments), at: start)
    }

    /// `absTime("…")` and `relTime("…")` become literals during parsing.
    private mutating func timeLiteral(_ text: String, isAbsolute: Bool, _ start: Int) throws(ClassAdError) -> Int32 {
        if isAbsolute {
            guard let time = AbsoluteTime(text) else {
                throw error("this is not a point in time", at: start, expected: "for example absTime(\"2026-01-31T09:00:00Z\")")
            }
            return placed(builder.absoluteTime(time), at: start)
        }
        guard let seconds = relativeTime(text) else {
            throw error("this is not a duration", at: start, expected: "for example relTime(\"1+02:03:04\")")
        }
        return placed(builder.relativeTime(seconds), at: start)
    }

    private mutating func commaSeparated(
        until close: TokenKind, opened: String, closed: String, at start: Int, allowsSemicolon: Bool
    ) throws(ClassAdError) -> [Int32] {
        var elements: [Int32] = []
        if token.kind == close {
            advance()
            return elements
        }
        while true {
            elements.append(try expression())
            if token.kind == .comma || (allowsSemicolon && token.kind == .semicolon) {
                advance()
            } else if token.kind == close {
                advance()
                return elements
            } else if token.kind == .end {
                throw unclosed(opened, closed, openedAt: start)
            } else {
                throw unexpected("',' or '\(closed)'")
            }
        }
    }

    // MARK: Ads

    /// `[ name = expression; … ]`
    mutating func ad() throws(ClassAdError) -> Int32 {
        let start = token.start
        guard token.kind == .openBracket else { throw unexpected("'[' of a ClassAd") }
        advance()
        var members: [(name: String, value: Int32)] = []
        guard token.kind != .closeBracket else {
            advance()
            return placed(builder.ad(members), at: start)
        }
        while token.kind == .semicolon { advance() }
        repeat {
            guard token.kind == .identifier else { throw unexpected("an attribute name") }
            let name = lexer.string(token)
            guard !name.isEmpty else { throw error("an attribute has no name", at: token.start) }
            advance()
            guard token.kind == .assign else { throw unexpected("'=' after the attribute's name") }
            advance()
            members.append((name, try expression()))
            guard token.kind == .semicolon || token.kind == .closeBracket else {
                if token.kind == .end { throw unclosed("[", "]", openedAt: start) }
                throw unexpected("';' or ']'")
            }
            while token.kind == .semicolon { advance() }
        } while token.kind != .closeBracket
        advance()
        return placed(builder.ad(members), at: start)
    }

    // MARK: Errors

    func error(_ message: String, at offset: Int, expected: String? = nil, suggestion: String? = nil) -> ClassAdError {
        ClassAdError(.pointing(at: offset, of: lexer.text, message, expected: expected, suggestion: suggestion))
    }

    private func unclosed(_ open: String, _ close: String, openedAt start: Int) -> ClassAdError {
        guard token.kind == .end else { return unexpected("an operator or '\(close)'") }
        let place = TextPosition(offset: start, of: lexer.text)
        return error(
            "the text ends inside '\(open)' of line \(place.line), column \(place.column)", at: token.start, expected: "'\(close)'")
    }

    /// The error for the current token, which the grammar does not allow here.
    func unexpected(_ expected: String) -> ClassAdError {
        switch token.kind {
        case .invalid(let fault): return lexicalError(fault)
        case .end: return error("the text ends here", at: token.start, expected: expected)
        case .assign:
            return error("'=' is an assignment, not a comparison", at: token.start, expected: "\(expected)", suggestion: "==")
        case .closeParen, .closeBracket, .closeBrace, .comma, .semicolon, .colon:
            return error("unexpected \(shown)", at: token.start, expected: expected)
        default:
            return error("unexpected \(shown)", at: token.start, expected: expected)
        }
    }

    private var shown: String {
        let bytes = UnsafeBufferPointer(rebasing: lexer.text[token.start..<min(token.end, token.start + 40)])
        return "'" + String(decoding: bytes, as: UTF8.self) + "'"
    }

    private func lexicalError(_ fault: LexicalFault) -> ClassAdError {
        let start = token.start
        switch fault {
        case .unexpectedByte:
            let byte = lexer.text[start]
            if byte == 0xEF, start == 0 { return error("the text starts with a byte order mark", at: start) }
            if byte >= 0x80 { return error("a non-ASCII character outside quotes", at: start) }
            return error("unexpected character '\(String(decoding: [byte], as: UTF8.self))'", at: start)
        case .nul: return error("the text contains a NUL byte", at: start)
        case .unterminatedString: return error("the string has no closing quote", at: start, expected: "'\"'")
        case .unterminatedName: return error("the quoted name has no closing quote", at: start, expected: "\"'\"")
        case .unterminatedComment: return error("the comment is not closed", at: start, expected: "'*/'")
        case .nulEscape: return error("the escape '\\0' cannot occur in a string", at: start)
        case .badNumber: return error("malformed number", at: start, expected: "a digit after '.' or the exponent sign")
        case .octalOrHex: return error("octal and hexadecimal numbers are not supported", at: start, expected: "a decimal number")
        case .badOperator: return error("incomplete operator '=?'", at: start, suggestion: "=?=")
        }
    }
}
