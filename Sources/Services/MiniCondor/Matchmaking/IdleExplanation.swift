import ClassAd

/// Why a job is idle, as condor_q -better-analyze tells it: clause by clause of both sides' requirements, on this machine's one slot.
struct IdleExplanation: Sendable {
    struct Clause: Sendable, Equatable {
        /// In old ClassAd syntax.
        var text: String
        /// Whether the slot meets it now, and with nothing given away.
        var isMetNow: Bool
        var isMetWhenEmpty: Bool
    }

    enum Verdict: Sendable, Equatable {
        /// It fits now: it is about to be started.
        case startsSoon
        /// It fits an empty machine: others have what it needs.
        case waitsForResources
        case waitsForLimit([String])
        /// Not even the empty machine would do.
        case neverMatches
    }

    /// `LastRejMatchReason`, in the words of HTCondor's negotiator; nil for a job that was not rejected.
    var rejection: String? {
        switch verdict {
        case .startsSoon: nil
        case .waitsForResources, .neverMatches: "no match found"
        case .waitsForLimit(let names): "concurrency limit \(names.joined(separator: ",")) reached"
        }
    }

    /// Why nothing will ever match; nil for a job that has to wait for something.
    var obstacle: String? {
        guard verdict == .neverMatches else { return nil }
        let unmet = (jobClauses + slotClauses).filter { !$0.isMetWhenEmpty }.map(\.text)
        return "no slot meets " + unmet.joined(separator: " && ")
    }

    var verdict: Verdict
    /// Of the job's `Requirements`.
    var jobClauses: [Clause]
    /// Of the slot's, about the job.
    var slotClauses: [Clause]
    /// Idle jobs of the same submitter that come first.
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

    /// The parts of a conjunction, looked for behind names of the same ad, too.
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
