import JobExecution

/// The messages that reach a run while it goes on.
enum RunMessage: Sendable {
    /// From the supervisor.
    case supervisor(Execution.Report)
    /// From the queue.
    case request(RunRequest.Kind)
    /// A second has passed.
    case tick
    /// The scheduler ends, and the job with it.
    case shutdown
}
