import NIOConcurrencyHelpers

/// Lets in one task at a time, in the order in which they came; a task that is cancelled while it waits goes away.
final class AsyncLock: Sendable {
    private struct State {
        var isHeld = false
        var waiters: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        var next = 0
    }

    private let state = NIOLockedValueBox(State())

    /// Runs `body` while no other one runs.
    func withLock<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await acquire()
        defer { release() }
        return try await body()
    }

    private func acquire() async throws {
        let id = state.withLockedValue { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome = state.withLockedValue { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if !state.isHeld {
                        state.isHeld = true
                        return .success(())
                    }
                    state.waiters.append((id, continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let waiter = state.withLockedValue { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).continuation }
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// Hands over to the next one.
    private func release() {
        let next = state.withLockedValue { state -> CheckedContinuation<Void, any Error>? in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst().continuation }
            state.isHeld = false
            return nil
        }
        next?.resume()
    }
}
