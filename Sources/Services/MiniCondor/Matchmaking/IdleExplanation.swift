import ClassAd

/// Explains why a job is idle, like condor_q -better-analyze: clause by clause of both sides' requirements, for this machine's one slot.
struct IdleExplanation: Sendable {
    struct Clause: Sendable, Equatable {
        /// In old ClassAd syntax.
        var text: String
        /// Whether the slot meets the clause now, and whether it does with all resources free.
        var isMetNow: Bool
        var isMetWhenEmpty: Bool
    }

    enum Verdict: Sendable, Equatable {
        /// The job fits now and is about to start.
        case startsSoon
        /// The job fits the empty machine, but other jobs use the resources.
        case waitsForResources
        case waitsForLimit([String])
        /// The job does not fit even the empty machine.
        case neverMatches
    }

    /// `LastRejMatchReason`, in the wording of HTCondor's negotiator; nil if the job was not rejected.
    var rejection: String? {
        switch verdict {
        case .startsSoon: nil
        case .waitsForResources, .neverMatches: "no match found"
        case .waitsForLimit(let names): "concurrency limit \(names.joined(separator: ",")) reached"
        }
    }

    /// Why the job will never match; nil if it only has to wait.
    var obstacle: String? {
        guard verdict == .neverMatches else { return nil }
        let unmet = (jobClauses + slotClauses).filter { !$0.isMetWhenEmpty }.map(\.text)
        return "no slot meets " + unmet.joined(separator: " && ")
    }

    var verdict: Verdict
    /// Clauses of the job's `Requirements`.
    var jobClauses: [Clause]
    /// Clauses of the slot's requirements for the job.
    var slotClauses: [Clause]
    /// The same submitter's idle jobs that come first.
    var jobsAhead: Int

    init(
        job: ClassAd, slot: ClassAd, emptySlot: ClassAd, exhaustedLimits: [String], ahead: Int, context: EvaluationContext
    ) {
        func clauses(_ ad: ClassAd, _ name: String, against now: ClassAd, _ empty: ClassAd, from emptySide: ClassAd? = nil) -> [Clause] {
            Self.conjuncts(ad[name] ?? .boolean(true), in: ad).map { clause in
                Clause(
                    text: clause.wireText, isMetNow: Self.isTrue(clause, ad, now, context),
                    isMetWhenEmpty: Self.isTrue(clause, emptySide ?? ad, empty, context))
            }
        }
        jobClauses = clauses(job, "Requirements", against: slot, emptySlot)
        slotClauses = clauses(slot, "Requirements", against: job, job, from: emptySlot)
        jobsAhead = ahead
        if !emptySlot.matches(job, context: context) {
            verdict = .neverMatches
        } else if !exhaustedLimits.isEmpty {
            verdict = .waitsForLimit(exhaustedLimits)
        } else {
            verdict = slot.matches(job, context: context) ? .startsSoon : .waitsForResources
        }
    }

    private static func isTrue(_ clause: ExprTree, _ my: ClassAd, _ target: ClassAd, _ context: EvaluationContext) -> Bool {
        clause.evaluate(my: my, target: target, context: context).booleanEquivalent == true
    }

    /// The parts of a conjunction. References within the same ad are followed.
    private static func conjuncts(_ expression: ExprTree, in ad: ClassAd, depth: Int = 0) -> [ExprTree] {
        guard depth < 32 else { return [expression] }
        if let (op, operands) = expression.operation {
            if op == .and { return operands.flatMap { conjuncts($0, in: ad, depth: depth + 1) } }
            if op == .parentheses, let inner = operands.first {
                let parts = conjuncts(inner, in: ad, depth: depth + 1)
                return parts.count > 1 ? parts : [expression]
            }
        }
        if let name = expression.attributeName, let named = ad[name], named.operation?.op == .and {
            return conjuncts(named, in: ad, depth: depth + 1)
        }
        return [expression]
    }
}
