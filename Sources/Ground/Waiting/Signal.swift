import Synchronization

/// Wakes all tasks that wait for something to change.
package final class Signal: Sendable {
    private struct State {
        var changes: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Number of changes so far. Read it before examining the thing that may change, then wait for a later change.
    package var changes: UInt64 { state.withLock { $0.changes } }

    /// Number of tasks waiting for the next change.
    package var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Counts a change and resumes all waiters.
    package func notify() {
        let waiters = state.withLock { state in
            state.changes &+= 1
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once there have been more than `changes` changes, or if the task is cancelled.
    package func wait(after changes: UInt64) async {
        let id = state.withLock { state in
            state.nextID &+= 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.changes > changes || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
