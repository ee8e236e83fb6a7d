package import ClassAd

/// A part of a job's `Requirements`, which are true where all parts are, and what was found of it among the machines.
package struct RequirementsClause: Sendable {
    /// As the job has it.
    package let expression: ExprTree
    /// With the job's own attributes put in place.
    package let inlined: ExprTree
    /// What a machine's attribute is compared with, where the clause is just that.
    package let comparison: MachineComparison?

    /// Machines for which this clause is true, and for which all up to this one are.
    package internal(set) var matched = 0
    package internal(set) var matchedCumulative = 0
    /// What machines have for the attribute that is compared.
    package internal(set) var values = ComparedValues()
    /// Machines that only this clause keeps from matching, and what these have.
    var soleObstacle = 0
    var soleValues = ComparedValues()

    init(_ expression: ExprTree, of job: ClassAd) {
        self.expression = expression
        inlined = expression.flattened(in: job, inlining: true)
        comparison = MachineComparison(expression, inlined, job)
    }

    /// The parts of an expression, looked for behind the names of the job's own attributes, too.
    /// - Parameter limit: at most so many; where there are more some stay together.
    static func conjuncts(_ expression: ExprTree, of job: ClassAd, limit: Int) -> [ExprTree] {
        var parts: [ExprTree] = []
        // What is still to be looked at, the first part last, and how many names led to it.
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

/// `TARGET.Memory >= 999999`: a machine's attribute beside a value that the job settles.
package struct MachineComparison: Sendable {
    package enum Direction: Sendable {
        case atLeast
        case atMost
        case equal
    }

    /// The machine's attribute.
    package let attribute: String
    package let direction: Direction
    package let wanted: Value
    /// The job's attribute from which the value comes; nil where the clause says it itself.
    package let jobAttribute: String?

    /// Nil where the clause is nothing of the kind.
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
        switch wanted {
        case .integer, .real: break
        case .string where direction == .equal: break
        default: return nil
        }
        let original = Self.bare(expression).operation?.operands ?? []
        jobAttribute = original.lazy.compactMap { Self.attribute(Self.bare($0), scope: "MY") }.first { job[$0] != nil }
    }

    /// The expression within its parentheses.
    static func bare(_ expression: ExprTree) -> ExprTree {
        var expression = expression
        while let (op, operands) = expression.operation, op == .parentheses, let inner = operands.first { expression = inner }
        return expression
    }

    /// The name, if the expression is nothing but a name, alone or in this scope.
    static func attribute(_ expression: ExprTree, scope: String) -> String? {
        if let name = expression.attributeName { return name }
        guard expression.operation == nil, expression.functionCall == nil, expression.literalValue == nil else { return nil }
        let text = expression.unparsed(.new)
        guard text.utf8.count > scope.utf8.count + 1, text.prefix(scope.utf8.count + 1).uppercased() == scope + "." else { return nil }
        let name = text.dropFirst(scope.utf8.count + 1)
        return AttributeNameRule.isName(name) ? String(name) : nil
    }
}

/// The values that machines have for an attribute, as far as they say what to ask for instead.
package struct ComparedValues: Sendable {
    /// Different texts that are kept.
    private static let limit = 16

    /// And how many machines have it.
    private(set) var smallest: (value: Value, machines: Int)?
    private(set) var largest: (value: Value, machines: Int)?
    /// Texts and how many machines have each, of the first ones that were seen.
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

    /// The number that is nearest to being enough.
    package func best(_ direction: MachineComparison.Direction) -> (value: Value, machines: Int)? {
        switch direction {
        case .atLeast: largest
        case .atMost: smallest
        case .equal: nil
        }
    }

    private static func number(_ value: Value) -> Double? {
        switch value {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }
}
