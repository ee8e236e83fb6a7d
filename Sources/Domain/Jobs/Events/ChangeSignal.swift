import NIOConcurrencyHelpers

/// Wakes all who wait for something to change.
final class ChangeSignal: Sendable {
    private struct State {
        var changes: UInt64 = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }

    private let state = NIOLockedValueBox(State())

    /// How many changes there were. Take it before looking at what may change.
    var changes: UInt64 { state.withLockedValue { $0.changes } }

    func notify() {
        let waiters = state.withLockedValue { state in
            state.changes += 1
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once there are more changes than so many, or when the task is cancelled.
    func wait(after changes: UInt64) async {
        let id = state.withLockedValue { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLockedValue { state in
                    if state.changes > changes || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLockedValue { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
