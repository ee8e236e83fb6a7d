import ClassAd
import CondorProtocol

/// The job's own policy: what its expressions say is to become of it.
enum JobPolicy {
    /// Code of a hold by the job's policy.
    static let holdCode: Int64 = 3
    /// Code of a hold because an expression of the policy has no value.
    static let undefinedCode: Int64 = 5

    enum ExitVerdict: Equatable {
        case complete
        case requeue(reason: String)
        case hold(reason: String, code: Int64, subCode: Int64)
    }

    static func context(at now: Int64) -> EvaluationContext {
        var context = EvaluationContext.standard
        context.now = { now }
        return context
    }

    /// At the exit of the job: `OnExitHold` first, then `OnExitRemove`, which counts as true when absent.
    static func atExit(of job: JobSnapshot, now: Int64) -> ExitVerdict {
        let context = context(at: now)
        if job.contains("OnExitHold"), job.satisfies(.attribute("OnExitHold"), context: context) {
            return .hold(
                reason: job.evaluatedString("OnExitHoldReason", context) ?? text(of: "OnExitHold", in: job),
                code: holdCode, subCode: job.evaluatedInteger("OnExitHoldSubCode", context) ?? 0)
        }
        guard job.contains("OnExitRemove") else { return .complete }
        switch job.evaluate("OnExitRemove", context: context) {
        case .undefined, .error:
            return .hold(
                reason: "The job attribute OnExitRemove expression '\(expressionText("OnExitRemove", of: job))' evaluated to UNDEFINED",
                code: undefinedCode, subCode: 0)
        default:
            if job.satisfies(.attribute("OnExitRemove"), context: context) { return .complete }
            return .requeue(reason: "The job attribute OnExitRemove expression '\(expressionText("OnExitRemove", of: job))' evaluated to FALSE")
        }
    }

    static func text(of name: String, in job: JobSnapshot) -> String {
        "The job attribute \(name) expression '\(expressionText(name, of: job))' evaluated to TRUE"
    }

    static func expressionText(_ name: String, of job: JobSnapshot) -> String {
        job.expression(name)?.unparsed(.old) ?? ""
    }
}

extension JobSnapshot {
    func evaluatedString(_ name: String, _ context: EvaluationContext) -> String? {
        if case .string(let value) = evaluate(name, context: context), !value.isEmpty { return value }
        return nil
    }

    func evaluatedInteger(_ name: String, _ context: EvaluationContext) -> Int64? {
        switch evaluate(name, context: context) {
        case .integer(let value): value
        case .real(let value): Int64(clampingReal: value)
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    /// The value of an attribute if it evaluates to a number.
    func real(_ name: String) -> Double? {
        switch evaluate(name) {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }
}
