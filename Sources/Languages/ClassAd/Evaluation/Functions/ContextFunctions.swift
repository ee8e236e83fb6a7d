import Patterns

/// Functions that examine expressions rather than values.
extension Evaluator {
    /// The text of an attribute's expression, with HTCondor's indentation.
    mutating func unparse(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1, arguments[0].node.kind == .attribute else { return .error }
        let name = arguments[0].unparsed(.new)
        guard let tree = current?.lookup(name, AttributeName.hash(name)) else { return .string("") }
        var unparser = Unparser(.new, indents: true)
        unparser.write(tree.root, of: tree.arena)
        return affords(unparser.output.count) ? .string(String(classAdBytes: unparser.output)) : .failure
    }

    /// The names that an attribute's expression refers to and the ad lacks, or whether one of them matches a pattern.
    mutating func unresolved(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 || arguments.count == 2, arguments[0].node.kind == .attribute else { return .error }
        // As in HTCondor, what follows is evaluated in the ad where this lookup ended.
        let found = find(arguments.arena, arguments[0].node, arguments.lexical)
        switch found {
        case .tree, .value: break
        case .undefined, .error, .failure: return .undefined
        }
        var regex: RegularExpression?
        if arguments.count == 2 {
            guard case .string(let pattern) = value(arguments, 1) else { return .failure }
            regex = RegularExpression(pattern, options: .caseInsensitive)
            if regex == nil { return .error }
        }
        var names: [String] = []
        var collector = ReferenceCollector(.external, fullNames: true)
        var isKnown = false
        switch found {
        case .tree(let tree, let scope): isKnown = collector.collect(tree.arena, tree.root, scope, &self)
        case .value(.ad(let scope)): isKnown = collector.collectAttributes(of: scope, &self)
        default: break
        }
        if isKnown { names = collector.names }
        let bare = names.map { name in
            name.utf8.count >= 7 && AttributeName.equal(String(name.prefix(7)), "target.") ? String(name.dropFirst(7)) : name
        }
        guard let regex else { return .string(bare.joined(separator: ",")) }
        for name in bare {
            if case .matched = regex.firstMatch(in: name, &self, options: .notEmpty) { return .boolean(true) }
        }
        return .boolean(false)
    }

    /// `eval`: evaluates a string as an expression.
    mutating func evaluateText(_ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 1 else { return .error }
        let value = value(arguments, 0)
        if value.isFailure { return .failure }
        let converted = value.asString(&self)
        if converted.isFailure { return .failure }
        guard case .string(let text) = converted else { return .error }
        guard depth > 0 else { return .failure }
        // Parsing costs as much as evaluating.
        steps -= text.utf8.count
        guard steps >= 0, affords(text.utf8.count) else { return .failure }
        guard let tree = text.withClassAdBytes({ Evaluator.lenientlyParsed($0) }) else { return .error }
        depth -= 1
        defer { depth += 1 }
        return evaluate(tree, current)
    }

    /// After a conditional, HTCondor does not check for the end of the text.
    private static func lenientlyParsed(_ text: UnsafeBufferPointer<UInt8>) -> ExprTree? {
        guard var parser = try? Parser(text, syntax: .new), let root = try? parser.expression() else { return nil }
        let tree = ExprTree(arena: Arena(parser.builder), root: root)
        if tree.node.kind == .operation, tree.node.op == .conditional { return tree }
        return parser.current.kind == .end ? tree : nil
    }

    /// `evalInEachContext(expression, list of ads)` and `countMatches`.
    mutating func evaluateInEachContext(_ function: BuiltinFunction, _ arguments: FunctionArguments) -> EvalValue {
        guard arguments.count == 2 else { return .error }
        var expression = arguments[0]
        var lexical = arguments.lexical
        var constant: EvalValue?
        if expression.node.kind == .attribute {
            // As in HTCondor, the list is evaluated in the ad where this lookup ended.
            switch find(arguments.arena, expression.node, lexical) {
            case .tree(let tree, let scope): (expression, lexical) = (tree, scope)
            case .value(let value): constant = value
            case .undefined, .error, .failure: break
            }
        }
        let list: EvalList
        switch value(arguments, 1) {
        case .list(let value): list = value
        case .undefined: return function == .countMatches ? .integer(0) : .undefined
        default: return .error
        }
        var results: [EvalValue] = []
        var matches: Int64 = 0
        for position in 0..<list.count {
            let result = evaluate(expression, constant, lexical, within: element(list, position))
            if steps < 0 { return .failure }
            if result.booleanEquivalent == true { matches += 1 }
            if function == .evalInEachContext { results.append(result.asLiteral) }
        }
        return function == .countMatches ? .integer(matches) : .list(EvalList(.values(results), isShared: true))
    }

    private mutating func evaluate(
        _ expression: ExprTree, _ constant: EvalValue?, _ lexical: Scope?, within element: EvalValue
    ) -> EvalValue {
        switch element {
        case .undefined: return .undefined
        case .ad(let scope):
            if let constant { return constant }
            guard depth > 0 else { return .error }
            var inner = nested(in: scope)
            let value = inner.evaluate(expression, lexical)
            absorb(inner)
            return value.isFailure ? .error : value
        default: return .error
        }
    }
}
