import ClassAd
import CondorModel

/// An expression that is applied to many jobs. Comparisons of attributes with numbers and strings work on the bytes of the ads, once per cluster if
/// the cluster's ad decides. Everything else is evaluated.
struct JobFilter: Sendable {
    private enum Truth: Sendable {
        case no
        case undefined
        case yes
    }

    private struct Comparison: Sendable {
        var name: String
        var op: Operator
        var value: Value
        /// The index of the cached result for the cluster.
        var place: Int
        var isAboutCluster: Bool
        var isAboutProc: Bool
    }

    private indirect enum Node: Sendable {
        case all(Node, Node)
        case any(Node, Node)
        case comparison(Comparison)
        case other(ExprTree)
    }

    private enum Cached: Sendable {
        case unknown
        /// Nil if only evaluation can decide.
        case known(Truth?)
    }

    private let expression: ExprTree
    private let root: Node
    private var cluster = -1
    private var answers: [Cached]

    private static let maximumDepth = 64

    init(_ expression: ExprTree) {
        self.expression = expression
        var comparisons = 0
        root = Self.node(expression, 0, &comparisons)
        answers = Array(repeating: .unknown, count: comparisons)
    }

    /// Whether the expression is true for a job, in the sense of ``JobSnapshot/satisfies(_:context:)``. Jobs must come cluster by cluster. A change
    /// of the cluster's ad in between may go unnoticed.
    mutating func matches(_ job: JobSnapshot) -> Bool {
        if case .other = root { return job.satisfies(expression) }
        if cluster != job.id.cluster {
            cluster = job.id.cluster
            for place in answers.indices { answers[place] = .unknown }
        }
        switch truth(of: root, job) {
        case .yes: return true
        case .no, .undefined: return false
        case nil: return job.satisfies(expression)
        }
    }

    // MARK: Taking apart

    private static func node(_ expression: ExprTree, _ depth: Int, _ comparisons: inout Int) -> Node {
        guard depth < maximumDepth, let (op, operands) = expression.operation else { return .other(expression) }
        if op == .parentheses, operands.count == 1 { return node(operands[0], depth + 1, &comparisons) }
        guard operands.count == 2 else { return .other(expression) }
        switch op {
        case .and: return .all(node(operands[0], depth + 1, &comparisons), node(operands[1], depth + 1, &comparisons))
        case .or: return .any(node(operands[0], depth + 1, &comparisons), node(operands[1], depth + 1, &comparisons))
        case .lessThan, .lessOrEqual, .notEqual, .equal, .greaterOrEqual, .greaterThan, .identical, .notIdentical:
            guard let name = operands[0].attributeName, let value = operands[1].literalValue else { return .other(expression) }
            switch value {
            case .integer: break
            case .string(let text) where [.equal, .notEqual, .identical, .notIdentical].contains(op) && text.utf8.allSatisfy({ $0 < 0x80 }): break
            default: return .other(expression)
            }
            defer { comparisons += 1 }
            return .comparison(
                Comparison(
                    name: name, op: op, value: value, place: comparisons, isAboutCluster: name.lowercased() == "clusterid",
                    isAboutProc: name.lowercased() == "procid"))
        default: return .other(expression)
        }
    }

    // MARK: Trying

    /// Nil if only evaluation of the whole expression can decide.
    private mutating func truth(of node: Node, _ job: JobSnapshot) -> Truth? {
        switch node {
        case .all(let left, let right):
            guard let first = truth(of: left, job) else { return nil }
            if first == .no { return .no }
            guard let second = truth(of: right, job) else { return nil }
            return second == .yes ? first : second
        case .any(let left, let right):
            guard let first = truth(of: left, job) else { return nil }
            if first == .yes { return .yes }
            guard let second = truth(of: right, job) else { return nil }
            return second == .no ? first : second
        case .comparison(let comparison):
            return truth(of: comparison, job)
        case .other(let expression):
            switch job.evaluate(expression) {
            case .boolean(let value): return value ? .yes : .no
            case .undefined: return .undefined
            default: return nil
            }
        }
    }

    private mutating func truth(of comparison: Comparison, _ job: JobSnapshot) -> Truth? {
        if comparison.isAboutCluster { return Self.compare(Int64(job.id.cluster), comparison) }
        if comparison.isAboutProc { return Self.compare(Int64(job.id.proc), comparison) }
        if let own = job.proc[comparison.name] { return Self.compare(own, comparison) }
        if case .known(let truth) = answers[comparison.place] { return truth }
        let truth: Truth? =
            if let text = job.cluster[comparison.name] {
                Self.compare(text, comparison)
            } else {
                switch comparison.op {
                case .identical: .no
                case .notIdentical: .yes
                default: .undefined
                }
            }
        answers[comparison.place] = .known(truth)
        return truth
    }

    private static func compare(_ text: ArraySlice<UInt8>, _ comparison: Comparison) -> Truth? {
        switch (text.first, comparison.value) {
        case (.some(0x30...0x39), .integer), (UInt8(ascii: "-"), .integer):
            return StoredLiteral(text).integer.flatMap { compare($0, comparison) }
        case (UInt8(ascii: "\""), .string(let wanted)):
            guard let found = StoredLiteral(text).string, found.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
            // Only these two operators ignore case.
            let isEqual = comparison.op == .equal || comparison.op == .notEqual ? found.lowercased() == wanted.lowercased() : found == wanted
            return isEqual == (comparison.op == .equal || comparison.op == .identical) ? .yes : .no
        default:
            return nil
        }
    }

    private static func compare(_ number: Int64, _ comparison: Comparison) -> Truth? {
        guard case .integer(let wanted) = comparison.value else { return nil }
        let isTrue =
            switch comparison.op {
            case .lessThan: number < wanted
            case .lessOrEqual: number <= wanted
            case .greaterThan: number > wanted
            case .greaterOrEqual: number >= wanted
            case .notEqual, .notIdentical: number != wanted
            default: number == wanted
            }
        return isTrue ? .yes : .no
    }
}
