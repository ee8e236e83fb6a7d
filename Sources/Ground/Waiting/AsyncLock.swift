import Synchronization

/// Lets in one task at a time, in the order in which they asked. A task that is cancelled while it waits leaves the line.
package final class AsyncLock: Sendable {
    /// Possession of the lock, which ends with this object.
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

    /// Tasks that wait for the lock.
    package var waiterCount: Int { state.withLock { $0.queue.waiterCount } }

    /// Runs `body` while no other task holds the lock.
    /// - Throws: `CancellationError` when the task is cancelled while it waits; `body` has not run then.
    package func withLock<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async throws -> Result {
        try await acquire()
        defer { release() }
        return try await body()
    }

    /// Takes the lock until the returned object is released; for holders whose work is not one function.
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
