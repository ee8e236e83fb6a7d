import ClassAd
import CondorModel
import CondorProtocol
import Testing

@testable import MiniCondor

@Suite struct TransactionTests {
    private func error(_ body: () throws -> Void) -> QueueError? {
        do {
            try body()
            return nil
        } catch {
            return error as? QueueError
        }
    }

    @Test func attributesOfOthersJobsAndFixedOnesAreRefused() async throws {
        let harness = try QueueHarness()
        try await harness.submit()
        let key = QueueKey(cluster: 1, proc: 0)
        var bob = harness.queue.begin(QueueHarness.bob)
        #expect(
            error { try bob.setAttribute(key, name: "JobPrio", value: "5") }
                == QueueError(13, "User bob@pool.test may not change attributes for jobs they do not own (job 1.0)"))
        var alice = harness.queue.begin(QueueHarness.alice)
        #expect(
            error { try alice.setAttribute(key, name: "owner", value: "\"bob\"") }
                == QueueError(13, "Attempt to edit immutable attribute owner in job 1.0"))
        #expect(
            error { try alice.setAttribute(QueueKey(cluster: 99, proc: 0), name: "Foo", value: "1") }
                == QueueError(2, "Modifying attribute Foo in nonexistent job 99.0"))
        #expect(error { try alice.setAttribute(key, name: "a b", value: "1") }?.errno == 22)
        #expect(error { try alice.setAttribute(key, name: "A", value: "1\nB = 2") }?.errno == 22)
        #expect(error { try alice.setAttribute(key, name: "JobStatus", value: "2") }?.errno == 13)
        #expect(error { try alice.setAttribute(key, name: "TotalSubmitProcs", value: "77") } == nil)
        try alice.setAttribute(key, name: "JobPrio", value: "7")
        try alice.setAttribute(key, name: "Bad", value: "x y z")
        _ = try await alice.commit()
        #expect(harness.text("JobPrio", of: "1.0") == "7")
        #expect(harness.text("Bad", of: "1.0") == "undefined")
        #expect(harness.text("TotalSubmitProcs", of: "1.0") == "1")
        var admin = harness.queue.begin(QueueHarness.admin)
        try admin.setAttribute(key, name: "JobPrio", value: "9")
        _ = try await admin.commit()
        #expect(harness.text("JobPrio", of: "1.0") == "9")
        await harness.remove()
    }

    @Test func anUnacknowledgedFailureSpoilsTheCommit() async throws {
        let harness = try QueueHarness()
        try await harness.submit()
        var alice = harness.queue.begin(QueueHarness.alice)
        try alice.setAttribute(.cluster(1), name: "Owner", value: "\"bob\"", flags: .noAck)
        try alice.setAttribute(.cluster(1), name: "Foo", value: "1", flags: .noAck)
        await #expect {
            _ = try await alice.commit()
        } throws: { error in
            guard let error = error as? QueueError else { return false }
            return error.isDeferred && error.errno == 13 && error.reason == "Attempt to edit immutable attribute Owner in job 1.-1"
        }
        #expect(harness.text("Foo", of: "1.0") == nil)
        try alice.setAttribute(.cluster(1), name: "Foo", value: "2", flags: .noAck)
        _ = try await alice.commit()
        #expect(harness.text("Foo", of: "1.0") == "2")
        await harness.remove()
    }

    @Test func editsByConstraintCount() async throws {
        let harness = try QueueHarness()
        try await harness.submit(3)
        try await harness.submit(2, as: QueueHarness.bob)
        var alice = harness.queue.begin(QueueHarness.alice)
        #expect(try alice.setAttribute(byConstraint: "true", name: "X", value: "1", flags: .onlyMyJobs) == 3)
        #expect(try alice.setAttribute(byConstraint: "ProcId == 1", name: "Y", value: "ProcId + 1", flags: .onlyMyJobs) == 1)
        #expect(error { _ = try alice.setAttribute(byConstraint: "true", name: "X", value: "1") }?.errno == 13)
        #expect(error { _ = try alice.setAttribute(byConstraint: "ProcId == 77", name: "X", value: "1") }?.errno == 2)
        #expect(error { _ = try alice.setAttribute(byConstraint: "a b", name: "X", value: "1") }?.errno == 22)
        _ = try await alice.commit()
        #expect(try harness.ids("X == 1") == ["1.0", "1.1", "1.2"])
        #expect(try harness.ids("Y == 2") == ["1.1"])
        await harness.remove()
    }

    @Test func aTransactionSeesWhatItSet() async throws {
        let harness = try QueueHarness()
        try await harness.submit(cluster: ["Foo": "\"a\""])
        var alice = harness.queue.begin(QueueHarness.alice)
        let key = QueueKey(cluster: 1, proc: 0)
        #expect(try alice.attribute(key, "Foo").wireText == "\"a\"")
        try alice.setAttribute(key, name: "Foo", value: "\"b\"")
        #expect(try alice.attribute(key, "Foo").wireText == "\"b\"")
        #expect(try alice.ad(key).string("Foo") == "b")
        try alice.deleteAttribute(key, name: "Foo")
        #expect(try alice.attribute(key, "Foo").wireText == "\"a\"")
        #expect(error { _ = try alice.attribute(key, "Nothing") }?.errno == 22)
        #expect(error { _ = try alice.attribute(QueueKey(cluster: 5, proc: 0), "Foo") }?.errno == 2)
        #expect(error { _ = try alice.attribute(key, "ClaimId") }?.errno == 13)
        alice.abort()
        _ = try await alice.commit()
        #expect(harness.text("Foo", of: "1.0") == "\"a\"")
        await harness.remove()
    }

    @Test func theOwnerIsWhoIsConnected() async throws {
        let harness = try QueueHarness()
        var alice = harness.queue.begin(QueueHarness.alice)
        let cluster = try alice.newCluster()
        #expect(error { try alice.setAttribute(.cluster(cluster), name: "Owner", value: "\"bob\"") }?.errno == 13)
        #expect(error { try alice.setAttribute(.cluster(cluster), name: "Owner", value: "\"root\"") }?.errno == 13)
        #expect(error { try alice.setAttribute(.cluster(cluster), name: "Owner", value: "alice") }?.errno == 13)
        #expect(error { try alice.setEffectiveOwner("bob") }?.errno == 13)
        try alice.setAttribute(.cluster(cluster), name: "Owner", value: "\"alice\"")
        var admin = harness.queue.begin(QueueHarness.admin)
        try admin.setEffectiveOwner("bob")
        let other = try admin.newCluster()
        _ = try admin.newProc(cluster: other)
        try admin.setAttribute(.cluster(other), name: "Owner", value: "undefined")
        _ = try await admin.commit()
        #expect(harness.job("2.0")?.user == "bob@pool.test")
        await harness.remove()
    }

    @Test func sizesAreRoundedUp() async throws {
        let harness = try QueueHarness()
        try await harness.submit(cluster: [
            "ExecutableSize": "127", "ImageSize": "5292", "NumCkpts": "0", "DiskUsage": "3", "ResidentSetSize": "27512",
        ])
        #expect(harness.text("ExecutableSize", of: "1.0") == "150")
        #expect(harness.text("ExecutableSize_RAW", of: "1.0") == "127")
        #expect(harness.text("ImageSize", of: "1.0") == "7500")
        #expect(harness.text("ResidentSetSize", of: "1.0") == "30000")
        #expect(harness.text("DiskUsage", of: "1.0") == "3")
        #expect(harness.text("NumCkpts_RAW", of: "1.0") == "0")
        await harness.remove()
    }

    @Test func limitsOfNewJobs() async throws {
        let harness = try QueueHarness {
            $0.maximumJobs = 4
            $0.maximumJobsPerOwner = 3
            $0.maximumJobsPerSubmission = 2
        }
        try await harness.submit(2)
        var alice = harness.queue.begin(QueueHarness.alice)
        let cluster = try alice.newCluster()
        _ = try alice.newProc(cluster: cluster)
        #expect(error { _ = try alice.newProc(cluster: cluster) }?.result == -3)
        #expect(error { _ = try alice.newProc(cluster: 1) } == QueueError(13, "cluster 1 is not the one being submitted"))
        var bob = harness.queue.begin(QueueHarness.bob)
        let bobs = try bob.newCluster()
        _ = try bob.newProc(cluster: bobs)
        _ = try bob.newProc(cluster: bobs)
        #expect(error { _ = try bob.newProc(cluster: bobs) }?.result == -2)
        _ = try await bob.commit()
        #expect(error { _ = try bob.newCluster() }?.result == -2)
        await harness.remove()
    }

    @Test func aSpoolingHoldMovesThePaths() async throws {
        let harness = try QueueHarness()
        try await harness.submit(
            cluster: [
                "Cmd": "\"/home/alice/job.sh\"", "TransferInput": "\"/x/y.dat,z,http://h/f\"", "Out": "\"o/out.txt\"", "HoldReasonCode": "16",
                "HoldReason": "\"Spooling input data files\"", "TransferOutputRemaps": "\"a=b;c=s3://d\"",
            ], procs: ["JobStatus": "5"])
        let job = try #require(harness.job("1.0"))
        #expect(job.string("Iwd") == harness.directory + "/spool/1/0/cluster1.proc0.subproc0")
        #expect(job.string("SUBMIT_Iwd") == "/tmp")
        #expect(job.string("Cmd") == "job.sh")
        #expect(job.string("SUBMIT_Cmd") == "/home/alice/job.sh")
        #expect(job.string("TransferInput") == "y.dat,z,http://h/f")
        #expect(job.string("SUBMIT_TransferInput") == "/x/y.dat,z,http://h/f")
        #expect(job.string("Out") == "o/out.txt")
        #expect(job.string("TransferOutputRemaps") == "c=s3://d")
        #expect(job.string("SUBMIT_TransferOutputRemaps") == "a=b")
        #expect(!job.contains("NumHolds"))
        let id = try #require(JobID("1.0"))
        try await harness.queue.beginSpooling([id], by: QueueHarness.alice)
        await #expect(throws: QueueError.permission("job 1.0 is not yours")) {
            try await harness.queue.beginSpooling([id], by: QueueHarness.bob)
        }
        try await harness.queue.finishSpooling([id])
        let ready = try #require(harness.job("1.0"))
        #expect(ready.status == .idle)
        #expect(ready.string("ReleaseReason") == "Data files spooled")
        #expect(ready.integer("LastHoldReasonCode") == 16)
        #expect(ready.integer("StageInFinish") == harness.now)
        #expect(harness.eventNumbers == [0])
        await #expect(throws: QueueError.self) { try await harness.queue.beginSpooling([id], by: QueueHarness.alice) }
        await harness.remove()
    }
}
