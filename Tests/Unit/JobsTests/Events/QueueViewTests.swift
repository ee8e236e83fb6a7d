import ClassAd
import CondorModel
@testable import Jobs
import SeededGeneration
import Testing

/// What is told of a queue that is looked at from time to time, against what really happened in it.
@Suite struct QueueViewTests {
    /// A queue as the schedd keeps it, with a log of what happened.
    private struct Model {
        struct Job {
            var status = JobStatus.idle
            var starts = 0
            var holds = 0
            var suspensions = 0
            var priority = 0
            var queued: Int64
            var entered: Int64
        }

        var jobs: [JobID: Job] = [:]
        var history: [WireAd] = []
        var log: [JobID: [JobEventType]] = [:]
        var now: Int64 = 1000
        private var nextCluster = 1

        static func ad(_ id: JobID, _ job: Job) -> WireAd {
            var ad = WireAd()
            for line in [
                "ClusterId = \(id.cluster)", "ProcId = \(id.proc)", "Owner = \"u\(id.cluster % 3)\"", "JobStatus = \(job.status.rawValue)",
                "EnteredCurrentStatus = \(job.entered)", "QDate = \(job.queued)", "NumShadowStarts = \(job.starts)", "NumHolds = \(job.holds)",
                "TotalSuspensions = \(job.suspensions)", "JobPrio = \(job.priority)",
            ] {
                ad.append(line: Array(line.utf8))
            }
            return ad
        }

        var ads: [WireAd] { jobs.map { Self.ad($0.key, $0.value) } }

        mutating func submit() {
            guard let id = JobID(cluster: nextCluster, proc: 0) else { return }
            nextCluster += 1
            jobs[id] = Job(queued: now, entered: now)
            log[id] = [.submit]
        }

        mutating func step(_ id: JobID, _ random: inout SeededGenerator) {
            guard var job = jobs[id] else { return }
            func go(_ type: JobEventType, _ status: JobStatus) {
                job.status = status
                job.entered = now
                log[id, default: []].append(type)
            }
            switch (job.status, Int.random(in: 0..<8, using: &random)) {
            case (.idle, 0...3):
                job.starts += 1
                go(.execute, .running)
            case (.idle, 4), (.running, 4), (.suspended, 4):
                job.holds += 1
                go(.hold, .held)
            case (.held, 0...4): go(.release, .idle)
            case (.running, 0): go(.evict, .idle)
            case (.running, 1...3): go(.complete, .completed)
            case (.running, 5):
                job.suspensions += 1
                go(.suspend, .suspended)
            case (.suspended, 0...3): go(.resume, .running)
            case (.idle, 5), (.held, 5), (.running, 6): go(.remove, .removed)
            case (.completed, 0...4), (.removed, _):
                history.append(Self.ad(id, job))
                jobs[id] = nil
                return
            case (.idle, 6), (.held, 6):
                job.priority += 1
                log[id, default: []].append(.edit)
            default: break
            }
            jobs[id] = job
        }
    }

    private func look(_ view: inout QueueView, _ model: Model, _ records: inout Int, short: Bool) -> [JobEvent] {
        var events: [JobEvent] = []
        func take(_ finding: QueueView.Finding) {
            switch finding {
            case .nothing: break
            case .events(let found): events += found
            case .incomplete(let id):
                if let job = model.jobs[id] { take(view.see(Model.ad(id, job), isShort: false, now: model.now)) }
            }
        }
        view.beginSweep()
        for ad in model.ads { take(view.see(ad, isShort: short, now: model.now)) }
        view.endSweep(serverTime: model.now)
        for ad in model.history[records...] { events += view.seeRecord(ad, now: model.now) }
        records = model.history.count
        return events + view.giveUpMissing(at: model.now)
    }

    /// Looking after each step misses nothing at all.
    @Test func whoLooksOftenSeesEverything() throws {
        for seed in UInt64(1)...20 {
            var random = SeededGenerator(seed: seed)
            var (model, view, records) = (Model(), QueueView(), 0)
            _ = look(&view, model, &records, short: true)
            var told: [JobID: [JobEventType]] = [:]
            for _ in 0..<400 {
                model.now += 1
                if Int.random(in: 0..<10, using: &random) == 0 {
                    model.submit()
                } else if let id = model.jobs.keys.sorted().randomElement(using: &random) {
                    model.step(id, &random)
                }
                for event in look(&view, model, &records, short: .random(using: &random)) { told[event.job, default: []].append(event.type) }
            }
            for (id, happened) in model.log { #expect(told[id] == happened, "seed \(seed) \(id)") }
            #expect(told.count == model.log.count)
        }
    }

    /// Who looks now and then sees each job come, gets steps that hang together, and sees it end as it ended, once.
    @Test func whoLooksRarelySeesWhatIsCertain() throws {
        for seed in UInt64(1)...20 {
            var random = SeededGenerator(seed: seed &* 77)
            var (model, view, records) = (Model(), QueueView(), 0)
            for _ in 0..<5 { model.submit() }
            let old = Set(model.jobs.keys)
            _ = look(&view, model, &records, short: true)
            var told: [JobID: [JobEvent]] = [:]
            for _ in 0..<100 {
                for _ in 0..<Int.random(in: 0...60, using: &random) {
                    model.now += 1
                    if Int.random(in: 0..<20, using: &random) == 0 { model.submit() }
                    if let id = model.jobs.keys.sorted().randomElement(using: &random) { model.step(id, &random) }
                }
                for event in look(&view, model, &records, short: .random(using: &random)) { told[event.job, default: []].append(event) }
            }
            for (id, happened) in model.log {
                let events = told[id] ?? []
                for (before, after) in zip(events, events.dropFirst()) {
                    #expect(after.previous == before.status, "seed \(seed) \(id): \(events.map(\.type))")
                }
                if !old.contains(id) { #expect(events.first?.type == .submit && events.count { $0.type == .submit } == 1, "seed \(seed) \(id)") }
                for type in [JobEventType.complete, .remove] {
                    #expect(
                        events.count { $0.type == type } == happened.count { $0 == type }, "seed \(seed) \(id): \(events.map(\.type)) of \(happened)")
                }
                for type in [JobEventType.execute, .hold] {
                    #expect(
                        events.count { $0.type == type } == happened.count { $0 == type }, "seed \(seed) \(id): \(events.map(\.type)) of \(happened)")
                }
            }
            #expect(Set(told.keys).isSubset(of: model.log.keys) && view.count == model.jobs.count)
        }
    }

    @Test func whatIsNowhereIsGivenUp() throws {
        var (model, view, records) = (Model(), QueueView(), 0)
        model.submit()
        model.submit()
        _ = look(&view, model, &records, short: true)
        let gone = try #require(JobID("1.0"))
        model.jobs[gone] = nil
        var events: [JobEvent] = []
        for _ in 0..<5 { events += look(&view, model, &records, short: false) }
        #expect(events.map(\.type) == [.remove] && events.first?.status == nil && events.first?.previous == .idle && events.first?.owner == "u1")
        #expect(view.count == 1 && view.missingCount == 0)
    }

    @Test func gapsAskForTheHistory() throws {
        var view = QueueView()
        func see(_ cluster: Int, _ proc: Int, total: Int = 1) throws {
            var ad = Model.ad(try #require(JobID(cluster: cluster, proc: proc)), Model.Job(queued: 5, entered: 5))
            ad.append(name: "TotalSubmitProcs", expression: .integer(total))
            _ = view.see(ad, isShort: false, now: 5)
        }
        view.beginSweep()
        try see(7, 3)
        view.endSweep(serverTime: 1)
        var hasGap = view.takeGap()
        #expect(!hasGap)
        try see(8, 0)
        hasGap = view.takeGap()
        #expect(!hasGap)
        try see(10, 0)
        hasGap = view.takeGap()
        #expect(hasGap)
        hasGap = view.takeGap()
        #expect(!hasGap)
        try see(11, 0, total: 2)
        hasGap = view.takeGap()
        #expect(hasGap)
        try see(12, 0, total: 3)
        try see(12, 1, total: 3)
        try see(12, 2, total: 3)
        hasGap = view.takeGap()
        #expect(!hasGap)
        // Records of jobs that had left before are no news.
        let record = Model.ad(try #require(JobID("6.0")), Model.Job(status: .completed, queued: 0, entered: 9))
        let old = view.seeRecord(record, now: 9)
        #expect(old.isEmpty)
    }
}
