import Synchronization
import Tokens
import Cedar
import ClassAd
import CondorClient
import CondorModel
@testable import Jobs
import Testing
import Waiting

/// What a watcher keeps for its readers.
@Suite struct QueueWatcherTests {
    private func watcher(_ limits: EventRing<JobEvent>.Limits = .init()) -> QueueWatcher {
        let client = CondorClient(configuration: ClientConfiguration(scheduler: .address("127.0.0.1:1")))
        return QueueWatcher(schedd: client.schedd(as: .anonymous), limits: limits)
    }

    private func tell(_ count: Int, _ watcher: QueueWatcher) throws {
        let id = try #require(JobID("1.0"))
        for _ in 0..<count { watcher.ring.append(JobEvent(.submit, id, status: .idle, previous: nil, time: 0, WireAd(), showing: [])) }
    }

    @Test func aReaderThatIsTooSlowIsToldWhereToGoOn() throws {
        let watcher = watcher(.init(count: 100, bytes: 1 << 20))
        let (slow, quick) = (watcher.ring.reader(at: 0), watcher.ring.reader(at: 0))
        guard case .wait = watcher.step(after: 0, reader: slow, limit: 10) else {
            Issue.record("there are no events yet")
            return
        }
        try tell(40, watcher)
        guard case .events(let events) = watcher.step(after: 0, reader: slow, limit: 10) else {
            Issue.record("no events")
            return
        }
        #expect(events.map(\.sequence) == Array(1...10))
        try tell(50, watcher)
        // The other one has read most of it.
        guard case .events(let rest) = watcher.step(after: 60, reader: quick, limit: 100) else {
            Issue.record("no events")
            return
        }
        #expect(rest.count == 30)
        guard case .tooSlow = watcher.step(after: 10, reader: slow, limit: 10) else {
            Issue.record("the reader is too slow")
            return
        }
        // The cursor that is named is still good.
        #expect(watcher.holds(EventCursor(epoch: watcher.ring.epoch, sequence: 10), []))
        try tell(100, watcher)
        #expect(!watcher.holds(EventCursor(epoch: watcher.ring.epoch, sequence: 10), []))
        #expect(!watcher.holds(EventCursor(epoch: watcher.ring.epoch &+ 1, sequence: 150), []))
        #expect(!watcher.holds(EventCursor(epoch: watcher.ring.epoch, sequence: 191), []))
    }

    @Test func attributesThatWereNotWatchedCannotBeJudged() throws {
        let watcher = watcher()
        try tell(5, watcher)
        #expect(watcher.watch(["JobStatus", "MyTag"]))
        func holds(_ sequence: UInt64, _ names: [String]) -> Bool { watcher.holds(EventCursor(epoch: watcher.ring.epoch, sequence: sequence), names) }
        #expect(holds(3, ["jobstatus"]) && !holds(5, ["mytag"]))
        watcher.state.withLock { $0.beginProjection(after: watcher.ring.head.sequence) }
        try tell(5, watcher)
        #expect(holds(5, ["MYTAG"]) && holds(9, ["MyTag"]) && !holds(4, ["MyTag"]))
        let names = watcher.state.withLock { $0.projection }
        #expect(names.contains("mytag") && Set(names.map { $0.lowercased() }).count == names.count)
        // Bounded.
        #expect(!watcher.watch((0..<300).map { "A\($0)" }))
    }

    @Test func aSchedulerThatIsNotThereIsAnErrorAtOnce() async throws {
        let watcher = watcher()
        let error = await #expect(throws: JobsError.self) { try await watcher.synchronise() }
        #expect(error?.code == .commandFailed && error?.cause?.code == .unreachable)
        // Streams that run wait for it to come back.
        guard case .wait = watcher.step(after: 0, reader: watcher.ring.reader(at: 0), limit: 1) else {
            Issue.record("streams go on")
            return
        }
    }

    @Test func idsAreAskedForInBoundedQuestions() throws {
        let jobs =
            try (0..<1200).map { try #require(JobID(cluster: 1 + $0 / 100, proc: $0 % 100)) }
            + (0..<700).map { try #require(JobID(cluster: 99, proc: $0)) }
        let selections = QueueWatcher.selections(jobs)
        #expect(selections.count <= 4)
        for job in jobs + [try #require(JobID("99.5000"))] {
            var ad = ClassAd()
            ad.set("ClusterId", job.cluster)
            ad.set("ProcId", job.proc)
            #expect(selections.count { $0.evaluate(my: ad) == .boolean(true) } == 1, "\(job)")
        }
        var other = ClassAd()
        other.set("ClusterId", 1)
        other.set("ProcId", 100)
        #expect(!selections.contains { $0.evaluate(my: other) == .boolean(true) })
        #expect(QueueWatcher.selections([]).isEmpty)
    }

    @Test func largeQueuesAreSweptForATenthOfTheTime() {
        var plan = PollPlan()
        var view = QueueView()
        let start: Duration = .seconds(1000)
        #expect(plan.kind(at: start, view) == .sweep && plan.due(.seconds(1), at: start) == start)
        view.beginSweep()
        view.endSweep(serverTime: 1000)
        plan.answered(.sweep, from: start, to: start + .milliseconds(50), serverTime: 1000)
        #expect(plan.kind(at: start + .seconds(1), view) == .whole && plan.due(.seconds(1), at: start) == start + .seconds(1))
        plan.answered(.whole, from: start, to: start + .seconds(2), serverTime: 1010)
        #expect(plan.kind(at: start + .seconds(3), view) == .recent(since: 1010 - 2 - PollPlan.slack))
        #expect(plan.due(.seconds(1), at: start) == start + .milliseconds(2500))
        plan.answered(.recent(since: 0), from: start + .seconds(3), to: start + .milliseconds(3100), serverTime: 1013)
        #expect(plan.due(.milliseconds(100), at: start) == start + .milliseconds(3400))
        #expect(
            plan.kind(at: start + .seconds(19), view) == .recent(since: 1013 - PollPlan.slack) && plan.kind(at: start + .seconds(20), view) == .sweep)
        #expect(!plan.wasAway(at: start + .seconds(4)) && plan.wasAway(at: start + .seconds(5)))
        plan.failed(at: start)
        #expect(plan.due(.milliseconds(100), at: start) == start + .seconds(1))
        for _ in 0..<20 { plan.failed(at: start) }
        #expect(plan.due(.milliseconds(100), at: start) == start + .seconds(5))
    }
}
