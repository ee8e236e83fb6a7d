import ClassAd
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import Jobs
import JSON

extension JobExplanation {
    func json(_ id: JobID) -> JSONValue {
        var object: JSONValue.Object = [
            "job_id": .string(id.description), "status": .string(status), "summary": .string(summary), "advice": .array(advice.map(JSONValue.string)),
        ]
        if let hold {
            object.append(
                "hold",
                [
                    "code": .integer(hold.code), "subcode": .integer(hold.subcode), "name": .string(hold.name),
                    "reason": hold.reason.map(JSONValue.string) ?? .null, "advice": .string(hold.advice),
                ])
        }
        if let lastRejection {
            let time = lastRejection.time.map { JSONValue.string(EventTime(seconds: $0).description) }
            object.append("last_rejection", ["time": time ?? .null, "reason": .string(lastRejection.reason)])
        }
        if let priority { object.append("priority", .integer(priority)) }
        if let requirements { object.append("requirements", requirements.analysis.json(isSurveyed: requirements.isSurveyed)) }
        if let ahead { object.append("ahead", .integer(Int64(ahead))) }
        return .object(object)
    }
}

extension RequirementsAnalysis {
    /// - Parameter isSurveyed: whether machines could be looked at; without that the clauses alone are told.
    func json(isSurveyed: Bool) -> JSONValue {
        var object: JSONValue.Object = ["expression": .string(expression.unparsed(.new))]
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
    fileprivate func json(isSurveyed: Bool) -> JSONValue {
        var object: JSONValue.Object = [
            "expression": .string(expression.unparsed(.new)), "inlined": .string(inlined.unparsed(.new)),
            "matched": isSurveyed ? .integer(Int64(matched)) : .null, "matched_cumulative": isSurveyed ? .integer(Int64(matchedCumulative)) : .null,
        ]
        guard let comparison else { return .object(object) }
        var compared: JSONValue.Object = ["attribute": .string(comparison.attribute), "wanted": comparison.wanted.json]
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
    fileprivate var json: JSONValue {
        switch self {
        case .integer(let value): .integer(value)
        case .real(let value): .number(value)
        case .string(let value): .string(value)
        default: .null
        }
    }
}
