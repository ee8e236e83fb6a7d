import CondorModel

/// The number of jobs in each state, for a query's summary and the scheduler's own ad.
struct JobCounts: Sendable, Equatable {
    var jobs = 0
    var idle = 0
    var running = 0
    var removed = 0
    var completed = 0
    var held = 0
    var suspended = 0
    /// Counts for the scheduler universe. The other counts exclude it, except `jobs`.
    var schedulerJobs = 0
    var schedulerIdle = 0
    var schedulerRunning = 0
    var schedulerRemoved = 0
    var schedulerCompleted = 0
    var schedulerHeld = 0

    /// Adds `delta` to the number of jobs in a state.
    mutating func add(_ delta: Int, status: JobStatus?, isSchedulerUniverse: Bool) {
        jobs += delta
        if isSchedulerUniverse {
            schedulerJobs += delta
            switch status {
            case .idle: schedulerIdle += delta
            case .running, .transferringOutput: schedulerRunning += delta
            case .removed: schedulerRemoved += delta
            case .completed: schedulerCompleted += delta
            case .held: schedulerHeld += delta
            default: break
            }
            return
        }
        switch status {
        case .idle: idle += delta
        case .running, .transferringOutput: running += delta
        case .removed: removed += delta
        case .completed: completed += delta
        case .held: held += delta
        case .suspended: suspended += delta
        default: break
        }
    }

    mutating func add(_ job: JobSnapshot) {
        add(1, status: job.status, isSchedulerUniverse: job.universe == Universe.scheduler.rawValue)
    }

    /// The counts under their names in a summary: `AllusersIdle`, `MyJobs`…
    func attributes(prefix: String) -> [(name: String, value: Int)] {
        [
            ("Jobs", jobs), ("Idle", idle), ("Running", running), ("Removed", removed), ("Completed", completed), ("Held", held),
            ("Suspended", suspended), ("SchedulerJobs", schedulerJobs), ("SchedulerIdle", schedulerIdle),
            ("SchedulerRunning", schedulerRunning), ("SchedulerRemoved", schedulerRemoved), ("SchedulerCompleted", schedulerCompleted),
            ("SchedulerHeld", schedulerHeld),
        ].map { (prefix + $0.0, $0.1) }
    }
}
