import ClassAd
import CondorModel
import CondorProtocol
import POSIX
import SeededGeneration
import Testing

@testable import MiniCondor

/// Random submissions, edits, actions and reports of starters, against a plain model of what is in the queue.
@Suite struct RandomQueueTests {
    private struct Model {
        struct Job: Equatable {
            var owner: String
            var status: JobStatus
            var priority = 0
            var isActive = false
            /// Held by somebody's request.
            var isHeldByUser = false
        }

        var jobs: [JobID: Job] = [:]
        var gone: [JobID] = []
        var nextCluster = 1

        mutating func leave(_ id: JobID) {
            jobs[id] = nil
            gone.append(id)
        }
    }

    private static let requesters = [QueueHarness.alice, QueueHarness.bob, QueueHarness.admin]

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func theQueueAgreesWithTheModel(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var harness = try QueueHarness()
        var model = Model()
        for step in 0..<100 {
            harness.advance(Int64(random.below(3)))
            switch random.below(12) {
            case 0, 1: try await submit(harness, &model, &random)
            case 2: try await edit(harness, &model, &random)
            case 3, 4, 5: try await act(harness, &model, &random)
            case 6, 7: try await start(harness, &model, &random)
            case 8, 9, 10: try await finish(harness, &model, &random)
            default: if random.below(4) == 0 { harness = try await harness.reopened() }
            }
            try check(harness, model, &random, "seed \(seed), step \(step)")
        }
        harness = try await harness.reopened()
        try check(harness, model, &random, "seed \(seed), reopened")
        let records = try harness.history().map(\.id)
        #expect(records == model.gone.reversed(), "seed \(seed)")
        await harness.remove()
    }

    // MARK: Steps

    private func submit(_ harness: QueueHarness, _ model: inout Model, _ random: inout SeededGenerator) async throws {
        let requester = random.pick(Self.requesters)
        let count = 1 + random.below(4)
        if random.below(5) == 0 {
            // Nothing of an aborted one is seen; its number is used up.
            var transaction = harness.queue.begin(requester)
            let cluster = try transaction.newCluster()
            _ = try transaction.newProc(cluster: cluster)
            transaction.abort()
            _ = try await transaction.commit()
            #expect(cluster == model.nextCluster)
            model.nextCluster += 1
            return
        }
        let priority = random.below(3)
        let cluster = try await harness.submit(count, as: requester, cluster: ["JobPrio": "\(priority)"])
        #expect(cluster == model.nextCluster)
        model.nextCluster += 1
        for proc in 0..<count {
            guard let id = JobID(cluster: cluster, proc: proc) else { continue }
            model.jobs[id] = Model.Job(owner: String(requester.owner), status: .idle, priority: priority)
        }
    }

    private func edit(_ harness: QueueHarness, _ model: inout Model, _ random: inout SeededGenerator) async throws {
        guard let id = model.jobs.keys.sorted().randomElement(using: &random), let job = model.jobs[id] else { return }
        let requester = random.pick(Self.requesters)
        let priority = random.below(5)
        var transaction = harness.queue.begin(requester)
        try? transaction.setAttribute(QueueKey(id), name: "JobPrio", value: "\(priority)")
        _ = try await transaction.commit()
        if requester.isQueueSuperuser || job.owner == requester.owner { model.jobs[id]?.priority = priority }
    }

    private func act(_ harness: QueueHarness, _ model: inout Model, _ random: inout SeededGenerator) async throws {
        guard let id = model.jobs.keys.sorted().randomElement(using: &random), let job = model.jobs[id] else { return }
        let requester = random.pick(Self.requesters)
        let action = random.pick(JobAction.allCases)
        let outcome = try await harness.queue.act(action, .jobs([id]), reason: "r", by: requester).first?.outcome
        guard requester.isQueueSuperuser || job.owner == requester.owner else {
            #expect(outcome == .permissionDenied)
            return
        }
        switch action {
        case .hold where [.idle, .running, .suspended, .transferringOutput].contains(job.status):
            #expect(outcome == .success)
            model.jobs[id]?.status = .held
            model.jobs[id]?.isHeldByUser = true
        case .hold where job.status == .held && !job.isHeldByUser:
            #expect(outcome == .success)
            model.jobs[id]?.isHeldByUser = true
        case .release where job.status == .held:
            #expect(outcome == .success)
            model.jobs[id]?.status = .idle
        case .remove where job.status != .removed:
            #expect(outcome == .success)
            if job.isActive { model.jobs[id]?.status = .removed } else { model.leave(id) }
        case .removeForced where job.status == .removed:
            #expect(outcome == .success)
            model.leave(id)
        case .vacate where job.status == .running, .vacateFast where job.status == .running, .suspend where job.status == .running,
            .resume where job.status == .suspended, .clearDirtyAttributes:
            #expect(outcome == .success)
        default:
            #expect(outcome != .success, "\(action) of \(job)")
        }
    }

    private func start(_ harness: QueueHarness, _ model: inout Model, _ random: inout SeededGenerator) async throws {
        guard let wanted = harness.queue.demand.randomElement(using: &random) else { return }
        guard let job = harness.queue.runnable(of: wanted.submitter, limit: 3).randomElement(using: &random) else { return }
        #expect(model.jobs[job.id]?.status == .idle)
        #expect(try await harness.queue.apply(.started(QueueHarness.start), to: job.id) == .proceed)
        #expect(try await harness.queue.apply(.started(QueueHarness.start), to: job.id) == .unknownJob)
        model.jobs[job.id]?.status = .running
        model.jobs[job.id]?.isActive = true
    }

    private func finish(_ harness: QueueHarness, _ model: inout Model, _ random: inout SeededGenerator) async throws {
        let running = model.jobs.filter(\.value.isActive).keys.sorted()
        guard let id = running.randomElement(using: &random), let job = model.jobs[id] else { return }
        let transition: JobTransition
        switch random.below(6) {
        case 0: transition = .exited(JobExit(ending: .code(random.below(3)), usage: JobUsage(), startedAt: harness.now, endedAt: harness.now))
        case 1: transition = .stopped(JobStop(usage: JobUsage()))
        case 2: transition = .failed(JobFailure(reason: "x", code: .failedToCreateProcess, subCode: 2, usage: JobUsage()))
        case 3: transition = .suspended(processes: 1)
        case 4: transition = .resumed
        default: transition = .usage(JobUsage(userCPU: 1, systemCPU: 1, imageSizeKB: Int64(random.below(10_000))))
        }
        let next = try await harness.queue.apply(transition, to: id)
        switch transition {
        case .suspended:
            if job.status == .running { model.jobs[id]?.status = .suspended }
        case .resumed:
            if job.status == .suspended { model.jobs[id]?.status = .running }
        case .usage: break
        default:
            model.jobs[id]?.isActive = false
            switch (job.status, transition) {
            case (.removed, _):
                #expect(next == .forget)
                model.leave(id)
            case (.held, _): break
            // Released while its run was still being stopped: it is idle again.
            case (.idle, .exited), (_, .exited):
                #expect(next == .forget)
                model.leave(id)
            case (_, .failed):
                model.jobs[id]?.status = .held
                model.jobs[id]?.isHeldByUser = false
            default: model.jobs[id]?.status = .idle
            }
        }
    }

    // MARK: Comparison

    private func check(_ harness: QueueHarness, _ model: Model, _ random: inout SeededGenerator, _ place: String) throws {
        let queue = harness.queue
        let jobs = Array(queue.scan())
        #expect(jobs.map(\.id) == model.jobs.keys.sorted(), "\(place)")
        var counts = JobCounts()
        for job in jobs {
            counts.add(job)
            let expected = model.jobs[job.id]
            #expect(job.status == expected?.status, "\(place), job \(job.id)")
            #expect(job.owner == expected?.owner, "\(place), job \(job.id)")
            #expect(job.integer("JobPrio") == Int64(expected?.priority ?? -1), "\(place), job \(job.id)")
            #expect(job.contains("RemoteHost") == expected?.isActive, "\(place), job \(job.id)")
        }
        #expect(queue.counts == counts, "\(place)")
        #expect(queue.activeJobs.map(\.id) == model.jobs.filter(\.value.isActive).keys.sorted(), "\(place)")
        for demand in queue.demand {
            let owner = demand.submitter.prefix { $0 != "@" }
            let idle = model.jobs.filter { $0.value.owner == owner && $0.value.status == .idle && !$0.value.isActive }
            #expect(demand.idle == idle.count, "\(place)")
            let order = idle.sorted { ($1.value.priority, $0.key) < ($0.value.priority, $1.key) }.map(\.key)
            #expect(queue.runnable(of: demand.submitter, limit: 1000).map(\.id) == order, "\(place)")
        }
        for _ in 0..<3 {
            let constraint = Self.constraint(&random, depth: 2)
            let found = queue.scan(constraint).map(\.id)
            let expected = jobs.filter { $0.satisfies(constraint) }.map(\.id)
            #expect(found == expected, "\(place): \(constraint)")
        }
    }

    /// A condition of the kinds an index is used for, and others.
    private static func constraint(_ random: inout SeededGenerator, depth: Int) -> ExprTree {
        if depth > 0, random.below(3) > 0 {
            let left = constraint(&random, depth: depth - 1)
            let right = constraint(&random, depth: depth - 1)
            return random.below(2) == 0 ? .conjunction([left, right]) : .disjunction([left, right])
        }
        let number = ExprTree.integer(random.below(8))
        let op = random.pick([Operator.equal, .lessThan, .lessOrEqual, .greaterThan, .greaterOrEqual, .identical, .notEqual])
        let clause: ExprTree
        switch random.below(8) {
        case 0, 1: clause = .binary(op, .attribute("ClusterId"), number)
        case 2: clause = .binary(op, number, .attribute("clusterid"))
        case 3: clause = .binary(op, .attribute("ProcId"), number)
        case 4: clause = .binary(random.pick([.equal, .identical]), .attribute("Owner"), .string(random.pick(["alice", "ALICE", "bob", "nobody"])))
        case 5: clause = .binary(op, .attribute("JobStatus"), number)
        case 6: clause = .binary(.equal, .attribute("User"), .string(random.pick(["alice@pool.test", "bob@pool.test"])))
        default: clause = .binary(op, .attribute("JobPrio"), number)
        }
        return random.below(4) == 0 ? .parenthesized(clause) : clause
    }
}
