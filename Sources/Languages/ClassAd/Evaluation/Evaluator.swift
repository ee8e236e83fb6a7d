/// Evaluates expressions with HTCondor's old-ClassAd semantics and its limits (src/classad/exprTree.cpp, attrrefs.cpp, operators.cpp).
struct Evaluator {
    /// The largest nesting depth of operations and references.
    static let maximumDepth = 400
    /// The largest number of nodes visited in one evaluation. HTCondor allows ten times as many; no reasonable expression comes near either limit.
    static let maximumSteps = 1_000_000

    var context: EvaluationContext
    let match: MatchScopes?
    /// The ad in which bare names are looked up.
    var current: Scope?
    var root: Scope?
    var depth = Evaluator.maximumDepth
    var steps = Evaluator.maximumSteps
    /// Number of string bytes that functions may still create.
    var textBudget = 16 << 20
    /// The attributes being evaluated, outermost first.
    private var active: [ExprTree] = []
    /// How often a regular expression may still exceed its match limit.
    var regexOverruns = 3

    init(scope: Scope?, match: MatchScopes? = nil, context: EvaluationContext) {
        self.context = context
        self.match = match
        current = scope
        root = scope?.outermost
    }

    /// An evaluator for `scope` that shares this one's budget.
    func nested(in scope: Scope?) -> Evaluator {
        var evaluator = Evaluator(scope: scope, match: match, context: context)
        evaluator.depth = depth - 1
        evaluator.steps = steps
        evaluator.textBudget = textBudget
        evaluator.regexOverruns = regexOverruns
        return evaluator
    }

    /// Takes over the budget that a nested evaluation has used.
    mutating func absorb(_ nested: Evaluator) {
        steps = nested.steps
        textBudget = nested.textBudget
        regexOverruns = nested.regexOverruns
    }

    /// Evaluates the node at `index`, which is part of the ad `lexical`.
    mutating func evaluate(_ arena: Arena, _ index: Int32, _ lexical: Scope?) -> EvalValue {
        steps -= 1
        guard steps >= 0 else { return .failure }
        let node = arena.nodes[Int(index)]
        switch node.kind {
        case .undefined: return .undefined
        case .error: return .error
        case .boolean: return .boolean(node.bits != 0)
        case .integer: return .integer(node.integer)
        case .real: return .real(node.real)
        case .string: return .string(arena.strings[Int(node.a)])
        case .absoluteTime: return .absoluteTime(AbsoluteTime(seconds: node.integer, offset: node.a))
        // HTCondor evaluates a literal duration to a plain number.
        case .relativeTime: return .real(node.real)
        case .attribute: return reference(arena, node, lexical)
        case .operation: return operation(arena, node, lexical)
        case .call:
            guard let function = node.function else { return .error }
            return call(function, FunctionArguments(arena: arena, first: Int(node.a), count: Int(node.b), lexical: lexical))
        case .list: return .list(EvalList(.nodes(arena, index, lexical)))
        case .ad: return .ad(Scope(.node(arena, index), parent: lexical))
        }
    }

    mutating func evaluate(_ tree: ExprTree, _ lexical: Scope?) -> EvalValue {
        evaluate(tree.arena, tree.root, lexical)
    }

    /// Evaluates one element of a list in the current scope.
    mutating func element(_ list: EvalList, _ position: Int) -> EvalValue {
        switch list.elements {
        case .nodes(let arena, let index, let scope):
            return evaluate(arena, arena.children[Int(arena.nodes[Int(index)].a) + position], scope)
        case .values(let values):
            steps -= 1
            guard steps >= 0 else { return .failure }
            if case .relativeTime(let seconds) = values[position] { return .real(seconds) }
            return values[position]
        }
    }

    // MARK: Attributes

    private mutating func reference(_ arena: Arena, _ node: Node, _ lexical: Scope?) -> EvalValue {
        let before = current
        let result: EvalValue
        switch find(arena, node, lexical) {
        case .failure: return .failure
        case .error: result = .error
        case .undefined: result = .undefined
        case .value(let value):
            guard depth > 0 else { return .failure }
            steps -= 1
            result = steps >= 0 ? value : .failure
        case .tree(let tree, let scope):
            guard depth > 0 else {
                current = before
                return .failure
            }
            if tree.node.kind.rawValue <= Node.Kind.relativeTime.rawValue {
                result = evaluate(tree.arena, tree.root, scope)
            } else if active.contains(where: { $0.root == tree.root && $0.arena === tree.arena }) {
                result = .undefined
            } else {
                active.append(tree)
                depth -= 1
                result = evaluate(tree.arena, tree.root, scope)
                depth += 1
                active.removeLast()
            }
        }
        current = before
        return result
    }

    /// The target of a reference. `current` is left at the ad in which it was found.
    enum Found {
        case tree(ExprTree, Scope)
        case value(EvalValue)
        case undefined, error, failure
    }

    mutating func find(_ arena: Arena, _ node: Node, _ lexical: Scope?) -> Found {
        let name = arena.strings[Int(node.b)]
        guard node.a >= 0 else {
            if node.isAbsolute {
                guard let root else { return .failure }
                return lookup(name, node.hash, from: root)
            }
            guard let start = current else { return .undefined }
            let found = lookup(name, node.hash, from: start)
            if case .undefined = found, let alternate = match?.alternate(of: start) {
                return lookup(name, node.hash, from: alternate)
            }
            return found
        }
        guard depth > 0 else { return .error }
        depth -= 1
        let base = evaluate(arena, node.a, lexical)
        depth += 1
        switch base {
        case .failure: return .failure
        case .undefined: return .undefined
        case .ad(let scope): return lookup(name, node.hash, from: scope)
        case .list(let list): return project(list, name, node.hash)
        default: return .error
        }
    }

    /// `list.name`: the attribute of each element.
    private mutating func project(_ list: EvalList, _ name: String, _ hash: UInt32) -> Found {
        var values: [EvalValue] = []
        values.reserveCapacity(list.count)
        for position in 0..<list.count {
            steps -= 2
            guard steps >= 0, depth > 0 else { return .failure }
            let before = (current, root)
            root = current?.outermost
            depth -= 1
            let element = element(list, position)
            depth += 1
            let value: EvalValue
            switch element {
            case .failure: return .failure
            case .undefined: value = .undefined
            case .error: value = .error
            case .ad(let scope): value = follow(lookup(name, hash, from: scope))
            case .list(let inner):
                // A list may contain itself.
                depth -= 1
                value = depth > 0 ? follow(project(inner, name, hash)) : .failure
                depth += 1
            default: value = .error
            }
            (current, root) = before
            if value.isFailure { return .failure }
            values.append(value.detached().asLiteral)
        }
        return .value(.list(EvalList(.values(values))))
    }

    private mutating func follow(_ found: Found) -> EvalValue {
        switch found {
        case .failure: return .failure
        case .error: return .error
        case .undefined: return .undefined
        case .value(let value):
            steps -= 1
            return steps >= 0 && depth > 0 ? value : .failure
        case .tree(let tree, let scope):
            guard depth > 0 else { return .failure }
            if active.contains(where: { $0.root == tree.root && $0.arena === tree.arena }) { return .undefined }
            active.append(tree)
            depth -= 1
            let value = evaluate(tree.arena, tree.root, scope)
            depth += 1
            active.removeLast()
            return value
        }
    }

    /// Looks up a name in `start` and the enclosing ads.
    mutating func lookup(_ name: String, _ hash: UInt32, from start: Scope) -> Found {
        var scope = start
        while true {
            current = scope
            if let tree = scope.lookup(name, hash) { return .tree(tree, scope) }
            if case .match(.root, _, _) = scope.source, let member = match?.member(name) { return .value(.ad(member)) }
            let outer = scope === root ? nil : scope.parent
            if let special = SpecialName(name, hash) {
                switch special {
                case .outermost:
                    guard let root else { return .failure }
                    return .value(.ad(root))
                case .own: return .value(.ad(scope))
                case .parent: return outer.map { .value(.ad($0)) } ?? .undefined
                case .time: return .value(.integer(context.now()))
                }
            }
            guard let outer, outer !== start else { return .undefined }
            scope = outer
        }
    }

    // MARK: Operations

    private mutating func operation(_ arena: Arena, _ node: Node, _ lexical: Scope?) -> EvalValue {
        depth -= 1
        defer { depth += 1 }
        guard depth >= 0 else { return .failure }
        let first = evaluate(arena, node.a, lexical)
        switch node.op {
        case .parentheses:
            return first
        case .plus, .minus, .not, .bitwiseNot:
            return first.isFailure ? .failure : Operations.unary(node.op, first)
        case .and:
            switch first {
            case .failure: return .failure
            case .error: return .error
            default: if first.booleanEquivalent == false { return .boolean(false) }
            }
        case .or:
            switch first {
            case .failure: return .failure
            case .error: return .error
            default: if first.booleanEquivalent == true { return .boolean(true) }
            }
        case .elvis:
            return first.isUndefined ? evaluate(arena, node.b, lexical) : first
        case .conditional:
            switch first {
            case .failure, .error, .undefined: return first
            default: break
            }
            if let choice = first.booleanEquivalent {
                return evaluate(arena, choice ? node.b : node.c, lexical)
            }
            if evaluate(arena, node.b, lexical).isFailure || evaluate(arena, node.c, lexical).isFailure { return .failure }
            return .error
        default:
            if first.isFailure { return .failure }
        }
        let second = evaluate(arena, node.b, lexical)
        if second.isFailure { return .failure }
        if node.op == .subscript { return subscripted(first, second) }
        return Operations.binary(node.op, first, second)
    }

    mutating func subscripted(_ base: EvalValue, _ index: EvalValue) -> EvalValue {
        if base.isError || index.isError { return .error }
        if base.isUndefined || index.isUndefined { return .undefined }
        switch (base, index) {
        case (.ad(let scope), .string(let name)):
            let hash = AttributeName.hash(name)
            guard let tree = scope.lookup(name, hash) else { return .undefined }
            guard depth > 0 else { return .error }
            var inner = nested(in: scope)
            let value = inner.evaluate(tree, scope)
            absorb(inner)
            return value.isFailure ? .error : value.detached(isShared: true)
        case (.list(let list), .integer(let position)):
            let position = Int(Int32(truncatingIfNeeded: position))
            guard position >= 0, position < list.count else { return .error }
            guard depth > 0 else { return .error }
            let before = current
            if case .nodes(_, _, let scope) = list.elements { current = scope } else { current = nil }
            depth -= 1
            let value = element(list, position)
            depth += 1
            current = before
            return value.isFailure ? .error : value
        default:
            return .error
        }
    }
}

extension EvalValue {
    /// The value as an element of a list of values: durations lose their fraction.
    var asLiteral: EvalValue {
        if case .relativeTime(let seconds) = self { return .relativeTime(Double(truncatedInt32(seconds))) }
        return self
    }

    /// The value, with the context removed from its ads and lists.
    fileprivate func detached(isShared: Bool = false) -> EvalValue {
        switch self {
        case .ad(let scope): .ad(Scope(scope.source, parent: nil, isShared: isShared))
        case .list(let list):
            switch list.elements {
            case .nodes(let arena, let index, _): .list(EvalList(.nodes(arena, index, nil), isShared: isShared))
            case .values(let values): .list(EvalList(.values(values.map { $0.detached() }), isShared: isShared))
            }
        default: self
        }
    }
}

/// Names with a special meaning if no attribute has them.
enum SpecialName {
    case outermost, own, parent, time

    private static let toplevelHash = AttributeName.hash("toplevel")
    private static let rootHash = AttributeName.hash("root")
    private static let selfHash = AttributeName.hash("self")
    private static let myHash = AttributeName.hash("my")
    private static let parentHash = AttributeName.hash("parent")
    private static let currentTimeHash = AttributeName.hash("CurrentTime")

    init?(_ name: String, _ hash: UInt32) {
        switch hash {
        case Self.toplevelHash where AttributeName.equal(name, "toplevel"), Self.rootHash where AttributeName.equal(name, "root"):
            self = .outermost
        case Self.selfHash where AttributeName.equal(name, "self"), Self.myHash where AttributeName.equal(name, "my"):
            self = .own
        case Self.parentHash where AttributeName.equal(name, "parent"):
            self = .parent
        case Self.currentTimeHash where AttributeName.equal(name, "CurrentTime"):
            self = .time
        default:
            return nil
        }
    }
}
