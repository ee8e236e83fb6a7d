import ClassAd
import CondorModel

/// Evaluates the job's own policy expressions (HTCondor 25.14, `condor_utils/user_job_policy.cpp`).
enum JobPolicy {
    enum Verdict: Equatable {
        case hold(reason: String, code: HoldReasonCode, subCode: Int64)
        case release(reason: String)
        case remove(reason: String)
        case vacate(reason: String)

        /// Whether this ends the job's run for good.
        var endsRun: Bool {
            switch self {
            case .hold, .remove: true
            case .release, .vacate: false
            }
        }
    }

    enum ExitVerdict: Equatable {
        case complete
        case requeue(reason: String)
        case hold(reason: String, code: HoldReasonCode, subCode: Int64)
        case remove(reason: String)
    }

    static func context(at now: Int64) -> EvaluationContext {
        var context = EvaluationContext.standard
        context.now = { now }
        return context
    }

    // MARK: From time to time

    private static let expressions = ["PeriodicHold", "PeriodicRelease", "PeriodicRemove", "PeriodicVacate"]
    private static let numbers = ["AllowedJobDuration", "AllowedExecuteDuration", "TimerRemove"]

    /// Whether the ad has periodic expressions. Most ads have none.
    static func isPresent(in ad: StoredAd) -> Bool {
        expressions.contains { name in ad[name].map { !isFalse($0) } ?? false } || numbers.contains { ad.contains($0) }
    }

    private static func isFalse(_ text: ArraySlice<UInt8>) -> Bool {
        func isWord(_ word: StaticString) -> Bool {
            text.count == word.utf8CodeUnitCount
                && zip(text, UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)).allSatisfy { $0 | 0x20 == $1 }
        }
        return isWord("false") || isWord("undefined")
    }

    /// The action that the periodic expressions demand. The first expression that is true decides.
    static func periodic(_ job: JobSnapshot, now: Int64) -> Verdict? {
        let status = job.status
        guard status != .removed else { return nil }
        if status == .held, job.holdReasonCode == .spoolingInput { return nil }
        let context = context(at: now)
        if status == .running || status == .suspended {
            if let verdict = duration(job, now: now, context) { return verdict }
            if isTrue("PeriodicVacate", job, context) { return .vacate(reason: reason(of: "PeriodicVacate", job, context)) }
        }
        if let time = job.evaluatedInteger("TimerRemove", context), time >= 0, time < now {
            return .remove(reason: text(of: "TimerRemove", in: job))
        }
        if status != .held, status != .completed, isTrue("PeriodicHold", job, context) {
            return .hold(
                reason: reason(of: "PeriodicHold", job, context), code: .jobPolicy, subCode: subCode(of: "PeriodicHold", job, context))
        }
        if status == .held, job.holdReasonCode != .userRequest, isTrue("PeriodicRelease", job, context) {
            return .release(reason: reason(of: "PeriodicRelease", job, context))
        }
        if isTrue("PeriodicRemove", job, context) { return .remove(reason: reason(of: "PeriodicRemove", job, context)) }
        return nil
    }

    private static func duration(_ job: JobSnapshot, now: Int64, _ context: EvaluationContext) -> Verdict? {
        guard let birth = job.integer("ShadowBday") else { return nil }
        if let allowed = job.evaluatedInteger("AllowedJobDuration", context), now &- birth >= allowed {
            return .hold(reason: "The job exceeded allowed job duration of \(shortDuration(allowed))", code: .jobDurationExceeded, subCode: 0)
        }
        if let allowed = job.evaluatedInteger("AllowedExecuteDuration", context), let begun = job.integer("JobCurrentStartExecutingDate"),
            begun >= birth, now &- begun > allowed
        {
            return .hold(reason: "The job exceeded allowed execute duration of \(shortDuration(allowed))", code: .jobExecuteExceeded, subCode: 0)
        }
        return nil
    }

    // MARK: At the exit

    /// The fate of a job whose process has ended. The periodic expressions are evaluated once more, then `OnExitHold`, then `OnExitRemove`. Only an
    /// `OnExitRemove` that is false sends the job back to the queue; if it is missing or has no value, the job completes.
    static func atExit(of job: JobSnapshot, now: Int64) -> ExitVerdict {
        let context = context(at: now)
        switch periodic(job, now: now) {
        case .hold(let reason, let code, let subCode): return .hold(reason: reason, code: code, subCode: subCode)
        case .remove(let reason): return .remove(reason: reason)
        case .release, .vacate, nil: break
        }
        if isTrue("OnExitHold", job, context) {
            return .hold(
                reason: reason(of: "OnExitHold", job, context), code: .jobPolicy, subCode: subCode(of: "OnExitHold", job, context))
        }
        switch job.evaluate("OnExitRemove", context: context) {
        case .boolean(false), .integer(0): return .requeue(reason: text(of: "OnExitRemove", in: job, value: "FALSE"))
        case .real(let value) where Int64(clampingReal: value) == 0: return .requeue(reason: text(of: "OnExitRemove", in: job, value: "FALSE"))
        default: return .complete
        }
    }

    // MARK: Reasons

    private static func isTrue(_ name: String, _ job: JobSnapshot, _ context: EvaluationContext) -> Bool {
        guard let expression = job[name], !isFalse(expression) else { return false }
        return job.satisfies(.attribute(name), context: context)
    }

    private static func reason(of name: String, _ job: JobSnapshot, _ context: EvaluationContext) -> String {
        job.evaluatedString(name + "Reason", context) ?? text(of: name, in: job)
    }

    private static func subCode(of name: String, _ job: JobSnapshot, _ context: EvaluationContext) -> Int64 {
        job.evaluatedInteger(name + "SubCode", context) ?? 0
    }

    private static func text(of name: String, in job: JobSnapshot, value: String = "TRUE") -> String {
        "The job attribute \(name) expression '\(job.expression(name)?.unparsed(.old) ?? "")' evaluated to \(value)"
    }

    /// A duration in HTCondor's form, without leading zero parts: `2+00:00:00`, `1:00:05`, `00:05`.
    static func shortDuration(_ seconds: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let seconds = max(0, seconds)
        let text = "\(seconds / 86_400)+\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        let rest = text.drop { $0 == "0" || $0 == "+" }
        return String(rest.first == ":" ? rest.dropFirst() : rest)
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

    /// The value of an attribute, if it evaluates to a number.
    func real(_ name: String) -> Double? {
        switch evaluate(name) {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }
}
