/// What a run hears while it goes on.
enum RunMessage: Sendable {
    /// From the supervisor.
    case executing
    case exited
    case failed(cloneError: Int32?)
    /// From the queue.
    case request(RunRequest.Kind)
    /// A second has passed.
    case tick
    /// The scheduler ends, and the job with it.
    case shutdown
}
