import ClassAd
import Text

/// ClassAd expressions in submit descriptions, with the conversions of HTCondor's tools.
enum Expressions {
    /// Parses an expression in old syntax; nil for any other text.
    static func parse(_ text: String) -> ExprTree? { try? ExprTree.parse(text, syntax: .old) }

    static func integer(_ value: Value) -> Int64? {
        switch value {
        case .integer(let integer): integer
        case .real(let real): real > -0x1p63 && real < 0x1p63 ? Int64(real) : nil
        case .boolean(let flag): flag ? 1 : 0
        default: nil
        }
    }

    static func real(_ value: Value) -> Double? {
        switch value {
        case .integer(let integer): Double(integer)
        case .real(let real): real
        case .boolean(let flag): flag ? 1 : 0
        default: nil
        }
    }

    /// The value of a literal, ignoring enclosing parentheses.
    static func literal(_ tree: ExprTree) -> Value? {
        var tree = tree
        while let (op, operands) = tree.operation, op == .parentheses, let inner = operands.first { tree = inner }
        switch tree.literalValue {
        case .list, .ad: return nil
        case let value: return value
        }
    }

    /// The text of `tree`, in parentheses if its operator binds less tightly than `||` or `&&`.
    static func text(_ tree: ExprTree, asOperandOf op: Operator) -> String {
        let text = tree.unparsed(.old)
        guard let (inner, _) = tree.operation else { return text }
        let strength =
            switch inner {
            case .conditional, .elvis: 0
            case .or: 1
            default: 2
            }
        return strength < (op == .and ? 2 : 1) ? "(\(text))" : text
    }

    // MARK: References

    struct References {
        /// Lower-case names found in the ad.
        var own: Set<String> = []
        /// Lower-case names that refer elsewhere.
        var foreign: Set<String> = []
    }

    /// The attributes that an expression in `ad` refers to; nil if they cannot be determined.
    static func references(_ tree: ExprTree, in ad: ClassAd) -> References? {
        guard let found = tree.references(in: ad) else { return nil }
        var result = References()
        for name in found.internal { result.own.insert(head(ASCII.lowercased(name).utf8[...])) }
        for name in found.external {
            let name = ASCII.lowercased(name)
            let scope = ["target.", "other.", ".left.", ".right.", "."].first { name.utf8.starts(with: $0.utf8) } ?? ""
            result.foreign.insert(head(name.utf8.dropFirst(scope.utf8.count)))
        }
        return result
    }

    /// The name before a selection or subscript.
    private static func head(_ name: Substring.UTF8View) -> String {
        String(decoding: name.prefix { $0 != ASCII.dot && $0 != UInt8(ascii: "[") }, as: UTF8.self)
    }
}
