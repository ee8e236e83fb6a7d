import ClassAd
import CondorClient
import CondorModel
import Testing
import Waiting

@testable import Jobs

/// The delivery of input.
@Suite struct InputServiceTests {
    private let time = SteppingTime()
    private let scheduler = ScriptedScheduler()
    private let ledger: SpoolLedger
    private let input: InputService

    private static let waiting = ["JobStatus=5", "HoldReasonCode=16"]

    init() {
        ledger = SpoolLedger(time: time)
        input = InputService(spools: ledger, time: time) { [scheduler] _ in scheduler }
    }

    private func code(_ selection: JobSelection) async throws -> JobsError.Code? {
        await failure { _ = try await input.recipients(of: selection, try Sample.caller()) }?.code
    }

    @Test func whoAwaitsInput() async throws {
        try scheduler.add("7.1", "JobStatus=5", "HoldReasonCode=16", "In=\"a\"")
        try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16")
        let idle = try scheduler.add("8.0", "JobStatus=1")
        let others = try scheduler.add("9.0", "JobStatus=5", "HoldReasonCode=16", "User=\"bob@pool.test\"")
        let found = try await input.recipients(of: .cluster(7), try Sample.caller())
        #expect(found.map(\.id.description) == ["7.0", "7.1"])
        #expect(try await code(.job(idle)) == .notAwaitingInput)
        #expect(try await code(.job(others)) == .notOwner)
        #expect(try await code(.cluster(99)) == .clusterNotFound)
        scheduler.change { $0.readFailure = CondorError(.unreachable, "gone") }
        #expect(try await code(.cluster(7)) == .commandFailed)
    }

    @Test func eachJobGetsWhatItDeclares() async throws {
        try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16", "In=\"a\"")
        try scheduler.add("7.1", "JobStatus=5", "HoldReasonCode=16", "In=\"a\"", "TransferInput=\"b\"")
        try scheduler.add("7.2", "JobStatus=5", "HoldReasonCode=16", "In=\"a\"")
        let caller = try Sample.caller()
        let jobs = try await input.recipients(of: .cluster(7), caller)
        let delivery = try await input.deliver(try await Sample.sandbox("a", "b", "other"), to: jobs, of: .cluster(7), caller)
        #expect(delivery.accepted == ["a", "b"] && delivery.ignored == ["other"] && delivery.bytes == 4 && delivery.jobs == jobs.map(\.id))
        #expect(scheduler.state.spooled.map { $0.jobs.map(\.description) } == [["7.0", "7.2"], ["7.1"]])
        #expect(scheduler.state.spooled.map(\.files) == [["a"], ["b", "a"]])
    }

    @Test func whatIsMissingIsNamedBeforeAnythingIsSent() async throws {
        let id = try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16", "In=\"a\"", "TransferInput=\"b,c\"")
        let caller = try Sample.caller()
        let jobs = try await input.recipients(of: .job(id), caller)
        let sandbox = try await Sample.sandbox("b")
        let error = await failure { _ = try await input.deliver(sandbox, to: jobs, of: .job(id), caller) }
        #expect(error?.code == .missingFiles && error?.findings.count == 2)
        #expect(error?.reason.hasPrefix("The sandbox lacks 'c', 'a', which") == true)
        #expect(scheduler.state.spooled.isEmpty && !ledger.contains(id))
    }

    @Test func aJobIsServedOnceWhileTheSchedulerDoesNotShowIt() async throws {
        let id = try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16")
        let caller = try Sample.caller()
        let jobs = try await input.recipients(of: .job(id), caller)
        _ = try await input.deliver(try await Sample.sandbox("a"), to: jobs, of: .job(id), caller)
        #expect(try await code(.job(id)) == .notAwaitingInput)
        let second = try await Sample.sandbox("a")
        #expect(await failure { _ = try await input.deliver(second, to: jobs, of: .job(id), caller) }?.code == .notAwaitingInput)
        time.advance(by: SpoolLedger.memory - .milliseconds(1))
        #expect(try await code(.job(id)) == .notAwaitingInput)
        time.advance(by: .milliseconds(1))
        #expect(try await code(.job(id)) == nil)
    }

    @Test(arguments: [("5", "the job still awaits its input"), ("3", "the scheduler removed the job; submit it again"), ("2", "the job is running")])
    func whatBecameOfTheJobIsTold(status: String, words: String) async throws {
        let id = try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16")
        let caller = try Sample.caller()
        let jobs = try await input.recipients(of: .job(id), caller)
        scheduler.change { $0.spoolFailure = CondorError(.refused, "disk full") }
        try scheduler.add("7.0", "JobStatus=\(status)")
        let sandbox = try await Sample.sandbox("a")
        let error = await failure { _ = try await input.deliver(sandbox, to: jobs, of: .job(id), caller) }
        #expect(error?.code == .spoolFailed && error?.reason == "disk full; \(words)" && error?.retryAfter == .seconds(5))
        // It can be tried again.
        #expect(!ledger.contains(id))
    }

    @Test func heldJobsGetTheirReasonBack() async throws {
        let id = try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16", "JobStatusOnRelease=5")
        time.onSleep { [scheduler] count in
            // The schedd releases the job after a while, and forgets why it is held.
            if count == 3 { scheduler.change { $0.jobs[id]?["HoldReasonCode"] = nil } }
        }
        let caller = try Sample.caller()
        let jobs = try await input.recipients(of: .job(id), caller)
        _ = try await input.deliver(try await Sample.sandbox("a"), to: jobs, of: .job(id), caller)
        #expect(time.sleeps == Array(repeating: .milliseconds(100), count: 4))
        #expect(scheduler.attribute("HoldReasonCode", of: id) == .integer(15))
    }

    @Test func nobodyWaitsForEver() async throws {
        let id = try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16")
        let caller = try Sample.caller()
        #expect(try await !input.waitUntilReleased(.job(id), caller) && time.sleeps.isEmpty)
        #expect(ledger.begin([id]))
        ledger.end([id], delivered: true)
        #expect(try await input.waitUntilReleased(.cluster(7), caller))
        #expect(time.sleeps.count == 100)
    }

    @Test func jobsThatNeedNoInputAreReleasedByAnEdit() async throws {
        let caller = try Sample.caller()
        let idle = try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16")
        let held = try scheduler.add("7.1", "JobStatus=5", "HoldReasonCode=16", "JobStatusOnRelease=5")
        try await input.releaseWithoutInput(try await input.waiting(7, caller), of: 7, caller)
        #expect(scheduler.attribute("JobStatus", of: idle) == .integer(1) && scheduler.attribute("HoldReasonCode", of: idle) == .undefined)
        #expect(scheduler.attribute("JobStatus", of: held) == .integer(5) && scheduler.attribute("HoldReasonCode", of: held) == .integer(15))
        #expect(scheduler.attribute("EnteredCurrentStatus", of: idle) == .integer(time.seconds) && scheduler.state.spooled.isEmpty)
    }

    @Test func anEmptySandboxReleasesJobsWhereEditsAreRefused() async throws {
        let caller = try Sample.caller()
        let id = try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16")
        scheduler.change { $0.editFailure = CondorError(.permissionDenied, "not JobStatus") }
        try await input.releaseWithoutInput(try await input.waiting(7, caller), of: 7, caller)
        #expect(scheduler.state.spooled.map(\.jobs) == [[id]] && scheduler.state.spooled.map(\.files) == [[]])
    }
}
