import Synchronization

/// A lock per key: tasks with the same key run one at a time, in the order of their requests; tasks with different keys run concurrently.
///
/// A task that is cancelled while it waits leaves the queue. A key uses memory only while its lock is held.
package final class KeyedLock<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var queues: [Key: LockQueue] = [:]
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Number of keys whose lock is held.
    package var heldKeys: Int { state.withLock { $0.queues.count } }

    /// Number of tasks waiting for a key's lock.
    package func waiterCount(of key: Key) -> Int { state.withLock { $0.queues[key]?.waiterCount ?? 0 } }

    /// Runs `body` while no other task holds the lock of `key`.
    /// - Throws: `CancellationError` if the task is cancelled while it waits; `body` has not run then.
    package func withLock<Result>(
        _ key: Key, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async throws -> Result {
        try await acquire(key)
        defer { release(key) }
        return try await body()
    }

    private func acquire(_ key: Key) async throws(CancellationError) {
        let id = state.withLock { state in
            state.nextID &+= 1
            return state.nextID
        }
        let isMine = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    let answer = state.queues[key, default: LockQueue()].enter(id, continuation)
                    if state.queues[key]?.isFree == true { state.queues[key] = nil }
                    return answer
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.queues[key]?.remove(id) }?.resume(returning: false)
        }
        guard isMine else { throw CancellationError() }
    }

    private func release(_ key: Key) {
        let next = state.withLock { state -> LockQueue.Waiter? in
            let next = state.queues[key]?.leave()
            if state.queues[key]?.isFree == true { state.queues[key] = nil }
            return next
        }
        next?.resume(returning: true)
    }
}
