import ClassAd
import CondorModel

/// What an ad tells of a job's state and of how it came to it.
///
/// The schedd keeps counters of starts, holds and suspensions, and changes them together with the state (observed against 25.14.1), so that what
/// happened between two looks can be told.
struct JobFacts: Sendable, Equatable {
    var status: JobStatus?
    /// Seconds since 1970, as all times here.
    var entered: Int64 = 0
    var queued: Int64 = 0
    /// The first start, and the last one.
    var firstStarted: Int64 = 0
    var started: Int64 = 0
    var vacated: Int64 = 0
    var completed: Int64 = 0
    /// The suspension that lasts; 0 while there is none.
    var suspended: Int64 = 0
    var starts: Int64 = 0
    var holds: Int64 = 0
    var suspensions: Int64 = 0
    /// Whether the job is held as it came into the queue: on request, or for its input.
    var isHeldSinceSubmission = false
    /// Whether it came so, and the schedd counts that as a hold; of a job that was not seen then the first hold is no news.
    var wasHeldAtSubmission = false

    /// The attributes looked at.
    static let attributes = [
        "JobStatus", "EnteredCurrentStatus", "QDate", "JobStartDate", "JobCurrentStartDate", "LastVacateTime", "CompletionDate", "NumShadowStarts",
        "JobRunCount",
        "NumHolds", "NumHoldsByReason", "TotalSuspensions", "LastSuspensionTime", "HoldReasonCode",
    ]

    init(status: JobStatus?) { self.status = status }

    init(_ ad: WireAd) {
        status = JobStatus(ad)
        entered = ad.integer("EnteredCurrentStatus") ?? 0
        queued = ad.integer("QDate") ?? 0
        firstStarted = ad.integer("JobStartDate") ?? 0
        started = ad.integer("JobCurrentStartDate") ?? 0
        vacated = ad.integer("LastVacateTime") ?? 0
        completed = ad.integer("CompletionDate") ?? 0
        suspended = ad.integer("LastSuspensionTime") ?? 0
        starts = max(ad.integer("NumShadowStarts") ?? 0, ad.integer("JobRunCount") ?? 0)
        let code = HoldReasonCode(ad)
        isHeldSinceSubmission = code == .submittedOnHold || code == .spoolingInput
        holds = ad.integer("NumHolds") ?? 0
        if holds > 0, let counts = try? ad.expression("NumHoldsByReason"), case .ad(let byReason) = counts.evaluate() {
            wasHeldAtSubmission = [HoldReasonCode.spoolingInput, .submittedOnHold].contains { byReason.integer($0.name) ?? 0 > 0 }
        }
        suspensions = ad.integer("TotalSuspensions") ?? 0
    }
}

/// What is remembered of a job between two looks.
struct KnownJob: Sendable, Equatable {
    /// The last one that events told of.
    var status: JobStatus?
    var entered: Int64
    /// How many of each have been told of; at least what the ad counted.
    var starts: Int64
    var holds: Int64
    var suspensions: Int64
    /// Index of the values of the attributes whose edits are noticed.
    var profile: Int32 = -1
    /// Index of the owner.
    var owner: Int32 = -1
    /// The sweep that saw it last.
    var sweep: UInt32 = 0

    init(_ facts: JobFacts) {
        status = facts.status
        entered = facts.entered
        starts = facts.starts
        holds = facts.holds
        suspensions = facts.suspensions
    }
}
