import JobExecution

/// The starter's settings.
struct StarterSettings: Sendable {
    /// The parent of the scratch directories.
    var executeDirectory: String
    /// The scheduler's directory. Jobs see nothing in it except their own scratch directory.
    var schedulerDirectory: String
    /// Further files and directories that jobs may neither see nor name.
    var hidden: [String] = []
    var accounts = JobAccountPolicy.standard
    /// Whether jobs are killed when the scheduler ends for any reason. Otherwise they continue, and the next scheduler takes them over.
    var endsWithScheduler = false
    /// Whether to use namespaces and control groups if the machine allows it.
    var usesNamespaces = true
    var usesCgroups = true
    /// Whether jobs with a mount namespace have private `/tmp` and `/var/tmp`, like HTCondor's MOUNT_UNDER_SCRATCH.
    var hasPrivateTemporary = true
    /// The largest number of seconds between the signal that asks a job to end and SIGKILL.
    var killGrace: Int64 = 30
    /// Whether a job that exceeds its slot's memory goes on hold.
    var holdsForMemory = true
    /// The largest number of a job's processes and threads, if control groups can limit them.
    var maximumProcesses = 32_768
    /// Seconds between reports of a job's usage.
    var usageInterval: Int64 = 20
    /// The total amount of each concurrency limit.
    var concurrencyLimits: [String: Double] = [:]
    /// Seconds after which past usage counts half.
    var priorityHalfLife = 86_400.0

    /// Everything that jobs may neither see nor name, with links resolved.
    var outOfReach: [String] { ([schedulerDirectory] + hidden).compactMap(FileAccess.resolved) }

    init(executeDirectory: String, schedulerDirectory: String) {
        self.executeDirectory = executeDirectory
        self.schedulerDirectory = schedulerDirectory
    }
}
