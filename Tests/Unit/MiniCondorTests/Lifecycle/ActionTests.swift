import ClassAd
import CondorModel
import CondorProtocol
import POSIX
import Testing

@testable import MiniCondor

@Suite struct ActionTests {
    private func outcome(_ harness: QueueHarness, _ action: JobAction, _ job: String, as requester: Requester = QueueHarness.alice) async throws
        -> JobActionOutcome?
    {
        try await harness.queue.act(action, .jobs([try #require(JobID(job))]), reason: "via test", by: requester).first?.outcome
    }

    @Test func holdReleaseAndRemoveOfAnIdleJob() async throws {
        let harness = try QueueHarness()
        try await harness.submit()
        #expect(try await outcome(harness, .release, "1.0") == .badStatus)
        #expect(try await outcome(harness, .hold, "1.0", as: QueueHarness.bob) == .permissionDenied)
        #expect(try await outcome(harness, .hold, "9.0") == .notFound)
        harness.advance(10)
        #expect(try await outcome(harness, .hold, "1.0") == .success)
        var job = try #require(harness.job("1.0"))
        #expect(job.status == .held)
        #expect(job.string("HoldReason") == "via test (by user alice)")
        #expect(job.integer("HoldReasonCode") == 1)
        #expect(job.integer("HoldReasonSubCode") == 0)
        #expect(job.integer("NumHolds") == 1)
        #expect(harness.text("NumHoldsByReason", of: "1.0") == "[ UserRequest = 1 ]")
        #expect(job.integer("LastJobStatus") == 1)
        #expect(job.integer("EnteredCurrentStatus") == harness.now)
        #expect(try await outcome(harness, .hold, "1.0") == .alreadyDone)
        #expect(try await outcome(harness, .suspend, "1.0") == .badStatus)
        #expect(try await outcome(harness, .removeForced, "1.0") == .badStatus)
        #expect(try await outcome(harness, .release, "1.0") == .success)
        job = try #require(harness.job("1.0"))
        #expect(job.status == .idle)
        #expect(!job.contains("HoldReason"))
        #expect(job.string("LastHoldReason") == "via test (by user alice)")
        #expect(job.string("ReleaseReason") == "via test (by user alice)")
        #expect(try await outcome(harness, .remove, "1.0") == .success)
        #expect(harness.job("1.0") == nil)
        #expect(harness.queue.clusterAd(1) == nil)
        let record = try #require(try harness.history().first)
        #expect(record.string("RemoveReason") == "via test (by user alice)")
        #expect(record.integer("JobAbortEventLogged") == 1)
        #expect(harness.eventNumbers == [0, 12, 13, 9])
        await harness.remove()
    }

    @Test func aConstraintLeavesOutWhatDoesNotSuit() async throws {
        let harness = try QueueHarness()
        try await harness.submit(3)
        try await harness.submit(1, as: QueueHarness.bob)
        _ = try await outcome(harness, .hold, "1.1")
        let all = try ExprTree.parse("true", syntax: .old)
        let released = try await harness.queue.act(.release, .constraint(all), by: QueueHarness.alice)
        #expect(released.map(\.job.description) == ["1.1"])
        let held = try await harness.queue.act(.hold, .constraint(all), by: QueueHarness.alice)
        #expect(held.map(\.outcome) == [.success, .success, .success, .permissionDenied])
        #expect(harness.queue.counts == JobCounts(jobs: 4, idle: 1, held: 3))
        await harness.remove()
    }

    @Test func aRunningJobIsStoppedFirst() async throws {
        let harness = try QueueHarness()
        try await harness.submit(3)
        for job in ["1.0", "1.1", "1.2"] { try await harness.run(job) }
        harness.advance(13)
        var requests = harness.queue.runRequests.makeAsyncIterator()
        #expect(try await outcome(harness, .hold, "1.0") == .success)
        let first = try #require(JobID("1.0"))
        #expect(await requests.next() == RunRequest(job: first, kind: .stop(.hold, isFast: false)))
        #expect(harness.job("1.0")?.status == .held)
        #expect(harness.text("RemoteHost", of: "1.0") == "\"slot1_1@node\"")
        #expect(
            try await harness.queue.apply(.stopped(JobStop(usage: JobUsage(), ending: .signal(15, dumpedCore: false))), to: first) == .releaseSlot)
        var job = try #require(harness.job("1.0"))
        #expect(job.status == .held)
        #expect(!job.contains("RemoteHost"))
        #expect(job.string("VacateReason") == "via test (by user alice)")
        #expect(job.integer("VacateReasonCode") == 1)
        #expect(job.string("ExitReason") == "died on signal 15 (Terminated)")
        #expect(job.real("CumulativeSlotTime") == 13)
        #expect(job.integer("ActivationDuration") == 13)
        #expect(job.integer("CurrentHosts") == 0)
        #expect(harness.text("NumVacatesByReason", of: "1.0") == "[ UserRequest = 1 ]")

        #expect(try await outcome(harness, .remove, "1.1") == .success)
        let second = try #require(JobID("1.1"))
        #expect(await requests.next() == RunRequest(job: second, kind: .stop(.remove, isFast: false)))
        #expect(harness.job("1.1")?.status == .removed)
        #expect(try await outcome(harness, .remove, "1.1") == .alreadyDone)
        #expect(try await outcome(harness, .hold, "1.1") == .permissionDenied)
        #expect(try await harness.queue.apply(.stopped(JobStop(usage: JobUsage())), to: second) == .forget)
        #expect(harness.job("1.1") == nil)

        #expect(try await outcome(harness, .vacateFast, "1.2") == .success)
        let third = try #require(JobID("1.2"))
        #expect(await requests.next() == RunRequest(job: third, kind: .stop(.vacate, isFast: true)))
        #expect(harness.job("1.2")?.status == .running)
        #expect(try await harness.queue.apply(.stopped(JobStop(usage: JobUsage())), to: third) == .releaseSlot)
        job = try #require(harness.job("1.2"))
        #expect(job.status == .idle)
        #expect(job.string("VacateReason") == "Job vacated by schedd")
        #expect(job.integer("VacateReasonCode") == 1022)
        #expect(harness.eventNumbers == [0, 0, 0, 1, 1, 1, 4, 12, 4, 9, 4])
        #expect(harness.queue.demand == [SubmitterDemand(submitter: "alice@pool.test", idle: 1, active: 0)])
        await harness.remove()
    }

    @Test func suspensionAndContinuation() async throws {
        let harness = try QueueHarness()
        try await harness.submit()
        try await harness.run("1.0")
        let id = try #require(JobID("1.0"))
        var requests = harness.queue.runRequests.makeAsyncIterator()
        let began = harness.now
        harness.advance(4)
        #expect(try await outcome(harness, .suspend, "1.0") == .success)
        #expect(await requests.next() == RunRequest(job: id, kind: .suspend))
        _ = try await harness.queue.apply(.suspended(processes: 2), to: id)
        #expect(harness.job("1.0")?.status == .suspended)
        #expect(harness.job("1.0")?.integer("EnteredCurrentStatus") == began)
        #expect(harness.queue.counts.suspended == 1)
        harness.advance(6)
        #expect(try await outcome(harness, .resume, "1.0") == .success)
        #expect(await requests.next() == RunRequest(job: id, kind: .resume))
        _ = try await harness.queue.apply(.resumed, to: id)
        #expect(harness.job("1.0")?.status == .running)
        #expect(harness.job("1.0")?.integer("CumulativeSuspensionTime") == 6)
        #expect(harness.job("1.0")?.integer("TotalSuspensions") == 1)
        await harness.remove()
    }

    @Test func absurdNumbersInAnAdAreHarmless() async throws {
        let harness = try QueueHarness()
        let names = [
            "NumHolds", "JobRunCount", "NumShadowStarts", "NumJobMatches", "NumJobStarts", "NumJobCompletions", "CommittedTime", "NumVacates",
            "TotalSuspensions", "CumulativeSuspensionTime", "NumInputTransferStarts", "NumOutputTransferStarts", "ImageSize", "JobPrio",
        ]
        for extreme in ["9223372036854775807", "-9223372036854775807", "1e300"] {
            let ad = Dictionary(uniqueKeysWithValues: names.map { ($0, extreme) })
            let cluster = try await harness.submit(cluster: ad)
            let id = try #require(JobID(cluster: cluster, proc: 0))
            try await harness.run(id.description)
            var alice = harness.queue.begin(QueueHarness.alice)
            for name in ["ShadowBday", "LastSuspensionTime", "JobCurrentStartExecutingDate", "QDate", "AllowedJobDuration"] {
                try alice.setAttribute(QueueKey(id), name: name, value: extreme)
            }
            try alice.setAttribute(QueueKey(id), name: "NumHoldsByReason", value: "[ UserRequest = \(extreme) ]")
            _ = try await alice.commit()
            _ = try await harness.queue.apply(.suspended(processes: 1), to: id)
            _ = try await harness.queue.apply(.resumed, to: id)
            await harness.queue.evaluatePolicies()
            _ = try await outcome(harness, .hold, id.description)
            _ = try await harness.queue.apply(.stopped(JobStop(usage: JobUsage())), to: id)
            #expect(harness.job(id.description)?.status == .held)
            _ = try await outcome(harness, .release, id.description)
            try await harness.run(id.description)
            #expect(try await harness.exit(id.description) == .forget)
        }
        await harness.remove()
    }

    @Test func removedJobsThatStayGoByForce() async throws {
        let harness = try QueueHarness()
        try await harness.submit(cluster: ["LeaveJobInQueue": "true"])
        #expect(try await outcome(harness, .remove, "1.0") == .success)
        #expect(harness.job("1.0")?.status == .removed)
        await harness.queue.evaluatePolicies()
        #expect(harness.job("1.0")?.status == .removed)
        #expect(try await outcome(harness, .removeForced, "1.0") == .success)
        #expect(harness.job("1.0") == nil)
        await harness.remove()
    }
}
