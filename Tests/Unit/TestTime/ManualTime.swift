import Synchronization
import Waiting

/// Clocks that stand still until a test advances them.
package final class ManualTime: TimeSource {
    private struct State {
        var uptime: Duration = .zero
        var epoch: Duration
        var sleepers: [UInt64: (deadline: Duration, continuation: CheckedContinuation<Bool, Never>)] = [:]
        var nextID: UInt64 = 0
    }

    private let state: Mutex<State>
    private let sleeping = Signal()

    /// - Parameter seconds: what the wall clock shows at first, in seconds since 1970.
    package init(seconds: Int64 = 1_800_000_000) {
        state = Mutex(State(epoch: .seconds(seconds)))
    }

    package var sinceEpoch: Duration { state.withLock { $0.epoch + $0.uptime } }

    package var uptime: Duration { state.withLock { $0.uptime } }

    /// Tasks that sleep.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    package func sleep(until deadline: Duration) async throws(CancellationError) {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isOver = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    if state.uptime >= deadline { return true }
                    state.sleepers[id] = (deadline, continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) } else { sleeping.notify() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(returning: false)
        }
        guard isOver else { throw CancellationError() }
    }

    /// Moves both clocks on and wakes those whose deadline has come, the earliest first.
    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.uptime += duration
            let now = state.uptime
            let due = state.sleepers.filter { $0.value.deadline <= now }.sorted { $0.value.deadline < $1.value.deadline }
            for sleeper in due { state.sleepers[sleeper.key] = nil }
            return due.map(\.value.continuation)
        }
        for continuation in woken { continuation.resume(returning: true) }
    }

    /// Sets the wall clock alone, as an administrator would.
    package func setWallClock(seconds: Int64) {
        state.withLock { $0.epoch = .seconds(seconds) - $0.uptime }
    }

    /// Waits until that many tasks sleep.
    package func untilSleeping(_ count: Int) async {
        while true {
            let changes = sleeping.changes
            if sleeperCount >= count || Task.isCancelled { return }
            await sleeping.wait(after: changes)
        }
    }
}
