package import Diagnostics

extension ExprTree {
    /// Parses a condition and warns of likely mistakes: unknown functions, comparisons that are never true, assignments of types.
    ///
    /// - Parameter attributes: known names. A name that is close to one of them but not among them is reported, with the known name as a
    ///   suggestion. Without any, attribute names are not checked.
    /// - Throws: the error, if the text is not an expression.
    package static func check(
        _ text: String, syntax: ClassAdSyntax = .new, attributes: [String] = []
    ) throws(ClassAdError) -> (tree: ExprTree, warnings: [Diagnostic]) {
        var copy = text
        let result: Result<(ExprTree, [Diagnostic]), ClassAdError> = copy.withUTF8 { bytes in
            do throws(ClassAdError) {
                var parser = try Parser(bytes, syntax: syntax, recordsPositions: true)
                let root = try parser.expression()
                try parser.requireEnd()
                let tree = ExprTree(arena: Arena(parser.builder), root: root)
                let review = Review(tree: tree, positions: parser.positions, text: bytes, attributes: attributes)
                return .success((tree, review.warnings))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// Searches for valid syntax that is probably a mistake.
private struct Review {
    private static let maximumWarnings = 20

    let tree: ExprTree
    let positions: [Int32]
    let text: UnsafeBufferPointer<UInt8>
    let attributes: [String]

    private var arena: Arena { tree.arena }

    var warnings: [Diagnostic] {
        var found: [Diagnostic] = []
        for index in arena.nodes.indices {
            let node = arena.nodes[index]
            let warning: Diagnostic?
            switch node.kind {
            case .call: warning = unknownFunction(node, index)
            case .operation: warning = operationWarning(node, index)
            case .attribute: warning = unknownAttribute(node, index)
            default: warning = nil
            }
            if let warning { found.append(warning) }
            if found.count == Review.maximumWarnings { break }
        }
        if found.isEmpty, let verdict = constantVerdict { found.append(verdict) }
        return found
    }

    private func warning(_ message: String, _ index: Int, expected: String? = nil, suggestion: String? = nil) -> Diagnostic {
        let offset = index < positions.count ? Int(positions[index]) : 0
        return .pointing(at: offset, of: text, message, severity: .warning, expected: expected, suggestion: suggestion)
    }

    private func unknownFunction(_ node: Node, _ index: Int) -> Diagnostic? {
        guard node.function == nil else { return nil }
        let name = arena.strings[Int(node.c)]
        return warning(
            "there is no function '\(name)'; the call always evaluates to error", index,
            suggestion: closestMatch(to: name, among: BuiltinFunction.names))
    }

    private func unknownAttribute(_ node: Node, _ index: Int) -> Diagnostic? {
        guard !attributes.isEmpty, node.a < 0 || isScope(node.a) else { return nil }
        let name = arena.strings[Int(node.b)]
        guard !attributes.contains(where: { AttributeName.equal($0, name) }),
            !Review.scopes.contains(where: { AttributeName.equal($0, name) }),
            let near = closestMatch(to: name, among: attributes)
        else { return nil }
        return warning("no attribute '\(name)' is known", index, suggestion: near)
    }

    private static let scopes = ["MY", "TARGET", "self", "parent", "root", "toplevel", "CurrentTime"]

    private func isScope(_ index: Int32) -> Bool {
        let node = arena.nodes[Int(index)]
        return node.kind == .attribute && node.a < 0 && Review.scopes.contains { AttributeName.equal($0, arena.strings[Int(node.b)]) }
    }

    private func operationWarning(_ node: Node, _ index: Int) -> Diagnostic? {
        switch node.op {
        case .equal, .notEqual, .lessThan, .lessOrEqual, .greaterThan, .greaterOrEqual:
            return comparisonWarning(node, index)
        case .and, .or:
            let operands = [node.a, node.b].map { (index: $0, node: arena.nodes[Int($0)]) }
            if let text = operands.first(where: { $0.node.kind == .string }) {
                return warning("a string is not a condition; the operation evaluates to error unless it is decided before", Int(text.index))
            }
            return contradiction(node, index)
        case .subscript where arena.nodes[Int(node.b)].kind == .integer && arena.nodes[Int(node.b)].integer < 0:
            return warning("a list has no negative positions", Int(node.b))
        default:
            return nil
        }
    }

    private func comparisonWarning(_ node: Node, _ index: Int) -> Diagnostic? {
        let sides = [arena.nodes[Int(node.a)], arena.nodes[Int(node.b)]]
        if sides.contains(where: { $0.kind == .undefined }) {
            let isEqual = node.op == .equal
            return warning(
                "a comparison with undefined always evaluates to undefined", index,
                suggestion: isEqual ? "=?=" : (node.op == .notEqual ? "=!=" : nil)
            )
        }
        if sides.contains(where: { $0.kind == .error }) { return warning("a comparison with error always evaluates to error", index) }
        if sides.contains(where: { $0.kind == .list || $0.kind == .ad }) {
            return warning("lists and ads cannot be compared; the comparison always evaluates to error", index)
        }
        func isNumber(_ node: Node) -> Bool { node.kind == .integer || node.kind == .real || node.kind == .boolean }
        if sides[0].kind == .string && isNumber(sides[1]) || isNumber(sides[0]) && sides[1].kind == .string {
            return warning("a string and a number cannot be compared; the comparison always evaluates to error", index)
        }
        return nil
    }

    /// `a == 1 && a == 2`.
    private func contradiction(_ node: Node, _ index: Int) -> Diagnostic? {
        guard node.op == .and, let left = equation(node.a), let right = equation(node.b), left.name == right.name,
            left.value.kind == right.value.kind
        else { return nil }
        let differ: Bool
        switch left.value.kind {
        case .integer: differ = left.value.bits != right.value.bits
        case .string: differ = !AttributeName.equal(arena.strings[Int(left.value.a)], arena.strings[Int(right.value.a)])
        default: differ = false
        }
        return differ ? warning("this is never true: both sides cannot hold at once", index, suggestion: "||") : nil
    }

    private func equation(_ index: Int32) -> (name: String, value: Node)? {
        var node = arena.nodes[Int(index)]
        while node.kind == .operation, node.op == .parentheses { node = arena.nodes[Int(node.a)] }
        guard node.kind == .operation, node.op == .equal || node.op == .identical else { return nil }
        let sides = [node.a, node.b].map { arena.nodes[Int($0)] }
        for (attribute, value) in [(sides[0], sides[1]), (sides[1], sides[0])] where attribute.kind == .attribute && attribute.a < 0 {
            return (arena.strings[Int(attribute.b)].lowercased(), value)
        }
        return nil
    }

    /// A warning about a condition that has the same value for every ad, and is not true.
    private var constantVerdict: Diagnostic? {
        guard !tree.referencesAttributes, tree.constantValue == nil else { return nil }
        for node in arena.nodes where node.kind == .call {
            switch node.function {
            case .time, .currentTime, .dayTime, .timeZoneOffset, .formatTime, .random, .eval, .userMap, .userHome, .absTime: return nil
            default: break
            }
        }
        let value = tree.evaluate()
        guard value.booleanEquivalent == nil else { return nil }
        switch value {
        case .error: return warning("this always evaluates to error, whatever the ad", Int(tree.root))
        case .undefined: return warning("this always evaluates to undefined, whatever the ad", Int(tree.root))
        default: return nil
        }
    }
}
