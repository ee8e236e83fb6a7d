import Synchronization

/// A value that is not known yet, for any number of waiters. The first value given counts.
///
/// For something that may fail, the value is a `Result`.
package final class Promise<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value?, Never>

    private struct State {
        var value: Value?
        var waiters: [UInt64: Waiter] = [:]
        /// Those whose wait no cancellation ends.
        var patientWaiters: [CheckedContinuation<Value, Never>] = []
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The value if it is known already.
    package var current: Value? { state.withLock { $0.value } }

    /// Tasks that wait for the value.
    package var waiterCount: Int { state.withLock { $0.waiters.count + $0.patientWaiters.count } }

    /// Gives the value and wakes all waiters; false if there was a value already, which then stays.
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
    /// - Throws: `CancellationError` when the task is cancelled before the value is known.
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

    /// Waits for the value even if the task is cancelled; for waits that always end soon, such as a commit's.
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
