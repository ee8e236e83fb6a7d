import Synchronization

/// Admits one task at a time, in the order of their requests. A task that is cancelled while it waits leaves the queue.
package final class AsyncLock: Sendable {
    /// Ownership of the lock, which ends with this object.
    package final class Hold: Sendable {
        private let lock: AsyncLock

        fileprivate init(_ lock: AsyncLock) {
            self.lock = lock
        }

        deinit { lock.release() }
    }

    private struct State {
        var queue = LockQueue()
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Number of tasks waiting for the lock.
    package var waiterCount: Int { state.withLock { $0.queue.waiterCount } }

    /// Runs `body` while no other task holds the lock.
    /// - Throws: `CancellationError` if the task is cancelled while it waits; `body` has not run then.
    package func withLock<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async throws -> Result {
        try await acquire()
        defer { release() }
        return try await body()
    }

    /// Takes the lock until the returned object is released, for work that does not fit one function.
    package func hold() async throws(CancellationError) -> Hold {
        try await acquire()
        return Hold(self)
    }

    private func acquire() async throws(CancellationError) {
        let id = state.withLock { state in
            state.nextID &+= 1
            return state.nextID
        }
        let isMine = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let answer = state.withLock({ $0.queue.enter(id, continuation) }) { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.queue.remove(id) }?.resume(returning: false)
        }
        guard isMine else { throw CancellationError() }
    }

    private func release() {
        state.withLock { $0.queue.leave() }?.resume(returning: true)
    }
}
