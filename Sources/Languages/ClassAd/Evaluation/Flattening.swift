extension ExprTree {
    /// The expression that remains after evaluating everything that `ad` determines (ClassAd::Flatten).
    ///
    /// Values on either side of `+`, `*`, `&&`, `||` and the bitwise operators are combined: `A + X + 1` with `A` being 1 becomes `2 + X`.
    /// - Parameter inlining: whether to replace an attribute whose expression is not determined by the flattened expression.
    /// - Returns: the expression itself if it cannot be flattened (endless references).
    package func flattened(in ad: ClassAd, inlining: Bool = false, context: EvaluationContext = .standard) -> ExprTree {
        let scope = Scope(.ad(ad), parent: nil)
        var flattener = Flattener(evaluator: Evaluator(scope: scope, context: context), inlines: inlining)
        guard let flat = flattener.flatten(arena, root, scope, splits: false) else { return self }
        let root = flattener.tree(of: flat)
        return ExprTree(arena: Arena(flattener.builder), root: root)
    }
}

/// A flattened expression: a value, a tree, or, with an operator, `value op tree`.
private struct Flat {
    var value: EvalValue?
    var tree: Int32?
    var op: Operator?
}

private struct Flattener {
    var evaluator: Evaluator
    let inlines: Bool
    var builder = ArenaBuilder()

    /// Makes the node for a result.
    mutating func tree(of flat: Flat) -> Int32 {
        guard let tree = flat.tree else { return builder.append((flat.value ?? .error).published) }
        guard let op = flat.op, let value = flat.value else { return tree }
        return operation(op, [builder.append(value.published), tree])
    }

    /// Makes an operation, with parentheses around operands if the text needs them.
    private mutating func operation(_ op: Operator, _ operands: [Int32]) -> Int32 {
        var parts: [Int32] = []
        for (position, operand) in operands.enumerated() {
            let needed: Int
            switch op {
            case .parentheses: needed = 0
            case .plus, .minus, .not, .bitwiseNot: needed = 11
            case .conditional: needed = position == 0 ? 1 : 0
            case .subscript: needed = position == 0 ? 12 : 0
            case .elvis: needed = 12
            default: needed = op.precedence + (position == 0 ? 0 : 1)
            }
            let isLoose = builder.nodes[Int(operand)].bindingStrength < needed
            parts.append(isLoose ? builder.operation(.parentheses, operand) : operand)
        }
        return builder.operation(op, parts[0], parts.count > 1 ? parts[1] : -1, parts.count > 2 ? parts[2] : -1)
    }

    /// Nil if flattening fails. With `splits`, the result may be a value and a tree joined by an operator.
    mutating func flatten(_ arena: Arena, _ index: Int32, _ lexical: Scope?, splits: Bool) -> Flat? {
        evaluator.steps -= 1
        guard evaluator.steps >= 0, evaluator.depth > 0 else { return nil }
        evaluator.depth -= 1
        defer { evaluator.depth += 1 }
        let node = arena.nodes[Int(index)]
        switch node.kind {
        case .undefined, .error, .boolean, .integer, .real, .string, .absoluteTime, .relativeTime:
            return Flat(value: evaluator.evaluate(arena, index, lexical))
        case .attribute: return reference(arena, index, lexical)
        case .operation:
            guard let flat = operation(arena, node, lexical) else { return nil }
            return splits || flat.op == nil ? flat : Flat(tree: tree(of: flat))
        case .call: return call(arena, index, lexical)
        case .list:
            guard let parts = parts(arena, index, lexical) else { return nil }
            return Flat(tree: builder.list(parts))
        case .ad:
            let inner = Scope(.node(arena, index), parent: lexical)
            let before = evaluator.current
            evaluator.current = inner
            defer { evaluator.current = before }
            guard let parts = parts(arena, index, inner) else { return nil }
            let members = arena.members[Int(node.a)..<Int(node.a) + Int(node.b)]
            return Flat(tree: builder.ad(zip(members, parts).map { (name: arena.strings[Int($0.name)], value: $1) }))
        }
    }

    private mutating func parts(_ arena: Arena, _ index: Int32, _ lexical: Scope?) -> [Int32]? {
        var parts: [Int32] = []
        for part in arena.parts(of: index) {
            guard let flat = flatten(arena, part, lexical, splits: false) else { return nil }
            parts.append(tree(of: flat))
        }
        return parts
    }

    private mutating func reference(_ arena: Arena, _ index: Int32, _ lexical: Scope?) -> Flat? {
        let before = evaluator.current
        defer { evaluator.current = before }
        switch evaluator.find(arena, arena.nodes[Int(index)], lexical) {
        case .failure: return nil
        case .error: return Flat(value: .error)
        case .value(.ad), .undefined: return Flat(tree: builder.copy(index, of: arena))
        case .value(let value): return Flat(value: value)
        case .tree(let tree, let scope):
            guard tree.node.kind != .ad else { return Flat(tree: builder.copy(index, of: arena)) }
            guard let flat = flatten(tree.arena, tree.root, scope, splits: false) else { return nil }
            return flat.tree == nil || inlines ? flat : Flat(tree: builder.copy(index, of: arena))
        }
    }

    private mutating func call(_ arena: Arena, _ index: Int32, _ lexical: Scope?) -> Flat? {
        let node = arena.nodes[Int(index)]
        guard node.function != nil else { return Flat(value: .error) }
        var parts: [Int32] = []
        var isSettled = true
        for part in arena.parts(of: index) {
            guard let flat = flatten(arena, part, lexical, splits: false) else { return nil }
            isSettled = isSettled && flat.tree == nil
            parts.append(tree(of: flat))
        }
        guard isSettled else { return Flat(tree: builder.call(arena.strings[Int(node.c)], parts)) }
        let value = evaluator.evaluate(arena, index, lexical)
        return value.isFailure ? nil : Flat(value: value)
    }

    private mutating func operation(_ arena: Arena, _ node: Node, _ lexical: Scope?) -> Flat? {
        switch node.op {
        case .conditional: return conditional(arena, node, lexical)
        case .add, .multiply, .and, .or, .bitwiseAnd, .bitwiseOr, .bitwiseXor:
            guard let left = flatten(arena, node.a, lexical, splits: true), let right = flatten(arena, node.b, lexical, splits: true) else {
                return nil
            }
            return combined(node.op, left, right)
        default:
            guard let first = flatten(arena, node.a, lexical, splits: false) else { return nil }
            guard node.b >= 0 else {
                if let inner = first.tree { return Flat(tree: operation(node.op, [inner])) }
                let value = first.value ?? .error
                return Flat(value: node.op == .parentheses ? value : Operations.unary(node.op, value))
            }
            guard let second = flatten(arena, node.b, lexical, splits: false) else { return nil }
            if first.tree == nil, second.tree == nil { return settled(node.op, first.value ?? .error, second.value ?? .error) }
            return Flat(tree: operation(node.op, [tree(of: first), tree(of: second)]))
        }
    }

    /// Evaluates a binary operation on values.
    private mutating func settled(_ op: Operator, _ left: EvalValue, _ right: EvalValue) -> Flat {
        switch op {
        case .elvis: return Flat(value: left.isUndefined ? right : left)
        case .subscript:
            let value = evaluator.subscripted(left, right)
            return Flat(value: value)
        case .and, .or:
            if left.isError { return Flat(value: .error) }
            if left.booleanEquivalent == (op == .or) { return Flat(value: .boolean(op == .or)) }
            return Flat(value: Operations.binary(op, left, right))
        default: return Flat(value: Operations.binary(op, left, right))
        }
    }

    private mutating func conditional(_ arena: Arena, _ node: Node, _ lexical: Scope?) -> Flat? {
        guard let condition = flatten(arena, node.a, lexical, splits: false) else { return nil }
        if condition.tree == nil, let value = condition.value, !value.isUndefined {
            guard let choice = value.booleanEquivalent else { return Flat(value: .error) }
            return flatten(arena, choice ? node.b : node.c, lexical, splits: false)
        }
        guard let consequence = flatten(arena, node.b, lexical, splits: false),
            let alternative = flatten(arena, node.c, lexical, splits: false)
        else { return nil }
        let first = condition.tree ?? builder.copy(node.a, of: arena)
        return Flat(tree: operation(.conditional, [first, tree(of: consequence), tree(of: alternative)]))
    }

    /// Combines the results of both sides of a commutative operator.
    private mutating func combined(_ op: Operator, _ left: Flat, _ right: Flat) -> Flat {
        if left.tree == nil, right.tree == nil { return settled(op, left.value ?? .error, right.value ?? .error) }
        if op == .and || op == .or, left.tree == nil || right.tree == nil {
            // One side is a value. It may decide the result, or not matter.
            let value = (left.tree == nil ? left.value : right.value) ?? .error
            if value.booleanEquivalent == (op == .or) { return Flat(value: .boolean(op == .or)) }
            if case .boolean(true) = value, op == .and { return left.tree == nil ? right : left }
        }
        // Parts joined by another operator stay together.
        let first = left.op == nil || left.op == op ? left : Flat(tree: tree(of: left))
        let second = right.op == nil || right.op == op ? right : Flat(tree: tree(of: right))
        let value: EvalValue?
        switch (first.value, second.value) {
        case (let a?, let b?): value = settled(op, a, b).value
        case (let a?, nil): value = a
        case (nil, let b): value = b
        }
        let trees = [first.tree, second.tree].compactMap { $0 }
        let joined = trees.count == 2 ? operation(op, trees) : trees[0]
        return value.map { Flat(value: $0, tree: joined, op: op) } ?? Flat(tree: joined)
    }
}
