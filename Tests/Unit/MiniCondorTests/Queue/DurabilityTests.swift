import ClassAd
import CondorModel
import CondorProtocol
import Foundation
import SeededGeneration
import Synchronization
import Testing

@testable import MiniCondor

/// What was acknowledged.
private final class Ledger: Sendable {
    private struct State {
        var clusters: [Int: Int] = [:]
        var isDone = false
    }

    private let state = Mutex(State())
    /// Clusters, and the number of jobs of each.
    var clusters: [Int: Int] { state.withLock { $0.clusters } }
    var isDone: Bool { state.withLock { $0.isDone } }

    func note(_ cluster: Int, _ jobs: Int) { state.withLock { $0.clusters[cluster] = jobs } }
    func close() { state.withLock { $0.isDone = true } }
}

/// What is on the disk while the queue is being changed: what a process finds that starts after this one was killed.
@Suite struct DurabilityTests {
    /// The state as another process would read it now.
    private func stored(_ harness: QueueHarness) throws -> QueueState {
        try QueueDatabase(harness.directory + "/jobs.sqlite").load()
    }

    @Test func acknowledgedTransactionsAreOnTheDiskAndWhole() async throws {
        let harness = try QueueHarness()
        let ledger = Ledger()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(client) + 100)
                    for _ in 0..<12 {
                        let count = 1 + random.below(5)
                        let cluster = try await harness.submit(count, procs: ["Mark": "0"])
                        ledger.note(cluster, count)
                        // An edit of all jobs of the cluster at once.
                        var transaction = harness.queue.begin(QueueHarness.alice)
                        _ = try transaction.setAttribute(byConstraint: "ClusterId == \(cluster)", name: "Mark", value: "1", flags: .onlyMyJobs)
                        _ = try await transaction.commit()
                    }
                }
            }
            group.addTask {
                while !ledger.isDone {
                    let expected = ledger.clusters
                    let state = try stored(harness)
                    for (cluster, count) in expected { #expect(state.cluster(cluster)?.liveJobs == count) }
                    for record in state.clusters {
                        let marks = Set(record.jobs.map { $0.ad.integer("Mark") })
                        #expect(marks.count == 1, "cluster \(record.id) is half edited")
                        #expect(record.ad.integer("TotalSubmitProcs") == Int64(record.liveJobs), "cluster \(record.id) is not whole")
                        #expect(state.nextCluster > record.id)
                    }
                    await Task.yield()
                }
            }
            for _ in 0..<8 { try await group.next() }
            ledger.close()
            try await group.waitForAll()
        }
        let state = try stored(harness)
        #expect(state.counts == harness.queue.counts)
        #expect(state.counts.jobs == ledger.clusters.values.reduce(0, +))
        await harness.remove()
    }

    @Test func aJobIsInTheQueueOrInTheHistoryButNotInBoth() async throws {
        let harness = try QueueHarness()
        try await harness.submit(20)
        for proc in 0..<20 {
            _ = try await harness.queue.act(.remove, .jobs([try #require(JobID(cluster: 1, proc: proc))]), by: QueueHarness.alice)
            let state = try stored(harness)
            #expect((state.cluster(1)?.liveJobs ?? 0) + (try harness.history().count) == 20)
        }
        await harness.remove()
    }

    @Test func clusterNumbersAreNotUsedAgain() async throws {
        var harness = try QueueHarness()
        #expect(try await harness.submit() == 1)
        _ = try await harness.queue.act(.remove, .jobs([try #require(JobID("1.0"))]), by: QueueHarness.alice)
        harness = try await harness.reopened()
        #expect(try await harness.submit() == 2)
        await harness.remove()
    }

    @Test func aRunningJobIsKnownAfterTheReopening() async throws {
        var harness = try QueueHarness()
        try await harness.submit(2)
        try await harness.run("1.0")
        try await harness.run("1.1")
        harness = try await harness.reopened()
        #expect(harness.queue.activeJobs.map(\.id.description) == ["1.0", "1.1"])
        #expect(harness.queue.demand == [SubmitterDemand(submitter: "alice@pool.test", idle: 0, active: 2)])
        let (first, second) = (try #require(JobID("1.0")), try #require(JobID("1.1")))
        #expect(try await harness.queue.apply(.foundAgain, to: first) == .proceed)
        #expect(try await harness.queue.apply(.lost(reason: "the scheduler was restarted"), to: second) == .releaseSlot)
        #expect(try harness.ids("JobStatus == 1") == ["1.1"])
        #expect(try harness.ids("JobStatus == 2") == ["1.0"])
        await harness.remove()
    }

    /// What is changed in parts, so that readers get at the queue in between, is in the database as a whole or not at all.
    @Test func aGroupOfChangesIsDurableAsAWhole() async throws {
        let harness = try QueueHarness()
        try await harness.submit(3)
        let queue = harness.queue
        func prioritised() throws -> Int {
            try QueueDatabase(harness.directory + "/jobs.sqlite").load().clusters.reduce(0) { sum, cluster in
                sum + cluster.jobs.count { $0.priority == 7 }
            }
        }
        queue.writer.openGroup()
        var tickets: [QueueTicket] = []
        for id in queue.scan().map(\.id) {
            tickets.append(try queue.changing { edit throws(QueueError) in edit.update(id) { $0.set("JobPrio", 7) } }.ticket)
        }
        #expect(queue.scan().allSatisfy { $0.integer("JobPrio") == 7 })
        #expect(try prioritised() == 0)
        queue.writer.closeGroup()
        for ticket in tickets { try await ticket.wait() }
        #expect(try prioritised() == 3)
        await harness.remove()
    }

    @Test func manyJobsAreHeldAtOnce() async throws {
        var harness = try QueueHarness()
        try await harness.submit(1_203)
        let outcomes = try await harness.queue.act(.hold, .constraint(.boolean(true)), reason: "all", by: QueueHarness.alice)
        #expect(outcomes.count { $0.outcome == .success } == 1_203)
        harness = try await harness.reopened()
        #expect(harness.queue.counts.held == 1_203)
        await harness.remove()
    }

    @Test func aClosedQueueRefusesChanges() async throws {
        let harness = try QueueHarness()
        try await harness.submit()
        await harness.queue.close()
        await #expect(throws: QueueError.self) { try await harness.submit() }
        await harness.remove()
    }
}
