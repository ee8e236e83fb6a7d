import ClassAd
import CondorModel
import CondorProtocol
import JSON
import Jobs
import JobsAPI

extension ExplanationResult {
    init(_ explanation: JobExplanation, of id: JobID) {
        self.init(
            jobID: id.description, status: ExplainedStatus(rawValue: explanation.status) ?? .unknown, summary: explanation.summary,
            advice: explanation.advice,
            requirements: explanation.requirements.map { ExplainedRequirements($0.analysis, isSurveyed: $0.isSurveyed) },
            hold: explanation.hold.map {
                ExplainedHold(code: $0.code, subcode: $0.subcode, name: $0.name, reason: $0.reason, advice: $0.advice)
            },
            lastRejection: explanation.lastRejection.map {
                ExplainedRejection(time: $0.time.map { EventTime(seconds: $0).description }, reason: $0.reason)
            },
            priority: explanation.priority, ahead: explanation.ahead)
    }
}

extension ExplainedRequirements {
    /// - Parameter isSurveyed: whether the machines could be read; otherwise only the clauses are known.
    init(_ analysis: RequirementsAnalysis, isSurveyed: Bool) {
        func known(_ count: Int) -> Int? { isSurveyed ? count : nil }
        self.init(
            expression: analysis.expression.unparsed(.new), machines: known(analysis.machines), matched: known(analysis.matched),
            refused: known(analysis.refused), busy: known(analysis.busy), available: known(analysis.available),
            clauses: analysis.clauses.map { clause in
                ExplainedClause(
                    expression: clause.expression.unparsed(.new), inlined: clause.inlined.unparsed(.new), matched: known(clause.matched),
                    matchedCumulative: known(clause.matchedCumulative),
                    comparison: clause.comparison.map { ExplainedComparison($0, clause.values) })
            },
            relaxations: Relaxation.all(analysis).map {
                ExplainedRelaxation(clauses: $0.clauses, matched: $0.matched, suggestion: $0.suggestion)
            })
    }
}

extension ExplainedComparison {
    init(_ comparison: MachineComparison, _ values: ComparedValues) {
        let showsTexts = comparison.direction == .equal && !values.texts.isEmpty
        self.init(
            attribute: comparison.attribute, wanted: comparison.wanted.shown, jobAttribute: comparison.jobAttribute,
            best: values.best(comparison.direction)?.value.shown,
            values: showsTexts
                ? values.texts.sorted { $0.key < $1.key }.map { MachineValue(value: $0.key, machines: $0.value) } : nil)
    }
}

extension Value {
    /// A scalar as JSON.
    fileprivate var shown: JSONValue {
        switch self {
        case .integer(let value): .integer(value)
        case .real(let value): .number(value)
        case .string(let value): .string(value)
        default: .null
        }
    }
}
