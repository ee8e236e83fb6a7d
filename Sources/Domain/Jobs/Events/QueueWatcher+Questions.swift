import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import NIOCore
import Synchronization
import Waiting

extension QueueWatcher {
    /// Jobs asked for by their ids in one question at most.
    private static let idLimit = 500
    /// Records of the history that are read at a time at most.
    private static let recordLimit = 100_000
    /// Readers may lag by so many events before they are waited for, and for so long.
    private static let lagLimit: UInt64 = 8192
    private static let readerPatience: Duration = .seconds(2)

    /// One look at the queue, and at the history where there is a reason. Not to be run twice at the same time.
    func ask(thoroughly: Bool) async throws {
        let start = time.uptime
        if state.withLock({ !$0.view.isComplete }) { try await markHistory() }
        let (kind, isSuspicious) = state.withLock { state in
            state.beginProjection(after: ring.head.sequence)
            defer { state.mustAskHistory = false }
            return (state.poll.kind(at: start, state.view), thoroughly || state.mustAskHistory || state.poll.wasAway(at: start))
        }
        let summary = try await look(kind)
        let end = time.uptime
        let hasReason = state.withLock { state in
            state.poll.answered(kind, from: start, to: end, serverTime: summary?.serverTime)
            var hasLeft = isSuspicious || state.view.missingCount > 0
            // Some have left; or some came with times of their own, which the next sweep finds.
            if case .recent = kind, let total = summary?.total, total != state.view.count { hasLeft = true }
            let hasGap = state.view.takeGap()
            return hasGap || hasLeft
        }
        if state.withLock({ $0.poll.asksHistory(at: end, hasReason: hasReason) }) {
            try await lookAtHistory()
        } else if hasReason {
            state.withLock { $0.mustAskHistory = true }
        }
    }

    // MARK: The queue

    private func look(_ kind: PollPlan.Kind) async throws -> JobQuerySummary? {
        let query: JobQuery
        var isSweep = true
        var isShort = false
        switch kind {
        case .whole: query = JobQuery(projection: state.withLock { $0.projection })
        case .sweep:
            isShort = true
            query = JobQuery(projection: QueueView.shortProjection)
        case .recent(let since):
            isSweep = false
            let cluster = state.withLock { $0.view.lastCluster }
            query = JobQuery(constraint: Self.recent(since: since, cluster: cluster), projection: state.withLock { $0.projection })
        }
        if isSweep { state.withLock { $0.view.beginSweep() } }
        let (incomplete, summary) = try await see(query, isShort: isShort)
        try await seeWhole(incomplete)
        if isSweep {
            let time = summary?.serverTime ?? time.seconds
            state.withLock { $0.view.endSweep(serverTime: time) }
        }
        return summary
    }

    /// True for jobs that are new or have changed their state, and for those whose state has no time.
    private static func recent(since: Int64, cluster: Int) -> ExprTree {
        .disjunction([
            .binary(.greaterOrEqual, .attribute("EnteredCurrentStatus"), .integer(since)),
            .binary(.greaterOrEqual, .attribute("QDate"), .integer(since)),
            .binary(.greaterThan, .attribute("ClusterId"), .integer(cluster)),
            .binary(.equal, .attribute("JobStatus"), .integer(JobStatus.transferringOutput.rawValue)),
            .binary(.equal, .attribute("JobStatus"), .integer(JobStatus.suspended.rawValue)),
        ])
    }

    /// Sees all ads of an answer as they come. Returns the jobs that have to be looked at again.
    private func see(_ query: JobQuery, isShort: Bool, isLast: Bool = false) async throws -> ([JobID], JobQuerySummary?) {
        var incomplete: [JobID] = []
        var iterator = schedd.jobs(query).makeAsyncIterator()
        while let ads = try await iterator.next() {
            incomplete += take(ads, isShort: isShort, isLast: isLast)
            try await waitForReaders()
        }
        return (incomplete, iterator.summary)
    }

    private func take(_ ads: [WireAd], isShort: Bool, isLast: Bool) -> [JobID] {
        let now = time.seconds
        let (incomplete, events) = state.withLock { state in
            var incomplete: [JobID] = []
            var told: [JobEvent] = []
            for ad in ads {
                if !isShort, !isLast, !state.watched.isEmpty, state.watchReferences(of: ad), let id = JobID(ad) {
                    incomplete.append(id)
                    continue
                }
                switch state.view.see(ad, isShort: isShort, now: now) {
                case .nothing: break
                case .events(let events): told += events
                case .incomplete(let id): incomplete.append(id)
                }
            }
            return (incomplete, told)
        }
        ring.append(contentsOf: events)
        return incomplete
    }

    /// Looks at jobs with all that is told of them.
    private func seeWhole(_ jobs: [JobID]) async throws {
        var rest = jobs
        for round in 0..<3 where !rest.isEmpty {
            var next: [JobID] = []
            for expression in Self.selections(rest) {
                let query = JobQuery(constraint: expression, projection: state.withLock { $0.projection })
                next += try await see(query, isShort: false, isLast: round == 2).0
            }
            rest = next
        }
    }

    /// Expressions that are true for these jobs, and maybe for others of their clusters.
    static func selections(_ jobs: [JobID]) -> [ExprTree] {
        var selections: [ExprTree] = []
        var parts: [ExprTree] = []
        var count = 0
        for (cluster, members) in Dictionary(grouping: jobs, by: \.cluster).sorted(by: { $0.key < $1.key }) {
            let isCluster = ExprTree.binary(.equal, .attribute("ClusterId"), .integer(cluster))
            let procs = members.count <= idLimit ? members.map { ExprTree.binary(.equal, .attribute("ProcId"), .integer($0.proc)) } : []
            if count + procs.count > idLimit {
                selections.append(.disjunction(parts))
                parts = []
                count = 0
            }
            parts.append(procs.isEmpty ? isCluster : .binary(.and, isCluster, .parenthesized(.disjunction(procs))))
            count += max(procs.count, 1)
        }
        if !parts.isEmpty { selections.append(.disjunction(parts)) }
        return selections
    }

    /// Gives those who read time to catch up with a burst; not for ever.
    private func waitForReaders() async throws {
        let end = time.uptime + Self.readerPatience
        while ring.lag > Self.lagLimit, time.uptime < end {
            try await time.sleep(for: .milliseconds(5))
        }
    }

    // MARK: The history

    /// Notes where the history is now: what comes behind it is news.
    private func markHistory() async throws {
        let newest = try await records(HistoryQuery(projection: HistoryCursor.projection, limit: 1)).first
        state.withLock { $0.lastRecord = newest.flatMap(HistoryCursor.init(after:)) }
    }

    private func lookAtHistory() async throws {
        let start = time.uptime
        let (last, projection) = state.withLock { ($0.lastRecord, $0.projection) }
        let found = try await records(HistoryQuery(projection: projection, limit: Self.recordLimit, since: last?.expression))
        let now = time.seconds
        let end = time.uptime
        let events = state.withLock { state in
            state.poll.answeredHistory(from: start, to: end)
            if let newest = found.first.flatMap(HistoryCursor.init(after:)) { state.lastRecord = newest }
            let told = found.reversed().flatMap { state.view.seeRecord($0, now: now) }
            return told + state.view.giveUpMissing(at: now)
        }
        ring.append(contentsOf: events)
    }

    /// Newest first. A schedd without a history file closes the connection; it has just answered another question, so it is running.
    private func records(_ query: HistoryQuery) async throws -> [WireAd] {
        var iterator = schedd.history(query).makeAsyncIterator()
        var found: [WireAd] = []
        do throws(CondorError) {
            while let ads = try await iterator.next() { found += ads }
        } catch {
            guard found.isEmpty, error.code == .unreachable || error.code == .refused else { throw error }
        }
        return found
    }
}

extension HistoryCursor {
    /// True for the record itself.
    fileprivate var expression: ExprTree {
        .conjunction([JobSelection.job(job).expression, .binary(.equal, .attribute("EnteredCurrentStatus"), .integer(entered))])
    }
}
