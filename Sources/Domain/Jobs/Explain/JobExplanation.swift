package import ClassAd
package import CondorModel
import CondorProtocol

/// Explains why a job does not run, or where it runs.
package struct JobExplanation: Sendable {
    /// Why the job is held.
    package struct Hold: Sendable, Equatable {
        package var code: Int64
        package var subcode: Int64
        /// HTCondor's name for the code.
        package var name: String
        package var reason: String?
        package var advice: String
    }

    /// What the negotiator said when it last found no machine for the job.
    package struct Rejection: Sendable, Equatable {
        /// In seconds since 1970.
        package var time: Int64?
        package var reason: String
    }

    /// The state's name; `not_made` for a job that late materialization has not made yet, `unknown` if the state is not known.
    package private(set) var status: String
    /// Human-readable.
    package private(set) var summary: String
    package private(set) var advice: [String] = []
    /// Set for a held job.
    package private(set) var hold: Hold?
    package private(set) var lastRejection: Rejection?
    /// `JobPrio`; set for an idle job.
    package private(set) var priority: Int64?
    /// The analysis of the requirements, and whether the machines could be read. Set for an idle job that needs a machine.
    package private(set) var requirements: (analysis: RequirementsAnalysis, isSurveyed: Bool)?
    /// The same user's idle jobs with a higher priority, counted up to 1000.
    package private(set) var ahead: Int?

    // MARK: Jobs that do not wait

    /// Explains a job in any state but idle.
    /// - Parameter now: seconds since 1970.
    package init(_ job: ClassAd, _ status: JobStatus?, now: Int64) {
        self.status = status.map { "\($0)" } ?? "unknown"
        let since = Self.time(job, "EnteredCurrentStatus").map { " since \($0)" } ?? ""
        switch status {
        case .held:
            let code = job.integer("HoldReasonCode") ?? 0
            let known = HoldReasonCode(rawValue: code) ?? .unspecified
            let reason = job.string("HoldReason")
            summary =
                known == .spoolingInput ? "The job awaits its input\(since)" : "The job is held\(since)" + (reason.map { ": \($0)" } ?? "")
            advice = [known.advice]
            hold = Hold(
                code: code, subcode: job.integer("HoldReasonSubCode") ?? 0, name: known.name, reason: reason, advice: known.advice)
        case .running:
            summary =
                "The job runs" + (job.string("RemoteHost").map { " on \($0)" } ?? "")
                + (Self.time(job, "JobCurrentStartDate").map { " since \($0)" } ?? "")
        case .transferringOutput: summary = "The job's output is being transferred back\(since)"
        case .suspended: summary = "The job is suspended\(since)" + (job.string("RemoteHost").map { " on \($0)" } ?? "")
        case .completed:
            let end = Self.time(job, "CompletionDate").map { " at \($0)" } ?? ""
            if job.boolean("ExitBySignal") == true, let signal = job.integer("ExitSignal") {
                summary = "The job was killed by signal \(signal)\(end)"
            } else {
                summary = "The job has completed\(end)" + (job.integer("ExitCode").map { " with exit code \($0)" } ?? "")
            }
        case .removed: summary = "The job was removed\(since)" + (job.string("RemoveReason").map { ": \($0)" } ?? "")
        case .failed: summary = "The job has failed\(since)"
        case .blocked: summary = "The job is blocked\(since)"
        case .preparing: summary = "The job is being prepared\(since)"
        case .idle, nil: summary = "The job's state is not known"
        }
    }

    /// Explains a job that late materialization has not made yet.
    init(unmade id: JobID, _ cluster: WireAd, next: Int64) {
        status = "not_made"
        summary = "The job does not exist yet: its cluster makes jobs gradually, and the next is \(id.cluster).\(next)"
        if let paused = cluster.integer("JobMaterializePaused"), paused != 0 {
            advice.append(
                "The cluster makes no more jobs for now"
                    + (cluster.string("JobMaterializePauseReason").map { ": \($0)" } ?? "") + "; release the cluster to continue")
        } else {
            if let limit = cluster.integer("JobMaterializeLimit") {
                advice.append("At most \(limit) of its jobs exist at a time (max_materialize); the next are made as those end")
            }
            if let limit = cluster.integer("JobMaterializeMaxIdle") {
                advice.append("At most \(limit) of its jobs may be idle (max_idle); the next are made as those start")
            }
        }
    }

    // MARK: Jobs that wait

    /// Whether a negotiator matches the job with a machine. Jobs of the local, scheduler and grid universes are not matched.
    static func isMatched(_ job: ClassAd) -> Bool {
        guard let universe = universe(job) else { return true }
        return !universe.runsAtScheduler && universe != .grid
    }

    private static func universe(_ job: ClassAd) -> Universe? { Universe(rawValue: job.integer("JobUniverse") ?? Universe.vanilla.rawValue) }

    /// Explains an idle job, before any machines are considered.
    /// - Parameter now: seconds since 1970.
    package init(waiting job: ClassAd, now: Int64) {
        status = JobStatus.idle.description
        switch Self.universe(job) {
        case .scheduler, .local:
            summary =
                """
                The job waits for the scheduler, which runs it on its own host within its limits (START_LOCAL_UNIVERSE, \
                START_SCHEDULER_UNIVERSE)
                """
        case .grid: summary = "The job waits to be sent to " + (job.string("GridResource") ?? "another system")
        default: summary = "The job waits for a machine"
        }
        if let start = job.integer("DeferralTime"), start > now {
            advice.append("The job must not start before \(EventTime(seconds: start)) (DeferralTime)")
        }
        if let end = job.integer("JobCoolDownExpiration"), end > now {
            advice.append("After a failed run the job waits until \(EventTime(seconds: end)) (JobCoolDownExpiration)")
        }
        if let limits = job.string("ConcurrencyLimits"), !limits.isEmpty {
            advice.append("The job needs a share of the concurrency limit \(limits): it waits while other jobs use all of it")
        }
        if let reason = job.string("VacateReason"), (job.integer("NumJobStarts") ?? 0) > 0 {
            advice.append("An earlier run ended: \(reason)")
        }
        if let reason = job.string("LastRejMatchReason") {
            lastRejection = Rejection(time: job.integer("LastRejMatchTime").flatMap { $0 > 0 ? $0 : nil }, reason: reason)
        }
        priority = job.integer("JobPrio") ?? 0
        wasConsidered = job.integer("LastRejMatchTime") != nil || job.integer("LastMatchTime") != nil
    }

    /// Whether a negotiator has considered the job.
    private var wasConsidered = false

    package mutating func add(_ analysis: RequirementsAnalysis, isSurveyed: Bool) {
        requirements = (analysis, isSurveyed)
        guard isSurveyed else {
            summary = "The job waits for a machine; the pool's machines could not be read"
            advice.append("Try again later, or see GET /pool/machines")
            return
        }
        let machines = Relaxation.machines
        let relaxations = Relaxation.all(analysis)
        if analysis.machines == 0 {
            summary = "The pool has no machines"
            advice.append("Wait until machines join the pool, or ask its administrator")
        } else if analysis.matched == 0 {
            summary = "None of the pool's \(machines(analysis.machines)) meets the job's requirements"
            let explained = Set(relaxations.lazy.filter { $0.clauses.count == 1 }.flatMap(\.clauses))
            let impossible = Relaxation.impossible(analysis, besides: explained)
            advice += impossible + relaxations.prefix(3).map { "Edit the job: " + $0.suggestion }
            if relaxations.isEmpty, impossible.isEmpty { advice.append("Edit the job's Requirements") }
        } else if analysis.available > 0 {
            summary = "\(machines(analysis.available)) could run the job now"
            advice.append(
                wasConsidered
                    ? "Priorities or limits decide: the negotiator serves other users or jobs first"
                    : "Wait: the negotiator has not considered the job yet")
        } else if analysis.busy > 0 {
            summary = "The \(machines(analysis.busy)) that would run the job \(analysis.busy == 1 ? "is" : "are") busy"
            advice.append("Wait until other jobs end" + (relaxations.isEmpty ? "" : ", or widen the requirements: " + relaxations[0].suggestion))
        } else {
            summary =
                """
                \(machines(analysis.matched)) \(analysis.matched == 1 ? "meets" : "meet") the job's requirements, but \
                \(analysis.matched == 1 ? "its" : "their") own policy refuses the job
                """
            advice.append("See START and Requirements of the machines (GET /pool/machines)")
        }
    }

    /// - Parameter ahead: the same user's idle jobs with a higher priority.
    package mutating func add(ahead: Int) {
        self.ahead = ahead
        if ahead > 0 {
            advice.append(
                """
                \(ahead == 1000 ? "At least 1000" : "\(ahead)") of the user's own idle jobs have a higher JobPrio and go first; edit JobPrio to \
                change that
                """
            )
        }
    }

    private static func time(_ job: ClassAd, _ name: String) -> String? {
        guard let seconds = job.integer(name), seconds > 0 else { return nil }
        return EventTime(seconds: seconds).description
    }
}
