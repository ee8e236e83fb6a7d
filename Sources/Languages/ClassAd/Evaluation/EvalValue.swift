/// A value during evaluation. Like `Value`, but lists and ads know the scope of their elements.
enum EvalValue {
    /// Evaluation itself failed (recursion limit, `random(0)`), which ends the whole evaluation.
    case failure
    case undefined, error
    case boolean(Bool)
    case integer(Int64)
    case real(Double)
    case string(String)
    case absoluteTime(AbsoluteTime)
    case relativeTime(Double)
    case list(EvalList)
    case ad(Scope)

    /// The value as a condition.
    @inline(__always)
    var booleanEquivalent: Bool? {
        switch self {
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .real(let value): value != 0
        default: nil
        }
    }

    var isUndefined: Bool {
        if case .undefined = self { return true }
        return false
    }

    var isError: Bool {
        if case .error = self { return true }
        return false
    }

    var isFailure: Bool {
        if case .failure = self { return true }
        return false
    }

    /// The value as callers see it; a failure becomes an error.
    var published: Value {
        switch self {
        case .failure, .error: return .error
        case .undefined: return .undefined
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .real(let value): return .real(value)
        case .string(let value): return .string(value)
        case .absoluteTime(let value): return .absoluteTime(value)
        case .relativeTime(let value): return .relativeTime(value)
        case .list(let list): return .list(list.expressions)
        case .ad(let scope): return .ad(scope.ad)
        }
    }
}

/// A list during evaluation: unevaluated expressions, or values made by a function.
final class EvalList {
    enum Elements {
        /// The children of a list node, and the ad that contains the list.
        case nodes(Arena, Int32, Scope?)
        case values([EvalValue])
    }

    let elements: Elements
    /// Whether the list was made by a function such as `split`. HTCondor has two kinds of list values, which `=?=` distinguishes.
    let isShared: Bool

    init(_ elements: Elements, isShared: Bool = false) {
        self.elements = elements
        self.isShared = isShared
    }

    convenience init(strings: [String]) {
        self.init(.values(strings.map { .string($0) }), isShared: true)
    }

    var count: Int {
        switch elements {
        case .nodes(let arena, let index, _): Int(arena.nodes[Int(index)].b)
        case .values(let values): values.count
        }
    }

    var expressions: [ExprTree] {
        switch elements {
        case .nodes(let arena, let index, _): arena.parts(of: index).map { ExprTree(arena: arena, root: $0) }
        case .values(let values): EvalList.expressions(of: values)
        }
    }

    /// Literals that share one arena.
    private static func expressions(of values: [EvalValue]) -> [ExprTree] {
        var builder = ArenaBuilder()
        let roots = values.map { builder.append($0.published) }
        let arena = Arena(builder)
        return roots.map { ExprTree(arena: arena, root: $0) }
    }
}

/// An ad in context: where its attributes are found, and which ad encloses it.
final class Scope {
    enum Source {
        case ad(ClassAd)
        case node(Arena, Int32)
        /// The ad that HTCondor wraps around two matched ads, or one of the two contexts in it.
        case match(MatchScopes.Part, left: ClassAd, right: ClassAd)
    }

    let source: Source
    let parent: Scope?
    /// Whether this is a copy made for a subscript. As with lists, `=?=` distinguishes the two kinds of ad values.
    let isShared: Bool

    init(_ source: Source, parent: Scope?, isShared: Bool = false) {
        self.source = source
        self.parent = parent
        self.isShared = isShared
    }

    /// The ad without its context.
    var ad: ClassAd {
        switch source {
        case .ad(let ad): ad
        case .node(let arena, let index): ClassAd(arena: arena, index: index)
        case .match(let part, let left, let right): part.completeAd(left: left, right: right)
        }
    }

    var count: Int {
        switch source {
        case .ad(let ad): ad.count
        case .node(let arena, let index): Int(arena.nodes[Int(index)].b)
        case .match(let part, _, _): part.count
        }
    }

    /// The expression of an attribute of this ad itself.
    func lookup(_ name: String, _ hash: UInt32) -> ExprTree? {
        switch source {
        case .ad(let ad):
            return ad.position(name, hash).map { ad.entries[$0].expression }
        case .node(let arena, let index):
            return arena.member(of: index, named: name, hash: hash).map { ExprTree(arena: arena, root: $0.value) }
        case .match(let part, _, _):
            return part.ad.position(name, hash).map { part.ad.entries[$0].expression }
        }
    }

    /// The outermost ad.
    var outermost: Scope {
        var scope = self
        while let parent = scope.parent { scope = parent }
        return scope
    }
}
