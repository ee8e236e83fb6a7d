import ClassAd

/// A change to a job's requirements, and the number of machines that would match after it.
package struct Relaxation: Sendable, Equatable {
    /// Indices of the clauses to drop or change.
    package var clauses: [Int]
    /// Number of machines that would match.
    package var matched: Int
    /// The change in words, for people.
    package var suggestion: String

    /// Changes that would help a job, the most useful first: each clause that rules out machines on its own, or else the smallest set of clauses
    /// that rules out machines together.
    package static func all(_ analysis: RequirementsAnalysis) -> [Relaxation] {
        var found: [Relaxation] = []
        for (index, clause) in analysis.clauses.enumerated() where clause.soleObstacle > 0 {
            let matched = analysis.matched + clause.soleObstacle
            if let change = change(clause, index, analysis.matched) { found.append(change) }
            found.append(
                Relaxation(clauses: [index], matched: matched, suggestion: "without \(text(clause)), \(machines(matched)) would match"))
        }
        found.sort { $0.matched > $1.matched }
        if found.isEmpty, analysis.matched == 0, let (clauses, count) = analysis.smallestObstacle {
            let texts = clauses.map { text(analysis.clauses[$0]) }.joined(separator: " and ")
            found.append(Relaxation(clauses: clauses, matched: count, suggestion: "without \(texts), \(machines(count)) would match"))
        }
        return found
    }

    /// Suggests another value for the clause's comparison.
    private static func change(_ clause: RequirementsClause, _ index: Int, _ matched: Int) -> Relaxation? {
        guard let comparison = clause.comparison else { return nil }
        let subject = comparison.jobAttribute ?? "the value in \(text(clause))"
        if let best = clause.soleValues.best(comparison.direction) {
            let count = matched + best.machines
            guard !best.isNothing else { return nil }
            let side = Self.side(comparison)
            return Relaxation(
                clauses: [index], matched: count,
                suggestion:
                    """
                    with \(subject) \(side) \(best.value.unparsed(.new)) instead of \(comparison.wanted.unparsed(.new)), \
                    \(machines(count)) would match
                    """
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
                """
                with \(subject) set to \(Value.string(value).unparsed(.new)) instead of \(comparison.wanted.unparsed(.new)), \
                \(machines(matched + count)) would match
                """
        )
    }

    private static func side(_ comparison: MachineComparison) -> String {
        comparison.direction == .atLeast ? comparison.isStrict ? "below" : "at most" : comparison.isStrict ? "above" : "at least"
    }

    /// What to do about each clause that no machine meets: one sentence a clause.
    /// - Parameter others: the clauses about which there is something to say already.
    static func impossible(_ analysis: RequirementsAnalysis, besides others: Set<Int>) -> [String] {
        analysis.impossibleClauses.compactMap { index in
            let clause = analysis.clauses[index]
            let unknown = analysis.unknownAttributes(of: index)
            guard unknown.isEmpty else {
                let names = unknown.map { name in name + (analysis.attribute(near: name).map { " (did you mean \($0)?)" } ?? "") }
                return "No machine has the attribute \(names.joined(separator: " or ")) of \(text(clause))"
            }
            return others.contains(index) ? nil : "No machine meets \(text(clause))" + remedy(clause)
        }
    }

    private static func remedy(_ clause: RequirementsClause) -> String {
        guard let comparison = clause.comparison else { return "" }
        let subject = comparison.jobAttribute ?? "the value"
        if let best = clause.values.best(comparison.direction) {
            if best.isNothing { return ": none has any \(comparison.attribute)" }
            return ": \(subject) must be \(side(comparison)) \(best.value.unparsed(.new)), not \(comparison.wanted.unparsed(.new))"
        }
        guard comparison.direction == .equal, !clause.values.texts.isEmpty else { return "" }
        let texts = clause.values.texts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.prefix(3)
        return ": machines have " + texts.map { Value.string($0.key).unparsed(.new) }.joined(separator: ", ")
    }

    private static func text(_ clause: RequirementsClause) -> String { "(\(MachineComparison.bare(clause.expression).unparsed(.new)))" }

    static func machines(_ count: Int) -> String { count == 1 ? "1 machine" : "\(count) machines" }
}
