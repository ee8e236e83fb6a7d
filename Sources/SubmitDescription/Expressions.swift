import ClassAd

/// What submission needs of the ClassAd language, with the conversions HTCondor's tools apply.
enum Expressions {
    /// An expression in old syntax; nil if it is none.
    static func parse(_ text: String) -> ExprTree? { try? ExprTree.parse(text, syntax: .old) }

    private static func value(_ text: String) -> Value? { parse(text)?.evaluate() }

    /// The result of evaluating `text` without any ad, as `$EVAL` puts it into a value; nil if it is no expression.
    static func evaluated(_ text: String) -> String? {
        guard let value = value(text) else { return nil }
        if case .string(let string) = value { return string }
        return value.unparsed(.new)
    }

    static func evaluatedString(_ text: String) -> String? {
        if case .string(let string)? = value(text) { return string }
        return nil
    }

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

    static func evaluatedInteger(_ text: String) -> Int64? { value(text).flatMap(integer) }
    static func evaluatedReal(_ text: String) -> Double? { value(text).flatMap(real) }
    static func evaluatedBoolean(_ text: String) -> Bool? { value(text)?.booleanEquivalent }

    /// The value of a literal, parentheses around it aside.
    static func literal(_ tree: ExprTree) -> Value? {
        var tree = tree
        while let (op, operands) = tree.operation, op == .parentheses, let inner = operands.first { tree = inner }
        switch tree.literalValue {
        case .list, .ad: return nil
        case let value: return value
        }
    }

    /// The text of `tree`, in parentheses if it binds less tightly than `||` or `&&`.
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
        /// Lower-case names looked for elsewhere.
        var foreign: Set<String> = []
    }

    /// The attributes an expression refers to, with `names` (lower case) being those its own ad has.
    static func references(_ tree: ExprTree, ownNames names: Set<String>) -> References {
        var result = References()
        var stack = [tree]
        while let tree = stack.popLast() {
            if let name = tree.attributeName {
                let key = ASCII.lowercased(name)
                if names.contains(key) { result.own.insert(key) } else { result.foreign.insert(key) }
            } else if let (_, operands) = tree.operation {
                stack += operands
            } else if let (_, arguments) = tree.functionCall {
                stack += arguments
            } else if let value = tree.literalValue {
                switch value {
                case .list(let elements): stack += elements
                case .ad(let ad): stack += ad.map(\.expression)
                default: break
                }
            } else {
                addScoped(tree.unparsed(.old), names, &result)
            }
        }
        return result
    }

    /// A reference with a scope, given as text: `TARGET.Arch`, `MY.Owner`, `.Name`, `list[1].Name`.
    private static func addScoped(_ text: String, _ names: Set<String>, _ result: inout References) {
        let bytes = Array(ASCII.lowercased(text).utf8)
        guard let dot = bytes.lastIndex(of: ASCII.dot) else { return }
        let name = ASCII.string(bytes[(dot + 1)...])
        let scope = ASCII.string(bytes[..<dot])
        switch scope {
        case "my": if names.contains(name) { result.own.insert(name) } else { result.foreign.insert("my") }
        case "target", "other", "": result.foreign.insert(name)
        default:
            let head = scope.utf8.prefix { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
            result.foreign.insert(String(decoding: head, as: UTF8.self))
        }
    }
}
