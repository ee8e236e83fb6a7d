import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import Testing

@testable import Jobs

/// Actions, and why nothing was done.
@Suite struct ActionServiceTests {
    private let time = SteppingTime()
    private let scheduler = ScriptedScheduler()
    private let ledger: SpoolLedger
    private let actions: ActionService

    init() {
        ledger = SpoolLedger(time: time)
        let input = InputService(spools: ledger, time: time) { [scheduler] _ in scheduler }
        actions = ActionService(input: input) { [scheduler] _ in scheduler }
    }

    private func answer(_ outcome: JobActionOutcome, _ count: Int = 1, jobs: [JobID] = []) {
        let result = JobActionResult(
            succeeded: outcome == .success, jobs: Dictionary(uniqueKeysWithValues: jobs.map { ($0, outcome) }), totals: [outcome: count])
        scheduler.change { $0.results.append(result) }
    }

    private func refusal(_ selection: JobSelection, _ action: JobActionName = .hold) async throws -> JobsError? {
        await failure { _ = try await actions.act(action, on: selection, reason: nil, reasonCode: nil, try Sample.caller()) }
    }

    @Test func oneJob() async throws {
        let id = try scheduler.add("7.0", "JobStatus=1")
        answer(.success)
        let result = try await actions.act(.hold, on: .job(id), reason: "wait", reasonCode: 3, try Sample.caller())
        #expect(result.count(.success) == 1 && scheduler.state.commits == 1)
        let request = try #require(scheduler.state.actions.first)
        #expect(request.reason == "wait" && request.reasonCode == 3 && request.action == .hold)
    }

    @Test func nothingWasDoneForAReason() async throws {
        let id = try scheduler.add("7.0", "JobStatus=4")
        answer(.badStatus)
        let state = try await refusal(.job(id), .suspend)
        #expect(state?.code == .wrongState && state?.reason == "Job 7.0 is completed; it cannot be suspended")
        #expect(scheduler.state.actions.first?.reason == "via htapi suspend")
        answer(.limitExceeded)
        #expect(try await refusal(.job(id))?.code == .schedulerLimit)
        #expect(try await refusal(.cluster(8))?.code == .clusterNotFound)
        let others = try scheduler.add("9.0", "JobStatus=1", "User=\"bob@pool.test\"")
        answer(.permissionDenied)
        #expect(try await refusal(.job(others))?.code == .notOwner)
        // With a cluster the schedd passes over what does not fit without a word.
        #expect(try await refusal(.cluster(9))?.code == .notOwner)
        scheduler.change { $0.isSuperuser = true }
        #expect(try await refusal(.cluster(9))?.code == .wrongState)
    }

    @Test func aJobWhoseInputHasJustComeIsWaitedFor() async throws {
        let id = try scheduler.add("7.0", "JobStatus=5", "HoldReasonCode=16")
        #expect(ledger.begin([id]))
        ledger.end([id], delivered: true)
        time.onSleep { [scheduler] count in if count == 2 { scheduler.change { $0.jobs[id]?.set("JobStatus", 1) } } }
        answer(.badStatus)
        answer(.success)
        #expect(try await actions.act(.hold, on: .job(id), reason: nil, reasonCode: nil, try Sample.caller()).count(.success) == 1)
        #expect(time.sleeps.count == 3 && scheduler.state.actions.count == 2)
    }

    @Test func jobsThatMatch() async throws {
        let own = try scheduler.add("7.0", "JobStatus=1")
        let completed = try scheduler.add("7.1", "JobStatus=4")
        try scheduler.add("8.0", "JobStatus=1", "User=\"bob@pool.test\"")
        let all = MatchingRequest(.boolean(true))
        answer(.success, jobs: [own])
        let caller = try Sample.caller()
        let outcomes = try await actions.act(.hold, onMatching: all, reason: nil, reasonCode: nil, caller)
        #expect(outcomes == [.success: 1, .badStatus: 1, .permissionDenied: 1])
        let matching = try await actions.matching(all, caller)
        #expect(matching.count == 3 && matching.countsByStatus == ["idle": 2, "completed": 1] && matching.ids(limit: 2) == [own, completed])

        func act(_ request: MatchingRequest) async -> JobsError.Code? {
            await failure { _ = try await actions.act(.hold, onMatching: request, reason: nil, reasonCode: nil, caller) }?.code
        }
        #expect(await act(MatchingRequest(.boolean(true), expected: 2)) == .unexpectedCount)
        #expect(await act(MatchingRequest(.boolean(false))) == .noJobsMatched)
        #expect(scheduler.state.commits == 1)
        // A job that came meanwhile is not touched where the number is fixed.
        let commits = scheduler.state.commits
        answer(.success, jobs: [own, try #require(JobID("99.0"))])
        #expect(await act(MatchingRequest(.boolean(true), expected: 3)) == .unexpectedCount)
        #expect(scheduler.state.commits == commits)
        #expect(await act(MatchingRequest(try ExprTree.parse("ClusterId == 8"))) == .notOwner)
    }
}
