package import ClassAd

/// One part of a job's `Requirements`, which are the conjunction of all parts, and how the machines fared against it.
package struct RequirementsClause: Sendable {
    /// As the job's ad has it.
    package let expression: ExprTree
    /// With the values of the job's own attributes inlined.
    package let inlined: ExprTree
    /// The comparison that the clause consists of; nil for any other clause.
    package let comparison: MachineComparison?
    /// The machine attributes that the clause refers to, directly or through attributes of the job.
    let machineAttributes: [String]

    /// The number of machines that meet this clause, and the number that also meet all earlier clauses.
    package internal(set) var matched = 0
    package internal(set) var matchedCumulative = 0
    /// The machines' values of the compared attribute.
    package internal(set) var values = ComparedValues()
    /// The number of machines that fail only this clause, and their values of the compared attribute.
    var soleObstacle = 0
    var soleValues = ComparedValues()

    init(_ expression: ExprTree, of job: ClassAd) {
        self.expression = expression
        inlined = expression.flattened(in: job, inlining: true)
        comparison = MachineComparison(expression, inlined, job)
        machineAttributes = Self.machineAttributes(expression, of: job)
    }

    /// The names in an expression that a machine's ad is asked for, without their scope.
    static func machineAttributes(_ expression: ExprTree, of job: ClassAd) -> [String] {
        let external = expression.references(in: job)?.external ?? []
        return external.map { name in name.prefix(7).uppercased() == "TARGET." ? String(name.dropFirst(7)) : name }
    }

    /// The parts of a conjunction. References to the job's own attributes are followed.
    /// - Parameter limit: the largest number of parts; the remaining ones are left joined.
    static func conjuncts(_ expression: ExprTree, of job: ClassAd, limit: Int) -> [ExprTree] {
        var parts: [ExprTree] = []
        // Expressions still to be split, the first one last, and the number of references that led to each.
        var work: [(expression: ExprTree, names: Int)] = [(expression, 0)]
        while let (next, names) = work.popLast() {
            let inner = MachineComparison.bare(next)
            if parts.count + work.count + 2 <= limit {
                if let (op, operands) = inner.operation, op == .and {
                    work += operands.reversed().map { ($0, names) }
                    continue
                }
                if names < 16, let name = MachineComparison.attribute(inner, scope: "MY"), let named = job[name],
                    MachineComparison.bare(named).operation?.op == .and
                {
                    work.append((named, names + 1))
                    continue
                }
            }
            parts.append(inner)
        }
        return parts
    }
}

/// A comparison of a machine's attribute with a value that the job determines: `TARGET.Memory >= 999999`.
package struct MachineComparison: Sendable {
    package enum Direction: Sendable {
        case atLeast
        case atMost
        case equal
    }

    /// The machine's attribute.
    package let attribute: String
    package let direction: Direction
    /// Whether the wanted value itself does not do: `>` and `<`.
    let isStrict: Bool
    package let wanted: Value
    /// The job's attribute that holds the value; nil if the value is in the clause itself.
    package let jobAttribute: String?

    /// Nil if the clause is not such a comparison.
    init?(_ expression: ExprTree, _ inlined: ExprTree, _ job: ClassAd) {
        guard let (op, sides) = Self.bare(inlined).operation, sides.count == 2 else { return nil }
        let left = Self.bare(sides[0])
        let right = Self.bare(sides[1])
        let isReversed: Bool
        if let name = Self.attribute(left, scope: "TARGET"), let value = right.literalValue {
            (attribute, wanted, isReversed) = (name, value, false)
        } else if let name = Self.attribute(right, scope: "TARGET"), let value = left.literalValue {
            (attribute, wanted, isReversed) = (name, value, true)
        } else {
            return nil
        }
        switch op {
        case .greaterOrEqual, .greaterThan: direction = isReversed ? .atMost : .atLeast
        case .lessOrEqual, .lessThan: direction = isReversed ? .atLeast : .atMost
        case .equal, .identical: direction = .equal
        default: return nil
        }
        isStrict = op == .greaterThan || op == .lessThan
        switch wanted {
        case .integer, .real: break
        case .string where direction == .equal: break
        default: return nil
        }
        let original = Self.bare(expression).operation?.operands ?? []
        jobAttribute = original.lazy.compactMap { Self.attribute(Self.bare($0), scope: "MY") }.first { job[$0] != nil }
    }

    /// The expression without enclosing parentheses.
    static func bare(_ expression: ExprTree) -> ExprTree {
        var expression = expression
        while let (op, operands) = expression.operation, op == .parentheses, let inner = operands.first { expression = inner }
        return expression
    }

    /// The attribute's name if the expression is a bare reference, unscoped or in this scope.
    static func attribute(_ expression: ExprTree, scope: String) -> String? {
        if let name = expression.attributeName { return name }
        guard expression.operation == nil, expression.functionCall == nil, expression.literalValue == nil else { return nil }
        let text = expression.unparsed(.new)
        guard text.utf8.count > scope.utf8.count + 1, text.prefix(scope.utf8.count + 1).uppercased() == scope + "." else { return nil }
        let name = text.dropFirst(scope.utf8.count + 1)
        return AttributeNameRule.isName(name) ? String(name) : nil
    }
}

/// The machines' values of an attribute, reduced to what a suggestion needs.
package struct ComparedValues: Sendable {
    /// The number of distinct texts that are kept.
    private static let limit = 16

    /// The value, and the number of machines that have it.
    private(set) var smallest: (value: Value, machines: Int)?
    private(set) var largest: (value: Value, machines: Int)?
    /// The number of machines by text, for the first distinct texts.
    package private(set) var texts: [String: Int] = [:]

    mutating func add(_ value: Value) {
        if case .string(let text) = value {
            if texts[text] != nil || texts.count < Self.limit { texts[text, default: 0] += 1 }
            return
        }
        guard let number = Self.number(value) else { return }
        if let known = smallest, let best = Self.number(known.value), best <= number {
            if best == number { smallest = (known.value, known.machines + 1) }
        } else {
            smallest = (value, 1)
        }
        if let known = largest, let best = Self.number(known.value), best >= number {
            if best == number { largest = (known.value, known.machines + 1) }
        } else {
            largest = (value, 1)
        }
    }

    /// The value nearest to the one that was asked for.
    package func best(_ direction: MachineComparison.Direction) -> Best? {
        switch direction {
        case .atLeast: largest.map { Best(value: $0.value, machines: $0.machines, isNothing: (Self.number($0.value) ?? 0) <= 0) }
        case .atMost: smallest.map { Best(value: $0.value, machines: $0.machines, isNothing: false) }
        case .equal: nil
        }
    }

    /// The value nearest to the wanted one, and the number of machines that have it.
    package struct Best: Sendable {
        package let value: Value
        let machines: Int
        /// Whether as much as possible is wanted and the machines have none.
        let isNothing: Bool
    }

    private static func number(_ value: Value) -> Double? {
        switch value {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }
}
