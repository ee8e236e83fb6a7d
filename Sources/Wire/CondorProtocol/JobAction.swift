package import Cedar
package import ClassAd
package import CondorModel

/// The actions of ACT_ON_JOBS (478).
///
/// Source: HTCondor 25.14, `condor_includes/enum_utils.h`.
package enum JobAction: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case hold = 1
    case release = 2
    case remove = 3
    /// For jobs that are already being removed: drop them at once.
    case removeForced = 4
    case vacate = 5
    case vacateFast = 6
    case clearDirtyAttributes = 7
    case suspend = 8
    case resume = 9

    package var description: String {
        switch self {
        case .hold: "hold"
        case .release: "release"
        case .remove: "remove"
        case .removeForced: "remove-force"
        case .vacate: "vacate"
        case .vacateFast: "vacate-fast"
        case .clearDirtyAttributes: "clear-dirty"
        case .suspend: "suspend"
        case .resume: "continue"
        }
    }

    /// The attribute that holds the reason, if the action has one.
    var reasonAttribute: String? {
        switch self {
        case .hold: "HoldReason"
        case .release: "ReleaseReason"
        case .remove, .removeForced: "RemoveReason"
        case .vacate, .vacateFast: "VacateReason"
        case .clearDirtyAttributes, .suspend, .resume: nil
        }
    }
}

/// The outcome for one job.
package enum JobActionOutcome: Int, Sendable, Hashable, CaseIterable {
    case error = 0
    case success = 1
    case notFound = 2
    /// The job's state does not allow the action.
    case badStatus = 3
    case alreadyDone = 4
    case permissionDenied = 5
    case limitExceeded = 6
}

/// The request of ACT_ON_JOBS (478).
///
/// It has two phases. The schedd answers with a ``JobActionResult``. If that reports a success, the client sends ``Acknowledgement/ok``, and the
/// schedd commits and answers with an ``Acknowledgement``. Without the client's acknowledgement it rolls back.
package struct JobActionRequest: Sendable {
    package enum Target: Sendable {
        /// Named jobs, each of which gets its own outcome.
        case jobs([JobID])
        /// All jobs for which the expression is true. The schedd silently skips jobs whose state does not fit the action.
        case constraint(ExprTree)
    }

    package var action: JobAction
    package var target: Target
    /// Stored in the job's ad. The schedd appends who performed the action.
    package var reason: String?
    /// Stored as `HoldReasonSubCode`; only for a hold.
    package var reasonCode: Int?
    /// Requests an outcome per job rather than counts.
    package var wantsEachJob: Bool

    package init(_ action: JobAction, _ target: Target, reason: String? = nil, reasonCode: Int? = nil, wantsEachJob: Bool = true) {
        self.action = action
        self.target = target
        self.reason = reason
        self.reasonCode = reasonCode
        self.wantsEachJob = wantsEachJob
    }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad.set("JobAction", Int64(action.rawValue))
        ad.set("ActionResultType", Int64(wantsEachJob ? 1 : 2))
        switch target {
        case .jobs(let ids): ad.set("ActionIds", ids.map(\.description).joined(separator: ","))
        case .constraint(let expression): ad["ActionConstraint"] = expression
        }
        if let reason, let name = action.reasonAttribute { ad.set(name, Self.wireReason(reason, of: action)) }
        if action == .hold, let reasonCode { ad.set("HoldReasonSubCode", Int64(reasonCode)) }
        message.write(ad: ad)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        guard let action = ad.int("JobAction").flatMap(JobAction.init) else { throw CedarError(.malformed, "unknown JobAction") }
        let ids = ad.string("ActionIds")
        let hasConstraint = ad.rawExpression("ActionConstraint") != nil
        guard (ids != nil) != hasConstraint else {
            throw CedarError(.malformed, "exactly one of ActionIds and ActionConstraint is expected")
        }
        self.action = action
        if let ids {
            var jobs: [JobID] = []
            for word in ids.utf8.split(whereSeparator: { $0 == 0x2C || $0 == 0x20 }) {
                guard let id = JobID(Substring(word)) else { throw CedarError(.malformed, "ActionIds holds something else than job ids") }
                jobs.append(id)
            }
            target = .jobs(jobs)
        } else {
            target = .constraint(try ad.tree("ActionConstraint"))
        }
        let reason = action.reasonAttribute.flatMap { ad.string($0) }
        self.reason = action == .hold ? reason?.replacing(#"\""#, with: "\"") : reason
        // Stock clients may send an expression that is not a number here ("None"), which means no code.
        reasonCode = ad.int("HoldReasonSubCode")
        wantsEachJob = ad.int("ActionResultType") == 1
    }

    /// A reason in a form that the schedd can store.
    ///
    /// Attributes of jobs cannot contain line ends: with one, the schedd would store no reason at all. For a hold, the schedd puts the reason
    /// between quotes unescaped and parses that as an expression, so quotes must be escaped (HTCondor 25.14, `condor_schedd.V6/schedd.cpp`,
    /// holdJob).
    private static func wireReason(_ reason: String, of action: JobAction) -> String {
        var bytes: [UInt8] = []
        for byte in reason.utf8 {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "\"") where action == .hold: bytes += [UInt8(ascii: "\\"), byte]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The answer of ACT_ON_JOBS (478).
package struct JobActionResult: Sendable, Equatable {
    package var action: JobAction?
    /// Whether at least one job was changed. Only then does the second phase follow.
    package var succeeded: Bool
    /// The outcome of each job, if the request named jobs or asked for it.
    package var jobs: [JobID: JobActionOutcome]
    /// The number of jobs with each outcome, even if the outcomes came one by one.
    package var totals: [JobActionOutcome: Int]
    /// Number of jobs in the whole queue; nil if it was not sent.
    package var queueSize: Int?
    /// Whether the requester may act on everybody's jobs; nil if it was not sent.
    package var isQueueSuperuser: Bool?

    package init(action: JobAction? = nil, succeeded: Bool, jobs: [JobID: JobActionOutcome] = [:], totals: [JobActionOutcome: Int] = [:]) {
        self.action = action
        self.succeeded = succeeded
        self.jobs = jobs
        self.totals = totals
    }

    package func count(_ outcome: JobActionOutcome) -> Int { totals[outcome] ?? 0 }

    /// Number of jobs with any outcome.
    package var total: Int { totals.values.reduce(0, &+) }

    package func encode(into message: inout MessageEncoder, eachJob: Bool) {
        var ad = ClassAd()
        if let action { ad.set("JobAction", Int64(action.rawValue)) }
        ad.set("ActionResult", Int64(succeeded ? 1 : 0))
        ad.set("ActionResultType", Int64(eachJob ? 1 : 2))
        if let queueSize { ad.set("TotalJobAds", Int64(queueSize)) }
        if let isQueueSuperuser { ad.set("IsQueueSuperUser", isQueueSuperuser) }
        if eachJob {
            for (id, outcome) in jobs.sorted(by: { $0.key < $1.key }) { ad.set("job_\(id.cluster)_\(id.proc)", Int64(outcome.rawValue)) }
        } else {
            for outcome in JobActionOutcome.allCases { ad.set("result_total_\(outcome.rawValue)", Int64(count(outcome))) }
        }
        message.write(ad: ad)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        guard let result = ad.int("ActionResult") else { throw CedarError(.malformed, "no ActionResult in the answer") }
        self.init(action: ad.int("JobAction").flatMap(JobAction.init), succeeded: result == 1)
        queueSize = ad.int("TotalJobAds")
        isQueueSuperuser = ad.boolean("IsQueueSuperUser")
        for (name, expression) in ad.classAd() {
            guard case .integer(let value) = expression.evaluate(), let code = Int(exactly: value) else { continue }
            let parts = name.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
            guard parts.count == 3, let last = JobID.number(parts[2]) else { continue }
            if Self.equal(parts[0], "job"), let cluster = JobID.number(parts[1]), let id = JobID(cluster: cluster, proc: last) {
                let outcome = JobActionOutcome(rawValue: code) ?? .error
                jobs[id] = outcome
                totals[outcome, default: 0] += 1
            } else if Self.equal(parts[0], "result"), Self.equal(parts[1], "total"), let outcome = JobActionOutcome(rawValue: last), code > 0 {
                totals[outcome] = code
            }
        }
    }

    private static func equal(_ word: Substring.UTF8View, _ name: StaticString) -> Bool {
        guard word.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { expected in zip(word, expected).allSatisfy { ($0 | 0x20) == $1 } }
    }
}

/// A message with one number: 1 for success or "go on", anything else for a refusal.
package struct Acknowledgement: Sendable, Equatable {
    package var value: Int

    package init(_ value: Int) { self.value = value }

    package static let ok = Acknowledgement(1)
    package static let refused = Acknowledgement(0)

    package func encode(into message: inout MessageEncoder) { message.write(integer: value) }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        value = try message.readInt()
    }
}
