import Cedar
import Glibc

/// What the queue needs to know about its scheduler and its limits.
struct QueueSettings: Sendable {
    /// Name of the scheduler: the first part of every `GlobalJobId`.
    var scheddName: String
    /// Where the file systems of users and hosts agree; the domain of `User`.
    var uidDomain: String
    /// The scheduler's own address, for the event "submitted from".
    var address: String = "<127.0.0.1:0>"

    /// Most jobs in the queue (MAX_JOBS_SUBMITTED).
    var maximumJobs = 5_000_000
    /// Most jobs of one owner (MAX_JOBS_PER_OWNER).
    var maximumJobsPerOwner = 1_000_000
    /// Most jobs of one cluster at its submission (MAX_JOBS_PER_SUBMISSION).
    var maximumJobsPerSubmission = 1_000_000
    /// Most bytes one transaction may hold before it is committed.
    var maximumTransactionBytes = 1 << 30

    /// What jobs get as `CondorVersion`.
    var version = CondorVersion.currentText

    /// Seconds between two evaluations of the jobs' periodic expressions (PERIODIC_EXPR_INTERVAL, 60 in HTCondor, which has more to do).
    var periodicInterval = 5
    /// Records of jobs that left the queue are dropped when they are older than this, in seconds…
    var historyAge: Int64 = 30 * 86_400
    /// …or when there are more bytes of them.
    var historyBytes: Int64 = 256 << 20

    /// The clock, in seconds since 1970.
    var now: @Sendable () -> Int64 = { Int64(Glibc.time(nil)) }

    init(scheddName: String, uidDomain: String) {
        self.scheddName = scheddName
        self.uidDomain = uidDomain
    }
}
