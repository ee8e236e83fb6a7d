import Synchronization

/// The promise that what was applied in memory will be in the database.
final class CommitTicket: Sendable {
    private enum State {
        case pending
        case awaited(CheckedContinuation<Result<Void, QueueError>, Never>)
        case done(Result<Void, QueueError>)
    }

    private let state = Mutex(State.pending)

    /// Returns when everything up to this ticket is durable.
    func wait() async throws(QueueError) {
        let result: Result<Void, QueueError> = await withCheckedContinuation { continuation in
            let done: Result<Void, QueueError>? = state.withLock { state in
                if case .done(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let done { continuation.resume(returning: done) }
        }
        try result.get()
    }

    func finish(_ result: Result<Void, QueueError>) {
        let waiting: CheckedContinuation<Result<Void, QueueError>, Never>? = state.withLock { state in
            defer { state = .done(result) }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume(returning: result)
    }
}
