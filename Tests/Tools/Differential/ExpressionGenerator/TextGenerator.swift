import ClassAd
import SeededGeneration

/// Random texts that may or may not be expressions and ads, with what we make of them.
struct TextGenerator {
    enum Kind: String, CaseIterable {
        case expression = "expr"
        case oldExpression = "expr-old"
        case ad = "ad-new"
        case oldAd = "ad-old"
    }

    struct Sample {
        var kind: Kind
        var text: String
        /// Both renderings; nil if the text is refused.
        var renderings: (new: String, old: String)?
    }

    private var random: SeededGenerator
    private var expressions: ExpressionGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        expressions = ExpressionGenerator(seed: seed &+ 1)
    }

    mutating func sample() -> Sample {
        let kind = pick(Kind.allCases)
        let text: String
        switch kind {
        case .expression, .oldExpression: text = expression()
        case .ad: text = ad()
        case .oldAd: text = oldAd()
        }
        return Sample(kind: kind, text: text, renderings: TextGenerator.renderings(of: text, kind))
    }

    private static func renderings(of text: String, _ kind: Kind) -> (new: String, old: String)? {
        switch kind {
        case .expression:
            guard let tree = try? ExprTree.parse(text) else { return nil }
            return (tree.unparsed(.new), tree.unparsed(.old))
        case .oldExpression:
            var wire = WireAd()
            guard wire.append(line: Array("X = \(text)".utf8)), let tree = (try? wire.expression("X")) ?? nil else { return nil }
            return (tree.unparsed(.new), tree.unparsed(.old))
        case .ad:
            guard let ad = try? ClassAd.parse(text, syntax: .new, ignoresTrailingText: true) else { return nil }
            return (ad.unparsed(.new), ad.unparsed(.old))
        case .oldAd:
            let ad = ClassAd.readingLines(of: text).ad
            return ad.isEmpty ? nil : (ad.unparsed(.new), ad.unparsed(.old))
        }
    }

    // MARK: Texts

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    private mutating func tokens(_ count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &random)).map { _ in pick(Self.tokens) + pick(["", " ", " ", "  "]) }.joined()
    }

    /// An expression, one with a piece put in or taken out, or tokens without order.
    private mutating func expression() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return expressions.sample().expression
        case 1: return tokens(1...6)
        default:
            var bytes = Array(expressions.sample().expression.unicodeScalars)
            let position = Int.random(in: 0...bytes.count, using: &random)
            if Bool.random(using: &random), position < bytes.count {
                bytes.remove(at: position)
            } else {
                bytes.insert(contentsOf: pick(Self.tokens).unicodeScalars, at: position)
            }
            return String(String.UnicodeScalarView(bytes))
        }
    }

    private mutating func ad() -> String {
        if Int.random(in: 0..<3, using: &random) == 0 { return "[" + tokens(0...6) + pick(["]", "", "] x"]) }
        let attributes = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            "\(pick(Self.names)) \(pick(["=", "=", "=", ":=", ""])) \(expression())"
        }
        return pick(["", " ", "// c\n", ";"]) + "[" + pick(["", ";", ";;"]) + attributes.joined(separator: pick([";", "; ", ";;", ","]))
            + pick(["]", ";]", ""])
    }

    private mutating func oldAd() -> String {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in
            switch Int.random(in: 0..<12, using: &random) {
            case 0: return ""
            case 1: return pick(["# comment", "  # x = 1", "   ", "\t", "no assignment", "= 5", "A", "*** x", "A = 1 \\", "-A = 2"])
            case 2: return tokens(1...5)
            default:
                let value = expression().split(separator: "\n").joined()
                return "\(pick(Self.names))\(pick([" = ", "=", " =", "\t=\t", "  =  "]))\(value)\(pick(["", "", " ", ";"]))"
            }
        }.joined(separator: "\n") + pick(["\n", ""])
    }

    // MARK: Vocabulary

    private static let names = ["A", "b", "_c", "A1", "a.b", "'x y'", "MY.A", "is", "true", "é", "A B"]
    private static let tokens = [
        "a", "B1", "_", "1", "0", "-1", "1.5", ".5", "1.", "1e3", "1e", "007", "08.5", "0x1F", "-010", "..", ".", "...", "..5", "\"s\"",
        "\"\\\"\"", "\"a\\\\\"", "'q'", "'",
        "\"", "''", "\"\"", "\"a\" \"b\"", "\"a\"\"b\"", "(", ")", "[", "]", "{", "}", ",", ";", ":", "?", "?:", "? :", "=", "==", "=?=",
        "=!=", "=?", "=!", "!=", "!", "<",
        "<=", "<<", ">", ">=", ">>", ">>>", "&", "&&", "|", "||", "^", "~", "+", "-", "*", "/", "%", "is", "isnt", "IS", "true", "FALSE",
        "undefined", "error", "parent", "f(",
        "absTime(\"2020-01-01T00:00:00Z\")", "absTime(\"x\")", "relTime(\"1:00\")", "relTime(\"x\")", "//", "/* c */", "#", "@", "$", "\\",
        "é", "\t", "\u{B}",
        "MY.a", "TARGET.b", "[a=1]", "{1,2}", "a[0]", "\"\\101\\n\"", "\"\\0\"", "\"\\400\"", "\"\\8\"",
    ]
}
