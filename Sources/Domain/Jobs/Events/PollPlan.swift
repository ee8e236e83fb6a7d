import Waiting

/// When the schedd is asked, and for how much. A queue whose jobs arrive quickly is read whole each time. Of a large queue only recent changes are
/// read, and the whole queue as often as that takes a tenth of the time.
struct PollPlan: Sendable {
    /// What a question is for.
    enum Kind: Sendable, Equatable {
        /// All jobs, with all that is told of them.
        case whole
        /// All jobs, with just enough to see which ones have changed.
        case sweep
        /// What has changed since a time of the schedd.
        case recent(since: Int64)
    }

    /// How much of the time sweeps may take: one part of so many.
    static let share: Int64 = 10
    /// The history is asked without a reason that often.
    static let historyInterval: Duration = .seconds(10)
    /// Seconds for which clocks, and answers that take long, are allowed for.
    static let slack: Int64 = 3

    private var lastStart: Duration?
    /// From the last question to the next one at least.
    private var pauseAtLeast: Duration = .zero
    private var lastSweep: Duration?
    private var sweepDuration: Duration = .zero
    private var historyEnd: Duration?
    private var historyDuration: Duration = .zero
    private var failures = 0
    /// The schedd's time at the last answer, less how long it took.
    private var serverTime: Int64?

    /// Whether nobody has asked for so long that jobs may well have come and gone.
    func wasAway(at now: Duration) -> Bool { lastStart.map { now - $0 > .milliseconds(1500) } ?? true }

    /// When to ask next.
    func due(_ interval: Duration, at now: Duration) -> Duration {
        guard let lastStart else { return now }
        if failures > 0 { return lastStart + max(interval, min(.seconds(Int64(failures)), .seconds(5))) }
        return lastStart + max(interval, pauseAtLeast)
    }

    /// What to ask at a moment.
    func kind(at now: Duration, _ view: QueueView) -> Kind {
        guard view.isComplete, let serverTime, let lastSweep else { return .sweep }
        let pause = sweepDuration * Self.share
        // Each time: then everything is told at once.
        if pause <= .milliseconds(900) { return .whole }
        return now - lastSweep >= pause ? .sweep : .recent(since: serverTime - Self.slack)
    }

    mutating func answered(_ kind: Kind, from start: Duration, to end: Duration, serverTime: Int64?) {
        failures = 0
        lastStart = start
        // A quarter of the time for small questions; sweeps have their own share.
        let isSweep = kind == .whole || kind == .sweep
        pauseAtLeast = isSweep ? end - start + .milliseconds(500) : (end - start) * 4
        if let serverTime { self.serverTime = serverTime - (end - start).components.seconds }
        guard isSweep else { return }
        lastSweep = start
        sweepDuration = end - start
    }

    mutating func failed(at now: Duration) {
        failures += 1
        lastStart = now
    }

    /// Whether to look at the history.
    func asksHistory(at now: Duration, hasReason: Bool) -> Bool {
        guard let historyEnd else { return true }
        return now - historyEnd >= (hasReason ? historyDuration * 2 : Self.historyInterval)
    }

    mutating func answeredHistory(from start: Duration, to end: Duration) {
        historyEnd = end
        historyDuration = end - start
    }
}
