import ClassAd
import CondorModel
import CondorProtocol
import Testing

@testable import MiniCondor

@Suite struct MaterializationTests {
    /// What condor_submit 25.14.1 sent for a description with `max_materialize = 2` and `queue 2 x,y,f from (…)`.
    private func submit(_ harness: QueueHarness, limit: Int = 2) async throws -> Int {
        var transaction = harness.queue.begin(QueueHarness.alice)
        let cluster = try transaction.newCluster()
        let (file, rows) = try transaction.setItems(
            of: cluster, Array("a\u{1F}1\u{1F}/etc/passwd\nb\u{1F}2\u{1F}/etc/group\nc\u{1F}3\u{1F}/etc/hosts\n".utf8))
        #expect(rows == 3)
        try transaction.setFactory(
            of: cluster, limit: limit,
            digest: """
                FACTORY.Requirements=MY.Requirements
                arguments="-c 'echo $(x) $(Process); sleep $(y)'"
                environment="A=$(x) B=2"
                FACTORY.Iwd=/home/carol
                max_materialize=\(limit)
                My.Row=$(Row)
                output=o.$(Process)
                transfer_input_files=$(f)

                Queue 2 x,y,f from \(file)

                """)
        for (name, value) in [
            ("Owner", "undefined"), ("Cmd", "\"/bin/sh\""), ("Iwd", "\"/home/carol\""), ("Arguments", "\"-c echo' 'a' '0;' 'sleep' '1\""),
            ("Environment", "\"A=a B=2\""), ("Out", "\"o.0\""), ("Row", "0"), ("RequestMemory", "20"), ("TransferInput", "\"/etc/passwd\""),
            ("Requirements", "TARGET.Memory >= RequestMemory"), ("JobUniverse", "5"), ("QDate", "1795250131"),
        ] {
            try transaction.setAttribute(.cluster(cluster), name: name, value: value, flags: .noAck)
        }
        _ = try await transaction.commit()
        return cluster
    }

    @Test func jobsAreMadeWhenThereIsRoom() async throws {
        let harness = try QueueHarness()
        let cluster = try await submit(harness)
        #expect(harness.queue.clusterAd(cluster)?.string("JobMaterializePauseReason") == nil)
        #expect(try harness.ids("true") == ["1.0", "1.1"])
        #expect(harness.queue.clusterAd(cluster)?.integer("TotalSubmitProcs") == 6)
        #expect(harness.queue.clusterAd(cluster)?.integer("JobMaterializeNextProcId") == 2)
        #expect(harness.text("Arguments", of: "1.1") == "\"-c echo' 'a' '1;' 'sleep' '1\"")
        #expect(harness.text("Out", of: "1.1") == "\"o.1\"")
        #expect(harness.text("RequestMemory", of: "1.1") == "20")
        #expect(harness.text("Cmd", of: "1.1") == "\"/bin/sh\"")
        #expect(harness.text("Iwd", of: "1.1") == "\"/home/carol\"")
        #expect(Set(try #require(harness.job("1.1")).proc.names) == ["ProcId", "Arguments", "Out", "JobStatus", "GlobalJobId", "JobMaterializeDate"])
        _ = try await harness.queue.act(.remove, .jobs([try #require(JobID("1.0"))]), by: QueueHarness.alice)
        #expect(try harness.ids("true") == ["1.1", "1.2"])
        #expect(harness.text("TransferInput", of: "1.2") == "\"/etc/group\"")
        #expect(harness.text("Environment", of: "1.2") == "\"A=b B=2\"")
        #expect(harness.text("Row", of: "1.2") == "1")
        // An edit of the cluster holds for later jobs too.
        var alice = harness.queue.begin(QueueHarness.alice)
        try alice.setAttribute(.cluster(1), name: "Environment", value: "\"C=3\"")
        _ = try await alice.commit()
        _ = try await harness.queue.act(.remove, .jobs([try #require(JobID("1.1"))]), by: QueueHarness.alice)
        #expect(harness.text("Environment", of: "1.3") == "\"C=3\"")
        #expect(harness.queue.factoryClusters.first?.ad.integer("JobsIdle") == 2)
        #expect(harness.queue.factoryClusters.first?.ad.integer("JobFactoryItemCount") == 3)
        await harness.remove()
    }

    @Test func aFactoryGoesOnAfterAReopeningAndEnds() async throws {
        var harness = try QueueHarness()
        try await _ = submit(harness)
        harness = try await harness.reopened()
        _ = try await harness.queue.act(.remove, .jobs([try #require(JobID("1.0")), try #require(JobID("1.1"))]), by: QueueHarness.alice)
        #expect(try harness.ids("true") == ["1.2", "1.3"])
        #expect(harness.text("Arguments", of: "1.3") == "\"-c echo' 'b' '3;' 'sleep' '2\"")
        _ = try await harness.queue.act(.remove, .jobs([try #require(JobID("1.2")), try #require(JobID("1.3"))]), by: QueueHarness.alice)
        #expect(try harness.ids("true") == ["1.4", "1.5"])
        #expect(harness.queue.clusterAd(1)?.integer("JobMaterializeNextRow") == -1)
        _ = try await harness.queue.act(.remove, .jobs([try #require(JobID("1.4")), try #require(JobID("1.5"))]), by: QueueHarness.alice)
        #expect(harness.queue.clusterAd(1) == nil)
        #expect(harness.eventNumbers.last == 36)
        #expect(harness.queue.factoryClusters.isEmpty)
        await harness.remove()
    }

    @Test func holdingAndRemovingTheCluster() async throws {
        let harness = try QueueHarness()
        try await _ = submit(harness)
        let constraint = try ExprTree.parse("ClusterId == 1", syntax: .old)
        let outcomes = harness.queue.prepare(.hold, .constraint(constraint), reason: "stop", by: QueueHarness.alice)
        #expect(outcomes.clusters.map(\.outcome) == [.success])
        try await harness.queue.commit(outcomes)
        #expect(harness.queue.clusterAd(1)?.integer("JobMaterializePaused") == 1)
        #expect(try harness.ids("JobStatus == 5") == ["1.0", "1.1"])
        _ = try await harness.queue.act(.remove, .jobs([try #require(JobID("1.0"))]), by: QueueHarness.alice)
        #expect(try harness.ids("true") == ["1.1"])
        _ = try await harness.queue.act(.release, .constraint(constraint), by: QueueHarness.alice)
        #expect(try harness.ids("JobStatus == 1") == ["1.1", "1.2"])
        _ = try await harness.queue.act(.remove, .constraint(constraint), by: QueueHarness.alice)
        #expect(harness.queue.clusterAd(1) == nil)
        await harness.remove()
    }

    @Test func aLimitOnIdleJobs() async throws {
        let harness = try QueueHarness()
        let cluster = try await submit(harness, limit: 5)
        #expect(harness.queue.counts.jobs == 5)
        var alice = harness.queue.begin(QueueHarness.alice)
        try alice.setAttribute(.cluster(cluster), name: "JobMaterializeMaxIdle", value: "2")
        _ = try await alice.commit()
        _ = try await harness.queue.act(.remove, .jobs([try #require(JobID("1.0"))]), by: QueueHarness.alice)
        #expect(harness.queue.counts.jobs == 4)
        for number in 1...3 { try await harness.run("1.\(number)") }
        await harness.queue.materialize()
        #expect(try harness.ids("true") == ["1.1", "1.2", "1.3", "1.4", "1.5"])
        await harness.remove()
    }
}
