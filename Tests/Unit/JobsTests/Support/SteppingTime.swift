import Synchronization
import Waiting

/// Clocks that stand still until a test advances them. A task that sleeps advances them by as much itself, so nothing ever waits.
final class SteppingTime: TimeSource {
    private struct State {
        var uptime: Duration = .zero
        var sleeps: [Duration] = []
        var onSleep: @Sendable (Int) -> Void = { _ in }
    }

    private static let epoch: Duration = .seconds(1_795_262_400)

    private let state = Mutex(State())

    var uptime: Duration { state.withLock { $0.uptime } }
    var sinceEpoch: Duration { Self.epoch + uptime }

    /// How long tasks have slept, one after the other.
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(by duration: Duration) { state.withLock { $0.uptime += duration } }

    /// What happens while a task sleeps; gets the number of sleeps before.
    func onSleep(_ action: @escaping @Sendable (Int) -> Void) { state.withLock { $0.onSleep = action } }

    func sleep(until deadline: Duration) async throws(CancellationError) {
        let (count, action) = state.withLock { state in
            state.sleeps.append(deadline - state.uptime)
            state.uptime = max(state.uptime, deadline)
            return (state.sleeps.count - 1, state.onSleep)
        }
        action(count)
    }
}
