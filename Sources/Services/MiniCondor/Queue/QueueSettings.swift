import Cedar
import Glibc

/// The queue's settings and limits.
struct QueueSettings: Sendable {
    /// The scheduler's name, the first part of every `GlobalJobId`.
    var scheddName: String
    /// The domain of users and file systems, used in `User`.
    var uidDomain: String
    /// The scheduler's address, for the submit event.
    var address: String = "<127.0.0.1:0>"

    /// The largest number of jobs in the queue (MAX_JOBS_SUBMITTED).
    var maximumJobs = 5_000_000
    /// The largest number of jobs of one owner (MAX_JOBS_PER_OWNER).
    var maximumJobsPerOwner = 1_000_000
    /// The largest number of jobs of a cluster at submission (MAX_JOBS_PER_SUBMISSION).
    var maximumJobsPerSubmission = 1_000_000
    /// The largest size of an uncommitted transaction, in bytes.
    var maximumTransactionBytes = 1 << 30

    /// `CondorVersion` of new jobs.
    var version = CondorVersion.currentText

    /// Seconds between evaluations of the jobs' periodic expressions (PERIODIC_EXPR_INTERVAL; 60 in HTCondor, which has more to do).
    var periodicInterval = 5
    /// Age, in seconds, after which history records are dropped.
    var historyAge: Int64 = 30 * 86_400
    /// Total size, in bytes, above which the oldest history records are dropped.
    var historyBytes: Int64 = 256 << 20

    /// The clock, in seconds since 1970.
    var now: @Sendable () -> Int64 = { Int64(Glibc.time(nil)) }

    init(scheddName: String, uidDomain: String) {
        self.scheddName = scheddName
        self.uidDomain = uidDomain
    }
}
