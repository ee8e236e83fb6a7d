import ClassAd
import CondorModel
import CondorProtocol
import Testing

@testable import MiniCondor

@Suite struct PolicyTests {
    @Test func durationsAreWrittenAsHTCondorDoes() {
        #expect(JobPolicy.shortDuration(5) == "00:05")
        #expect(JobPolicy.shortDuration(60) == "01:00")
        #expect(JobPolicy.shortDuration(3605) == "1:00:05")
        #expect(JobPolicy.shortDuration(172_800) == "2+00:00:00")
    }

    @Test func aRunningJobIsHeldByItsPolicy() async throws {
        let harness = try QueueHarness()
        try await harness.submit(
            cluster: [
                "PeriodicHold": "(time() - EnteredCurrentStatus) > 5 && JobStatus == 2", "PeriodicHoldReason": "\"too long\"",
                "PeriodicHoldSubCode": "42", "PeriodicRelease": "NumHolds < 2 && HoldReasonSubCode == 42",
            ])
        try await harness.run("1.0")
        await harness.queue.evaluatePolicies()
        #expect(harness.job("1.0")?.status == .running)
        harness.advance(6)
        var requests = harness.queue.runRequests.makeAsyncIterator()
        await harness.queue.evaluatePolicies()
        let id = try #require(JobID("1.0"))
        #expect(await requests.next() == RunRequest(job: id, kind: .stop(.hold, isFast: false)))
        _ = try await harness.queue.apply(.stopped(JobStop(usage: JobUsage())), to: id)
        let job = try #require(harness.job("1.0"))
        #expect(job.string("HoldReason") == "too long")
        #expect(job.integer("HoldReasonCode") == 3)
        #expect(job.integer("HoldReasonSubCode") == 42)
        #expect(job.string("VacateReason") == "Claim deactivated")
        #expect(job.integer("NumSystemHolds") == nil)
        #expect(harness.eventNumbers == [0, 1, 12])
        await harness.queue.evaluatePolicies()
        #expect(harness.job("1.0")?.status == .idle)
        #expect(
            harness.job("1.0")?.string("ReleaseReason")
                == "The job attribute PeriodicRelease expression 'NumHolds < 2 && HoldReasonSubCode == 42' evaluated to TRUE")
        await harness.remove()
    }

    @Test func jobsWaitForTheirInputForTwelveHours() async throws {
        let harness = try QueueHarness()
        try await harness.submit(
            cluster: ["HoldReasonCode": "16", "HoldReason": "\"Spooling input data files\"", "JobStatus": "5"], procs: ["JobStatus": "5"])
        await harness.queue.evaluatePolicies()
        #expect(harness.job("1.0")?.contains("StageInStart") == true)
        harness.advance(12 * 3600)
        await harness.queue.evaluatePolicies()
        #expect(harness.job("1.0")?.status == .held)
        harness.advance(1)
        await harness.queue.evaluatePolicies()
        #expect(harness.job("1.0") == nil)
        #expect(try harness.history().first?.string("RemoveReason") == "Spooling is taking too long")
        await harness.remove()
    }

    @Test func aUsersHoldIsNotReleasedByPolicy() async throws {
        let harness = try QueueHarness()
        try await harness.submit(cluster: ["PeriodicRelease": "true"])
        _ = try await harness.queue.act(.hold, .jobs([try #require(JobID("1.0"))]), by: QueueHarness.alice)
        await harness.queue.evaluatePolicies()
        #expect(harness.job("1.0")?.status == .held)
        await harness.remove()
    }

    @Test func periodicRemoveAndAllowedDurations() async throws {
        let harness = try QueueHarness()
        try await harness.submit(cluster: ["PeriodicRemove": "time() - QDate > 100"])
        try await harness.submit(cluster: ["AllowedJobDuration": "60"])
        try await harness.submit(cluster: ["AllowedExecuteDuration": "10"])
        try await harness.run("2.0")
        try await harness.run("3.0")
        harness.advance(60)
        await harness.queue.evaluatePolicies()
        #expect(harness.job("2.0")?.string("HoldReason") == "The job exceeded allowed job duration of 01:00")
        #expect(harness.job("2.0")?.integer("HoldReasonCode") == 46)
        #expect(harness.job("3.0")?.string("HoldReason") == "The job exceeded allowed execute duration of 00:10")
        #expect(harness.job("3.0")?.integer("HoldReasonCode") == 47)
        harness.advance(41)
        await harness.queue.evaluatePolicies()
        #expect(harness.job("1.0") == nil)
        #expect(
            try harness.history().first?.string("RemoveReason")
                == "The job attribute PeriodicRemove expression 'time() - QDate > 100' evaluated to TRUE")
        await harness.remove()
    }

    @Test func retriesUntilItSucceedsOrThereAreNoMore() async throws {
        let harness = try QueueHarness()
        try await harness.submit(
            cluster: ["JobMaxRetries": "1", "NumJobCompletions": "0", "OnExitRemove": "NumJobCompletions > JobMaxRetries || ExitCode =?= 0"])
        try await harness.run("1.0")
        #expect(try await harness.exit("1.0", 3) == .releaseSlot)
        let text = "The job attribute OnExitRemove expression 'NumJobCompletions > JobMaxRetries || ExitCode =?= 0' evaluated to FALSE"
        #expect(harness.job("1.0")?.status == .idle)
        #expect(harness.job("1.0")?.string("RequeueReason") == text)
        try await harness.run("1.0")
        #expect(try await harness.exit("1.0", 3) == .forget)
        let record = try #require(try harness.history().first)
        #expect(record.integer("NumJobCompletions") == 2)
        #expect(record.integer("NumShadowStarts") == 2)
        #expect(harness.eventNumbers == [0, 1, 4, 1, 5])
        await harness.remove()
    }

    @Test func onExitHoldAndOnExitRemoveWithoutValue() async throws {
        let harness = try QueueHarness()
        try await harness.submit(cluster: ["OnExitHold": "ExitCode != 0"])
        try await harness.submit(cluster: ["OnExitRemove": "Nothing > 3"])
        try await harness.run("1.0")
        try await harness.run("2.0")
        #expect(try await harness.exit("1.0", 3) == .releaseSlot)
        #expect(harness.job("1.0")?.string("HoldReason") == "The job attribute OnExitHold expression 'ExitCode != 0' evaluated to TRUE")
        #expect(harness.job("1.0")?.integer("HoldReasonCode") == 3)
        #expect(harness.job("1.0")?.integer("ExitCode") == 3)
        #expect(try await harness.exit("2.0", 3) == .forget)
        #expect(harness.eventNumbers == [0, 0, 1, 1, 12, 5])
        await harness.remove()
    }

    @Test func aCompletedJobStaysAsLongAsItWants() async throws {
        let harness = try QueueHarness()
        try await harness.submit(
            cluster: ["LeaveJobInQueue": "JobStatus == 4 && (time() - CompletionDate) < 100 && (StageOutFinish ?: 0) < EnteredCurrentStatus"])
        try await harness.submit(cluster: ["LeaveJobInQueue": "JobStatus == 4 && (StageOutFinish ?: 0) < EnteredCurrentStatus"])
        try await harness.run("1.0")
        try await harness.run("2.0")
        #expect(try await harness.exit("1.0") == .releaseSlot)
        #expect(try await harness.exit("2.0") == .releaseSlot)
        harness.advance(99)
        await harness.queue.evaluatePolicies()
        #expect(harness.queue.counts == JobCounts(jobs: 2, completed: 2))
        let second = try #require(JobID("2.0"))
        try await harness.queue.beginRetrieval([second])
        try await harness.queue.finishRetrieval([second])
        #expect(harness.job("2.0") == nil)
        harness.advance(1)
        await harness.queue.evaluatePolicies()
        #expect(harness.queue.counts.jobs == 0)
        await harness.remove()
    }

    @Test func aFailureOfTheMachineHoldsTheJob() async throws {
        let harness = try QueueHarness()
        try await harness.submit()
        try await harness.run("1.0")
        let failure = JobFailure(
            reason: "Failed to execute '/x': (errno=2: 'No such file or directory')", code: .failedToCreateProcess, subCode: 2, usage: JobUsage())
        #expect(try await harness.queue.apply(.failed(failure), to: try #require(JobID("1.0"))) == .releaseSlot)
        let job = try #require(harness.job("1.0"))
        #expect(job.string("HoldReason") == "Error from slot1_1@node: Failed to execute '/x': (errno=2: 'No such file or directory')")
        #expect(job.integer("HoldReasonCode") == 6)
        #expect(job.integer("HoldReasonSubCode") == 2)
        #expect(harness.text("NumHoldsByReason", of: "1.0") == "[ FailedToCreateProcess = 1 ]")
        #expect(harness.eventNumbers == [0, 1, 21, 4, 12])
        await harness.remove()
    }
}
