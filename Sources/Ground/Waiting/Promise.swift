import Synchronization

/// A value that is not known yet, for any number of waiters. The first value wins.
///
/// If the operation may fail, use a `Result` as the value.
package final class Promise<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value?, Never>

    private struct State {
        var value: Value?
        var waiters: [UInt64: Waiter] = [:]
        /// Waiters that ignore cancellation.
        var patientWaiters: [CheckedContinuation<Value, Never>] = []
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The value, if it is already known.
    package var current: Value? { state.withLock { $0.value } }

    /// Number of tasks waiting for the value.
    package var waiterCount: Int { state.withLock { $0.waiters.count + $0.patientWaiters.count } }

    /// Sets the value and resumes all waiters. Returns false, and changes nothing, if there is a value already.
    @discardableResult package func fulfill(_ value: Value) -> Bool {
        let waiters = state.withLock { state -> ([Waiter], [CheckedContinuation<Value, Never>])? in
            guard state.value == nil else { return nil }
            state.value = value
            defer { (state.waiters, state.patientWaiters) = ([:], []) }
            return (Array(state.waiters.values), state.patientWaiters)
        }
        guard let (cancellable, patient) = waiters else { return false }
        for waiter in cancellable { waiter.resume(returning: value) }
        for waiter in patient { waiter.resume(returning: value) }
        return true
    }

    /// Waits for the value.
    /// - Throws: `CancellationError` if the task is cancelled before the value is known.
    package func value() async throws(CancellationError) -> Value {
        let id = nextID()
        let value = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Value?? in
                    if let value = state.value { return .some(value) }
                    if Task.isCancelled { return .some(nil) }
                    state.waiters[id] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
        }
        guard let value else { throw CancellationError() }
        return value
    }

    /// Waits for the value even if the task is cancelled. For waits that always end soon, such as for a commit.
    package func valueDespiteCancellation() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                if let value = state.value { return value }
                state.patientWaiters.append(continuation)
                return nil
            }
            if let value { continuation.resume(returning: value) }
        }
    }

    private func nextID() -> UInt64 {
        state.withLock { state in
            state.nextID &+= 1
            return state.nextID
        }
    }
}
