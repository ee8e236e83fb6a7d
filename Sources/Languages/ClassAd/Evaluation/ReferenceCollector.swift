import Text

/// Collects the names that an expression refers to (src/classad/classad.cpp, _GetExternalReferences and _GetInternalReferences).
struct ReferenceCollector {
    enum Kind {
        /// Names that the ad has.
        case `internal`
        /// Names that the ad lacks.
        case external
    }

    private let kind: Kind
    /// Whether references within a scope that the ad lacks include the scope: `TARGET.Memory`.
    private let fullNames: Bool
    private var found: [[UInt8]: String] = [:]
    private var isScope = false

    init(_ kind: Kind, fullNames: Bool) {
        self.kind = kind
        self.fullNames = fullNames
    }

    /// The names without duplicates (ignoring case), sorted as by `strcasecmp`.
    var names: [String] {
        found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    private mutating func insert(_ name: String) {
        let key = name.withClassAdBytes { $0.map { ASCII.lowercased($0) } }
        if found[key] == nil { found[key] = name }
    }

    /// Returns false if the references cannot be determined.
    mutating func collect(_ arena: Arena, _ index: Int32, _ lexical: Scope?, _ evaluator: inout Evaluator) -> Bool {
        evaluator.steps -= 1
        guard evaluator.steps >= 0, evaluator.depth > 0 else { return false }
        let node = arena.nodes[Int(index)]
        switch node.kind {
        case .undefined, .error, .boolean, .integer, .real, .string, .absoluteTime, .relativeTime:
            return true
        case .attribute:
            evaluator.depth -= node.a < 0 ? 0 : 1
            defer { evaluator.depth += node.a < 0 ? 0 : 1 }
            return collectReference(arena, node, lexical, &evaluator)
        case .ad where kind == .internal && isScope:
            return true
        case .operation, .call, .list, .ad:
            evaluator.depth -= 1
            defer { evaluator.depth += 1 }
            return collectParts(arena, index, lexical, &evaluator)
        }
    }

    private mutating func collectParts(_ arena: Arena, _ index: Int32, _ lexical: Scope?, _ evaluator: inout Evaluator) -> Bool {
        for part in arena.parts(of: index) where !collect(arena, part, lexical, &evaluator) { return false }
        return true
    }

    private mutating func collectReference(_ arena: Arena, _ node: Node, _ lexical: Scope?, _ evaluator: inout Evaluator) -> Bool {
        let name = arena.strings[Int(node.b)]
        let before = evaluator.current
        defer { evaluator.current = before }
        let start: Scope
        if node.a < 0 {
            guard let scope = node.isAbsolute ? evaluator.root : evaluator.current else { return !node.isAbsolute }
            start = scope
        } else {
            if kind == .internal {
                let outer = isScope
                isScope = true
                let isKnown = collect(arena, node.a, lexical, &evaluator)
                isScope = outer
                guard isKnown else { return false }
            }
            switch evaluator.evaluate(arena, node.a, lexical) {
            case .ad(let scope): start = scope
            case .undefined:
                guard kind == .external else { return true }
                guard fullNames else { return collect(arena, node.a, lexical, &evaluator) }
                insert(ExprTree(arena: arena, root: node.a).unparsed(.new) + "." + name)
                return true
            default: return false
            }
        }
        switch evaluator.lookup(name, node.hash, from: start) {
        case .undefined:
            if kind == .external { insert(name) }
            return true
        case .tree(let tree, let scope):
            if kind == .internal, scope === evaluator.root { insert(name) }
            evaluator.depth -= 1
            defer { evaluator.depth += 1 }
            return collect(tree.arena, tree.root, scope, &evaluator)
        case .value(.ad(let scope)):
            return collectAttributes(of: scope, &evaluator)
        case .value: return true
        case .error, .failure: return false
        }
    }

    /// A bare `MY` refers to everything in the ad.
    mutating func collectAttributes(of scope: Scope, _ evaluator: inout Evaluator) -> Bool {
        if kind == .internal, isScope { return true }
        evaluator.depth -= 1
        defer { evaluator.depth += 1 }
        guard evaluator.depth > 0 else { return false }
        for entry in scope.ad.entries where !collect(entry.expression.arena, entry.expression.root, scope, &evaluator) { return false }
        return true
    }
}

extension ExprTree {
    /// The names that the expression refers to, also through the expressions of `ad`'s attributes.
    package struct References: Sendable, Hashable {
        /// Names that `ad` has, sorted without regard to ASCII case.
        package var `internal`: [String]
        /// Names that `ad` lacks; a reference within an unknown scope includes the scope, `TARGET.Memory`.
        package var external: [String]
    }

    /// - Returns: nil if they cannot be determined, because of a scope that is not an ad or of endless recursion.
    package func references(in ad: ClassAd = ClassAd()) -> References? {
        func collected(_ kind: ReferenceCollector.Kind) -> [String]? {
            let scope = Scope(.ad(ad), parent: nil)
            var evaluator = Evaluator(scope: scope, context: .standard)
            var collector = ReferenceCollector(kind, fullNames: true)
            return collector.collect(arena, root, scope, &evaluator) ? collector.names : nil
        }
        guard let known = collected(.internal), let unknown = collected(.external) else { return nil }
        return References(internal: known, external: unknown)
    }

    /// Whether the expression refers to any attribute.
    package var referencesAttributes: Bool {
        var work = [root]
        while let index = work.popLast() {
            if arena.nodes[Int(index)].kind == .attribute { return true }
            work.append(contentsOf: arena.parts(of: index))
        }
        return false
    }
}
