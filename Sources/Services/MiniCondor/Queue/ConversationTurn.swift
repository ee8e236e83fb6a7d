import Synchronization

/// Lets one conversation at a time read the queue and then change it, in the order of their requests.
///
/// HTCondor's schedd serves nobody else during a queue management conversation, and clients rely on that: what they have read still holds when they
/// commit. Here a conversation has the turn from its first read to its commit. Other conversations wait before their reads and commits.
final class ConversationTurn: Sendable {
    /// Holds the turn until it is released.
    final class Hold: Sendable {
        private let turn: ConversationTurn

        fileprivate init(_ turn: ConversationTurn) { self.turn = turn }

        deinit { turn.pass() }
    }

    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Hold, Never>] = []
        /// When the current conversation was last active, in seconds since 1970.
        var lastActivity: Int64 = 0
        /// Ends the current conversation.
        var end: (@Sendable () -> Void)?
    }

    /// Seconds of silence after which a conversation loses its turn to waiting ones. A client of HTCondor's schedd would lose its connection then.
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

    /// Records that the current conversation is active.
    /// - Parameter end: ends the conversation, which then gives up the turn.
    func noteActivity(at now: Int64, end: (@Sendable () -> Void)?) {
        state.withLock { state in
            state.lastActivity = now
            state.end = end
        }
    }

    /// Ends the current conversation if it has been silent for too long and others are waiting.
    func endStale(at now: Int64) {
        let end: (@Sendable () -> Void)? = state.withLock { state in
            guard state.isTaken, !state.waiting.isEmpty, now - state.lastActivity >= Self.patience else { return nil }
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
