extension ExprTree {
    /// A literal, list or ad.
    package static func literal(_ value: Value) -> ExprTree {
        ExprTree { $0.append(value) }
    }

    package static func string(_ value: String) -> ExprTree { .literal(.string(value)) }
    package static func integer(_ value: some BinaryInteger) -> ExprTree { .literal(.integer(Int64(clamping: value))) }
    package static func real(_ value: Double) -> ExprTree { .literal(.real(value)) }
    package static func boolean(_ value: Bool) -> ExprTree { .literal(.boolean(value)) }
    package static var undefined: ExprTree { .literal(.undefined) }

    /// A reference to an attribute by its bare name.
    package static func attribute(_ name: String) -> ExprTree {
        ExprTree { $0.attribute(name) }
    }

    /// A reference within a scope: `MY.name`, `TARGET.name`.
    package static func attribute(_ name: String, of scope: String) -> ExprTree {
        ExprTree { builder in
            let scope = builder.attribute(scope)
            return builder.attribute(name, of: scope)
        }
    }

    /// `(expression)`.
    package static func parenthesized(_ expression: ExprTree) -> ExprTree {
        ExprTree { builder in
            let inner = builder.copy(expression.root, of: expression.arena)
            return builder.operation(.parentheses, inner)
        }
    }

    /// A unary operation. The operand is put into parentheses if the text would otherwise have another meaning.
    package static func unary(_ op: Operator, _ operand: ExprTree) -> ExprTree {
        ExprTree { builder in
            let inner = builder.copy(operand, needing: 11)
            return builder.operation(op, inner)
        }
    }

    /// A binary operation. Operands are put into parentheses if the text would otherwise have another meaning.
    package static func binary(_ op: Operator, _ left: ExprTree, _ right: ExprTree) -> ExprTree {
        ExprTree { builder in
            let precedence = op == .subscript || op == .elvis ? 12 : op.precedence
            let first = builder.copy(left, needing: precedence)
            let second = builder.copy(right, needing: op == .subscript ? 0 : precedence + 1)
            return builder.operation(op, first, second)
        }
    }

    /// `condition ? consequence : alternative`.
    package static func conditional(_ condition: ExprTree, _ consequence: ExprTree, _ alternative: ExprTree) -> ExprTree {
        ExprTree { builder in
            let first = builder.copy(condition, needing: 1)
            let second = builder.copy(consequence, needing: 0)
            let third = builder.copy(alternative, needing: 0)
            return builder.operation(.conditional, first, second, third)
        }
    }

    /// `name(argument, …)`.
    package static func call(_ name: String, _ arguments: [ExprTree]) -> ExprTree {
        ExprTree { builder in
            let copies = arguments.map { builder.copy($0.root, of: $0.arena) }
            return builder.call(name, copies)
        }
    }

    /// All of `parts`, joined with `&&`; `true` if there are none.
    ///
    /// This is how conditions from different sources are combined: as trees, so that none can change the meaning of the others.
    package static func conjunction(_ parts: [ExprTree]) -> ExprTree {
        joined(parts, .and) ?? .boolean(true)
    }

    /// Any of `parts`, joined with `||`; `false` if there are none.
    package static func disjunction(_ parts: [ExprTree]) -> ExprTree {
        joined(parts, .or) ?? .boolean(false)
    }

    private static func joined(_ parts: [ExprTree], _ op: Operator) -> ExprTree? {
        guard let first = parts.first else { return nil }
        guard parts.count > 1 else { return first }
        return ExprTree { builder in
            var tree = builder.copy(first, needing: op.precedence)
            for part in parts.dropFirst() {
                let right = builder.copy(part, needing: op.precedence + 1)
                tree = builder.operation(op, tree, right)
            }
            return tree
        }
    }
}

extension Node {
    /// How tightly the outermost operator binds: 13 for literals, names, calls and parentheses, 0 for the conditional.
    var bindingStrength: Int {
        switch kind {
        case .integer: integer < 0 ? 11 : 13
        case .real: real.sign == .minus && !real.isNaN && !real.isInfinite ? 11 : 13
        case .operation:
            switch op {
            case .parentheses, .subscript: 13
            case .elvis: 12
            case .plus, .minus, .not, .bitwiseNot: 11
            case .conditional: 0
            default: op.precedence
            }
        default: 13
        }
    }
}

extension ArenaBuilder {
    /// Copies an expression as an operand, in parentheses if it binds less tightly than its place requires.
    fileprivate mutating func copy(_ tree: ExprTree, needing strength: Int) -> Int32 {
        let copied = copy(tree.root, of: tree.arena)
        return tree.node.bindingStrength < strength ? operation(.parentheses, copied) : copied
    }

    /// Appends a value as a literal, list or ad.
    mutating func append(_ value: Value) -> Int32 {
        switch value {
        case .undefined: return constant(.undefined)
        case .error: return constant(.error)
        case .boolean(let value): return boolean(value)
        case .integer(let value): return integer(value)
        case .real(let value): return real(value)
        case .string(let value): return string(value)
        case .absoluteTime(let value): return absoluteTime(value)
        case .relativeTime(let value): return relativeTime(value)
        case .list(let elements): return list(elements.map { copy($0.root, of: $0.arena) })
        case .ad(let value): return ad(value.map { (name: $0.name, value: copy($0.expression.root, of: $0.expression.arena)) })
        }
    }
}
