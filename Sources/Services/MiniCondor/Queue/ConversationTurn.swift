import Synchronization

/// Who may go from looking at the queue to changing it: one conversation at a time, in the order in which they asked.
///
/// HTCondor's schedd serves nobody else while a conversation of its queue management is open, and clients build on that: what one has looked up still
/// holds when it commits. Here a conversation has its turn from its first look to its commit, and others wait with their looks and commits.
final class ConversationTurn: Sendable {
    /// Having the turn: ends with this object.
    final class Hold: Sendable {
        private let turn: ConversationTurn

        fileprivate init(_ turn: ConversationTurn) { self.turn = turn }

        deinit { turn.pass() }
    }

    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Hold, Never>] = []
        /// When the one who has the turn was last heard of, in seconds since 1970.
        var heardOf: Int64 = 0
        /// Ends the conversation that has the turn.
        var end: (@Sendable () -> Void)?
    }

    /// Seconds without a word after which a conversation loses its turn to those who wait, as a client of HTCondor's schedd would its connection.
    static let patience: Int64 = 20

    private let state = Mutex(State())

    /// Waits for the turn.
    func take() async -> Hold {
        await withCheckedContinuation { continuation in
            let isMine = state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isMine { continuation.resume(returning: Hold(self)) }
        }
    }

    /// Notes that the conversation that has the turn is alive.
    /// - Parameter end: ends its conversation, which then gives the turn back.
    func heard(at now: Int64, end: (@Sendable () -> Void)?) {
        state.withLock { state in
            state.heardOf = now
            state.end = end
        }
    }

    /// Ends the conversation that has the turn if nothing was heard of it for too long and others wait.
    func endStale(at now: Int64) {
        let end: (@Sendable () -> Void)? = state.withLock { state in
            guard state.isTaken, !state.waiting.isEmpty, now - state.heardOf >= Self.patience else { return nil }
            return state.end
        }
        end?()
    }

    private func pass() {
        let next: CheckedContinuation<Hold, Never>? = state.withLock { state in
            state.end = nil
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: Hold(self))
    }
}
