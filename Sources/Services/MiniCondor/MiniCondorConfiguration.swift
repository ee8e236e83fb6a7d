/// The settings of a mini scheduler.
package struct MiniCondorConfiguration: Sendable {
    /// Everything it keeps lies here. See ``SchedulerDirectory``.
    package var directory: String
    /// Where it listens; port 0 takes a free one.
    package var host = "127.0.0.1"
    package var port = 0
    /// The domain of its users, and the issuer of its tokens.
    package var domain = "htapi.demo"
    /// Its name in ads; nil for `mini@<host>`.
    package var name: String?
    /// Further keys that tokens may be signed with: each file of this directory is a key, its name the key's id.
    package var keyDirectory: String?
    /// Whether clients of this machine are believed who they say they are (CLAIMTOBE). For tests.
    package var allowsClaimToBe = false
    /// Failures made on purpose.
    package var faults: [Fault] = []
    /// The resources for jobs; nil for those of this machine.
    package var cpus: Int?
    package var memoryMB: Int64?
    /// Seconds between two evaluations of a job's periodic expressions.
    package var periodicInterval = 5
    /// As root: jobs run as the accounts of their owners, where this machine has them. Otherwise nobody's.
    package var runsJobsAsOwners = false
    /// Jobs see this machine's `/tmp` and `/var/tmp` instead of ones of their own.
    package var sharesTemporary = false
    /// Jobs end with the scheduler. Otherwise they go on, and the next one in this directory takes them over.
    package var endsJobs = false

    package init(directory: String) { self.directory = directory }
}
