import ClassAd
import CondorModel
import CondorProtocol
import Testing

@testable import MiniCondor

@Suite struct JobQueueTests {
    @Test func aSubmissionIsInTheQueueAfterTheCommitOnly() async throws {
        let harness = try QueueHarness()
        var transaction = harness.queue.begin(QueueHarness.alice)
        let cluster = try transaction.newCluster()
        #expect(cluster == 1)
        #expect(try transaction.newProc(cluster: cluster) == 0)
        #expect(try transaction.newProc(cluster: cluster) == 1)
        try transaction.setAttribute(.cluster(1), name: "Owner", value: "undefined")
        try transaction.setAttribute(.cluster(1), name: "Cmd", value: "\"/bin/true\"")
        try transaction.setAttribute(QueueKey(cluster: 1, proc: 1), name: "Args", value: "\"b\"")
        #expect(harness.queue.counts.jobs == 0)
        #expect(harness.job("1.0") == nil)
        _ = try await transaction.commit()
        #expect(harness.queue.counts.jobs == 2)
        #expect(harness.queue.counts.idle == 2)
        let job = try #require(harness.job("1.1"))
        #expect(job.string("Owner") == "alice")
        #expect(job.string("User") == "alice@pool.test")
        #expect(job.string("Cmd") == "/bin/true")
        #expect(job.string("Args") == "b")
        #expect(job.integer("TotalSubmitProcs") == 2)
        #expect(job.string("GlobalJobId") == "mini@pool.test#1.1#1800000000")
        #expect(job.integer("ClusterId") == 1)
        #expect(job.integer("ProcId") == 1)
        #expect(harness.eventNumbers == [0, 0])
        await harness.remove()
    }

    @Test func whatWasAcknowledgedIsThereAfterAReopening() async throws {
        var harness = try QueueHarness()
        try await harness.submit(3)
        try await harness.submit(1, as: QueueHarness.bob)
        _ = try await harness.queue.act(.remove, .jobs([try #require(JobID("1.1"))]), reason: "no more", by: QueueHarness.alice)
        let before = harness.queue.scan().map { $0.wireAd().names.count }
        harness = try await harness.reopened()
        #expect(harness.queue.scan().map { $0.wireAd().names.count } == before)
        #expect(try harness.ids("true") == ["1.0", "1.2", "2.0"])
        #expect(harness.queue.counts.idle == 3)
        #expect(harness.queue.counts(ofOwner: "alice").jobs == 2)
        let record = try #require(try harness.history().first)
        #expect(record.id == JobID("1.1"))
        #expect(record.integer("JobStatus") == 3)
        #expect(record.string("RemoveReason") == "no more (by user alice)")
        #expect(try await harness.submit() == 3)
        await harness.remove()
    }

    @Test func aJobRunsAndLeavesForTheHistory() async throws {
        let harness = try QueueHarness()
        try await harness.submit()
        #expect(harness.queue.demand == [SubmitterDemand(submitter: "alice@pool.test", idle: 1, active: 0)])
        try await harness.run("1.0")
        #expect(harness.queue.demand == [SubmitterDemand(submitter: "alice@pool.test", idle: 0, active: 1)])
        #expect(harness.queue.counts.running == 1)
        harness.advance(5)
        #expect(try await harness.exit("1.0", 3) == .forget)
        #expect(harness.queue.counts.jobs == 0)
        let record = try #require(try harness.history().first)
        #expect(record.integer("ExitCode") == 3)
        #expect(record.integer("JobStatus") == 4)
        #expect(record.integer("CompletionDate") == harness.now)
        #expect(record.real("RemoteWallClockTime") == 5)
        #expect(record.string("LastRemoteHost") == "slot1_1@node")
        #expect(!record.contains("RemoteHost"))
        #expect(harness.eventNumbers == [0, 1, 5])
        await harness.remove()
    }
}
