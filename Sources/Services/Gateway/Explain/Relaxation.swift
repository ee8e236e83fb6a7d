import ClassAd
import HTTPMessages

/// A change of a job's requirements with which machines would match.
struct Relaxation: Sendable, Equatable {
    /// The clauses to leave out or to change, by their places.
    var clauses: [Int]
    /// Machines that would match.
    var matched: Int
    /// What to do, for people.
    var suggestion: String

    /// What would help a job, the most useful first: for each clause that alone keeps machines away, and if there is none the fewest clauses that do so together.
    static func all(_ analysis: RequirementsAnalysis) -> [Relaxation] {
        var found: [Relaxation] = []
        for (index, clause) in analysis.clauses.enumerated() where clause.soleObstacle > 0 {
            let matched = analysis.matched + clause.soleObstacle
            if let change = change(clause, index, analysis.matched) { found.append(change) }
            found.append(
                Relaxation(clauses: [index], matched: matched, suggestion: "without \(text(clause)) \(machines(matched)) would match"))
        }
        found.sort { $0.matched > $1.matched }
        if found.isEmpty, analysis.matched == 0, let (clauses, count) = analysis.smallestObstacle {
            let texts = clauses.map { text(analysis.clauses[$0]) }.joined(separator: " and ")
            found.append(Relaxation(clauses: clauses, matched: count, suggestion: "without \(texts) \(machines(count)) would match"))
        }
        return found
    }

    /// Another value to compare with.
    private static func change(_ clause: RequirementsClause, _ index: Int, _ matched: Int) -> Relaxation? {
        guard let comparison = clause.comparison else { return nil }
        let subject = comparison.jobAttribute ?? "the value in \(text(clause))"
        if let best = clause.soleValues.best(comparison.direction) {
            let count = matched + best.machines
            let side = comparison.direction == .atLeast ? "at most" : "at least"
            return Relaxation(
                clauses: [index], matched: count,
                suggestion:
                    "with \(subject) \(side) \(best.value.unparsed(.new)) instead of \(comparison.wanted.unparsed(.new)) \(machines(count)) would match"
            )
        }
        guard comparison.direction == .equal,
            let (value, count) = clause.soleValues.texts.max(by: { $0.value != $1.value ? $0.value < $1.value : $0.key > $1.key })
        else {
            return nil
        }
        return Relaxation(
            clauses: [index], matched: matched + count,
            suggestion:
                "with \(subject) being \(Value.string(value).unparsed(.new)) instead of \(comparison.wanted.unparsed(.new)) \(machines(matched + count)) would match"
        )
    }

    private static func text(_ clause: RequirementsClause) -> String { "(\(MachineComparison.bare(clause.expression).unparsed(.new)))" }

    static func machines(_ count: Int) -> String { count == 1 ? "1 machine" : "\(count) machines" }
}

extension RequirementsAnalysis {
    /// - Parameter isSurveyed: whether machines could be looked at; without that the clauses alone are told.
    func json(isSurveyed: Bool) -> JSON {
        var object: JSON.Object = ["expression": .string(expression.unparsed(.new))]
        func append(_ name: String, _ count: Int) { object.append(name, isSurveyed ? .integer(Int64(count)) : .null) }
        append("machines", machines)
        append("matched", matched)
        append("refused", refused)
        append("busy", busy)
        append("available", available)
        object.append("clauses", .array(clauses.map { $0.json(isSurveyed: isSurveyed) }))
        object.append(
            "relaxations",
            .array(
                Relaxation.all(self).map {
                    [
                        "clauses": .array($0.clauses.map { .integer(Int64($0)) }), "matched": .integer(Int64($0.matched)),
                        "suggestion": .string($0.suggestion),
                    ]
                }))
        return .object(object)
    }
}

extension RequirementsClause {
    fileprivate func json(isSurveyed: Bool) -> JSON {
        var object: JSON.Object = [
            "expression": .string(expression.unparsed(.new)), "inlined": .string(inlined.unparsed(.new)),
            "matched": isSurveyed ? .integer(Int64(matched)) : .null, "matched_cumulative": isSurveyed ? .integer(Int64(matchedCumulative)) : .null,
        ]
        guard let comparison else { return .object(object) }
        var compared: JSON.Object = ["attribute": .string(comparison.attribute), "wanted": comparison.wanted.json]
        if let name = comparison.jobAttribute { compared.append("job_attribute", .string(name)) }
        if let best = values.best(comparison.direction) { compared.append("best", best.value.json) }
        if comparison.direction == .equal, !values.texts.isEmpty {
            compared.append(
                "values", .array(values.texts.sorted { $0.key < $1.key }.map { ["value": .string($0.key), "machines": .integer(Int64($0.value))] }))
        }
        object.append("comparison", .object(compared))
        return .object(object)
    }
}

extension Value {
    fileprivate var json: JSON {
        switch self {
        case .integer(let value): .integer(value)
        case .real(let value): .number(value)
        case .string(let value): .string(value)
        default: .null
        }
    }
}
