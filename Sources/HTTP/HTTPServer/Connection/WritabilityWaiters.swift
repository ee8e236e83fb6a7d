/// Writers that wait until a client has caught up.
struct WritabilityWaiters {
    private var waiting: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []

    mutating func add(_ continuation: CheckedContinuation<Void, any Error>, id: Int) {
        waiting.append((id, continuation))
    }

    /// All waiters may write again.
    mutating func resume() {
        guard !waiting.isEmpty else { return }
        let all = waiting
        waiting = []
        for waiter in all { waiter.continuation.resume() }
    }

    /// Nobody will write again.
    mutating func fail(_ error: any Error) {
        let all = waiting
        waiting = []
        for waiter in all { waiter.continuation.resume(throwing: error) }
    }

    /// One waiter has been cancelled.
    mutating func cancel(id: Int) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: CancellationError())
    }
}
