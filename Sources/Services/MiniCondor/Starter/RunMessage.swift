import JobExecution

/// The messages that a run receives.
enum RunMessage: Sendable {
    /// From the supervisor.
    case supervisor(Execution.Report)
    /// From the queue.
    case request(RunRequest.Kind)
    /// A second has passed.
    case tick
    /// The scheduler is ending, and the job with it.
    case shutdown
}
