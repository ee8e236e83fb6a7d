import JobExecution

/// How jobs are run.
struct StarterSettings: Sendable {
    /// Where scratch directories are made.
    var executeDirectory: String
    /// The scheduler's directory: no job sees what is in it, apart from its own scratch directory.
    var schedulerDirectory: String
    /// Further files and directories no job may see or name.
    var hidden: [String] = []
    var accounts = JobAccountPolicy.standard
    /// Jobs die with the scheduler, whatever ends it. Otherwise they go on, and the next scheduler takes them over.
    var endsWithScheduler = false
    /// Whether namespaces and control groups are used where the machine allows it.
    var usesNamespaces = true
    var usesCgroups = true
    /// Jobs with a mount namespace have `/tmp` and `/var/tmp` of their own, as with HTCondor's MOUNT_UNDER_SCRATCH.
    var hasPrivateTemporary = true
    /// Most seconds between the signal that asks a job to end and SIGKILL.
    var killGrace: Int64 = 30
    /// Whether a job that needs more memory than its slot has goes on hold.
    var holdsForMemory = true
    /// Most processes and threads of a job, where control groups can limit them.
    var maximumProcesses = 32_768
    /// Seconds between two notes of what a job uses.
    var usageInterval: Int64 = 20
    /// How much there is of each concurrency limit.
    var concurrencyLimits: [String: Double] = [:]
    /// Seconds after which past use counts half.
    var priorityHalfLife = 86_400.0

    /// All that no job sees or names, links resolved.
    var outOfReach: [String] { ([schedulerDirectory] + hidden).compactMap(FileAccess.resolved) }

    init(executeDirectory: String, schedulerDirectory: String) {
        self.executeDirectory = executeDirectory
        self.schedulerDirectory = schedulerDirectory
    }
}
