import ClassAd
import CondorClient
import NIOCore
import Synchronization
import Waiting

/// Watches the queue for all streams of one identity: however many streams there are, the schedd is asked once.
///
/// A watcher has no task of its own. Each stream runs ``drive(interval:)`` beside its sending. One of them at a time asks the schedd; when that
/// stream ends, another one takes over. The state outlives the last stream for some minutes, so that a client that comes back gets what has happened
/// meanwhile.
final class QueueWatcher: Sendable {
    struct State {
        var view = QueueView()
        var poll = PollPlan()
        /// What constraints look at beyond what is asked for anyway, with the number of the last event that was told without it; of what has not been
        /// asked for yet the largest one.
        var watched: [String: UInt64] = [:]
        /// The newest record of the history that has been looked at.
        var lastRecord: HistoryCursor?
        /// Questions asked so far, and how the last one ended.
        var asked: UInt64 = 0
        var outcome: (number: UInt64, error: JobsError?) = (0, nil)
        /// Why streams end. Those that begin later have been accepted again.
        var failure: JobsError?
        var failingSince: Duration?
        /// Whether the history is to be looked at with the next question.
        var mustAskHistory = false
        var streams = 0
        var lastUse: Duration
    }

    /// How long the schedd may be away before streams end.
    static let patience: Duration = .seconds(60)

    let state: Mutex<State>
    let ring: EventRing<JobEvent>
    let current: Mutex<Schedd>
    private let driving = AsyncLock()
    private let polling = AsyncLock()

    let time: any TimeSource

    init(schedd: Schedd, time: any TimeSource = .system, limits: EventRing<JobEvent>.Limits = .init()) {
        current = Mutex(schedd)
        self.time = time
        ring = EventRing(limits: limits, cost: \.cost)
        state = Mutex(State(lastUse: time.uptime))
    }

    /// As seen with the credential of the stream that came last.
    var schedd: Schedd { current.withLock { $0 } }

    // MARK: Asking

    /// Asks the schedd, or waits for a question that is asked after this call: what has happened before it has been told then, and the identity is
    /// good.
    /// - Throws: why the question failed, a ``JobsError``.
    func synchronise() async throws {
        let before = state.withLock { $0.asked }
        try await polling.withLock {
            let known = state.withLock { $0.outcome.number > before ? $0.outcome : nil }
            guard let known else { return try await poll(thoroughly: true) }
            if let error = known.error { throw error }
        }
    }

    /// Asks the schedd again and again, unless somebody else does. Ends by cancellation only.
    func drive(interval: Duration) async throws {
        try await driving.withLock {
            while true {
                let now = time.uptime
                let wait = state.withLock { $0.poll.due(interval, at: now) } - now
                if wait > .zero { try await time.sleep(for: wait) }
                try await polling.withLock {
                    let now = time.uptime
                    guard state.withLock({ $0.poll.due(interval, at: now) <= now }) else { return }
                    do {
                        try await poll(thoroughly: false)
                    } catch let error as JobsError {
                        // The streams are told of failures; a cancellation ends this task.
                        if error.code == .cancelled { throw CancellationError() }
                    }
                }
            }
        }
    }

    /// - Parameter thoroughly: whether the history is looked at without another reason.
    private func poll(thoroughly: Bool) async throws {
        let number = state.withLock { state in
            state.asked += 1
            return state.asked
        }
        do {
            try await ask(thoroughly: thoroughly)
            state.withLock { state in
                state.outcome = (number, nil)
                state.failure = nil
                state.failingSince = nil
            }
        } catch let failure as CondorError {
            let error = JobsError(failure)
            if error.code == .cancelled { throw error }
            let now = time.uptime
            state.withLock { state in
                state.outcome = (number, error)
                let since = state.failingSince ?? now
                state.failingSince = since
                // The streams of an identity that is rejected end at once.
                let isFinal = failure.code == .authenticationFailed || failure.code == .permissionDenied
                if isFinal || now - since > Self.patience { state.failure = error }
                state.poll.failed(at: now)
            }
            ring.changed.notify()
            throw error
        }
    }

    // MARK: Reading

    enum Step {
        case events([(sequence: UInt64, event: JobEvent)])
        /// The reader has fallen behind; what it lacks may be gone.
        case tooSlow
        case failed(JobsError)
        /// Nothing yet: wait for a change after so many.
        case wait(UInt64)
    }

    /// What comes behind a place.
    func step(after sequence: UInt64, reader: EventRing<JobEvent>.Reader, limit: Int) -> Step {
        let changes = ring.changed.changes
        let failure = state.withLock { $0.failure }
        do throws(EventCursorError) {
            let events = try reader.events(after: sequence, limit: limit)
            if !events.isEmpty { return .events(events) }
        } catch {
            return .tooSlow
        }
        if let failure { return .failed(failure) }
        return .wait(changes)
    }

    /// Whether everything behind a place is known, with all that a constraint looks at.
    func holds(_ cursor: EventCursor, _ attributes: [String]) -> Bool {
        ring.failure(of: cursor) == nil
            && state.withLock { state in
                attributes.allSatisfy { (state.watched[$0.lowercased()] ?? 0) <= cursor.sequence }
            }
    }

    /// Asks for these attributes from the next question on; false if that would be too many.
    func watch(_ attributes: [String]) -> Bool {
        state.withLock { state in attributes.allSatisfy { state.watch($0) } }
    }
}

extension QueueWatcher.State {
    private static let known = Set(QueueView.projection.map { $0.lowercased() })
    /// Attributes that are watched at most, whatever strangers ask for.
    private static let watchLimit = 256

    mutating func watch(_ name: String) -> Bool {
        let key = name.lowercased()
        guard !Self.known.contains(key), watched[key] == nil else { return true }
        guard watched.count < Self.watchLimit else { return false }
        watched[key] = .max
        return true
    }

    /// What to ask for now.
    /// - Parameter last: the number of the last event that was told without it.
    mutating func beginProjection(after last: UInt64) {
        for (name, sequence) in watched where sequence == .max { watched[name] = last }
    }

    var projection: [String] { QueueView.projection + watched.keys.sorted() }

    /// Watches what the ad's watched attributes look at; true if something was not asked for.
    mutating func watchReferences(of ad: WireAd) -> Bool {
        let before = watched.count
        for name in watched.keys {
            guard let expression = (try? ad.expression(name)) ?? nil, expression.literalValue == nil else { continue }
            for reference in EventFilter.attributes(of: expression) { _ = watch(reference) }
        }
        return watched.count > before
    }
}
