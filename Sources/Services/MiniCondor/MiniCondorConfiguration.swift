/// The settings of a mini scheduler.
package struct MiniCondorConfiguration: Sendable {
    /// The directory with all its files. See ``SchedulerDirectory``.
    package var directory: String
    /// The host to listen on; port 0 selects a free port.
    package var host = "127.0.0.1"
    package var port = 0
    /// The users' domain, and the issuer of its tokens.
    package var domain = "htapi.demo"
    /// Its name in ads; nil for `mini@<host>`.
    package var name: String?
    /// A directory of additional signing keys for tokens. Each file is a key, and its name is the key's id.
    package var keyDirectory: String?
    /// Whether to trust the user names that local clients claim (CLAIMTOBE). For tests.
    package var allowsClaimToBe = false
    /// Deliberate failures, for tests.
    package var faults: [Fault] = []
    /// The resources for jobs; nil for all of this machine's.
    package var cpus: Int?
    package var memoryMB: Int64?
    /// Seconds between evaluations of a job's periodic expressions.
    package var periodicInterval = 5
    /// As root, run jobs under their owners' accounts if this machine has them; otherwise under user ids that belong to nobody.
    package var runsJobsAsOwners = false
    /// Whether jobs see this machine's `/tmp` and `/var/tmp` instead of private ones.
    package var sharesTemporary = false
    /// Whether jobs end with the scheduler. Otherwise they continue, and the next scheduler in this directory takes them over.
    package var endsJobs = false

    package init(directory: String) { self.directory = directory }
}
