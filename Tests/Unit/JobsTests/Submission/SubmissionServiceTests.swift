import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import Testing
import Waiting

@testable import Jobs

/// Submissions, above all those with a key.
@Suite struct SubmissionServiceTests {
    private let time = SteppingTime()
    private let scheduler = ScriptedScheduler()
    private let input: InputService
    private let submissions: SubmissionService

    init() {
        input = InputService(spools: SpoolLedger(time: time), time: time) { [scheduler] _ in scheduler }
        submissions = Self.service(input, scheduler, time)
    }

    private static func service(_ input: InputService, _ scheduler: ScriptedScheduler, _ time: SteppingTime) -> SubmissionService {
        SubmissionService(
            submissions: KeyedSubmissions(), input: input, uidDomain: "pool.test", time: time, version: { nil },
            scheduler: { _ in scheduler })
    }

    private static let plain = "executable = /bin/true\ntransfer_executable = false\nqueue 2\n"
    private static let withInput = "executable = run.sh\ninput = a\nqueue\n"

    /// Submits a description under a key.
    private func submit(
        _ text: String = plain, key: String? = "k", digest: String = "d", files: [String] = [], to service: SubmissionService? = nil
    ) async throws -> QueuedCluster {
        let caller = try Sample.caller()
        let service = service ?? submissions
        let sandbox = files.isEmpty ? nil : try await Sample.sandbox("run.sh", "a")
        let key = try key.map { (key: try #require(IdempotencyKey($0)), digest: digest) }
        let submission = try await service.prepare(Array(text.utf8), sandbox: sandbox, itemTexts: [:], key: key, caller)
        return try await service.submit(submission, caller)
    }

    @Test func mistakesAreToldWithTheirPlaces() async throws {
        let error = await failure { _ = try await submit("executable = /bin/true\nrequirements = (\nrank = )\nqueue\n") }
        #expect(error?.code == .badDescription && error?.findings.contains { $0.line ?? 0 > 0 } == true)
        let missing = await failure { _ = try await submit("executable = run.sh\ntransfer_input_files = b\nqueue\n", files: ["run.sh"]) }
        #expect(missing?.code == .missingFiles && scheduler.state.submissions == 0)
    }

    @Test func withoutAKeyEachSubmissionIsAnother() async throws {
        #expect(try await submit(key: nil) == QueuedCluster(cluster: 1, jobCount: 2, warnings: [], isReplay: false))
        #expect(try await submit(key: nil).cluster == 2)
        #expect(scheduler.state.spooled.isEmpty && scheduler.state.edits.isEmpty)
    }

    @Test func aKeyIsUsedOnce() async throws {
        #expect(try await submit() == QueuedCluster(cluster: 1, jobCount: 2, warnings: [], isReplay: false))
        #expect(try await submit() == QueuedCluster(cluster: 1, jobCount: 2, warnings: [], isReplay: true))
        #expect(try await submit(key: "other").cluster == 2)
        #expect(await failure { _ = try await submit(digest: "e") }?.code == .keyReused)
        #expect(scheduler.state.submissions == 2)
    }

    @Test func anotherProcessFindsTheJobsInTheQueue() async throws {
        #expect(try await submit().cluster == 1)
        let other = Self.service(input, scheduler, time)
        #expect(try await submit(to: other) == QueuedCluster(cluster: 1, jobCount: 2, warnings: [], isReplay: true))
        #expect(await failure { _ = try await submit(digest: "e", to: Self.service(input, scheduler, time)) }?.code == .keyReused)
        #expect(scheduler.state.submissions == 1)
    }

    @Test func jobsThatHaveLeftTheQueueAreFoundInTheHistory() async throws {
        #expect(try await submit().cluster == 1)
        scheduler.change { state in
            state.history = state.jobs.values.map { $0 }
            state.jobs = [:]
        }
        #expect(try await submit(to: Self.service(input, scheduler, time)).isReplay)
        let query = try #require(scheduler.state.historyQueries.last)
        #expect(query.since?.unparsed(.old) == "EnteredCurrentStatus < \(time.seconds - 900)" && query.scanLimit == 1000)
        // Somebody else's key is not the caller's.
        scheduler.change { state in
            state.history = state.history.map { ad in
                var ad = ad; ad.set("User", "bob@pool.test"); return ad
            }
        }
        #expect(try await !submit(to: Self.service(input, scheduler, time)).isReplay)
    }

    @Test func ofManyAtOnceOneIsMade() async throws {
        let clusters = try await withThrowingTaskGroup(of: QueuedCluster.self) { group in
            for _ in 0..<20 { group.addTask { try await submit() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(clusters.count == 20 && Set(clusters.map(\.cluster)) == [1])
        #expect(clusters.count { !$0.isReplay } == 1 && scheduler.state.submissions == 1)
    }

    @Test func anExpiredCredentialGetsNoRememberedAnswer() async throws {
        #expect(try await submit().cluster == 1)
        scheduler.change { $0.readFailure = CondorError(.authenticationFailed, "expired") }
        let error = await failure { _ = try await submit() }
        #expect(error?.cause?.code == .authenticationFailed && error?.command == .reading)
    }

    @Test func theSandboxComesAlong() async throws {
        #expect(try await submit(Self.withInput, files: ["run.sh", "a"]).cluster == 1)
        #expect(scheduler.state.spooled.map(\.files) == [["a", "run.sh"]])
    }

    @Test func aDeliveryThatFailsNamesTheCluster() async throws {
        scheduler.change { $0.spoolFailure = CondorError(.unreachable, "connection lost") }
        let error = await failure { _ = try await submit(Self.withInput, files: ["run.sh", "a"]) }
        #expect(error?.code == .spoolFailed)
        #expect(error?.reason.hasPrefix("Cluster 1 was queued, but its jobs did not get their input: connection lost") == true)
    }

    @Test func jobsThatNeedNoInputAreReleasedWhereTheSubmissionDoesNot() async throws {
        scheduler.change { $0.takesStaging = false }
        #expect(try await submit(key: nil).cluster == 1)
        let id = try #require(JobID("1.0"))
        #expect(scheduler.attribute("JobStatus", of: id) == .integer(1) && scheduler.state.edits.count == 2)
    }

    /// Another gateway has queued the jobs and is about to deliver their input.
    private func interrupted(submitted age: Int64) async throws -> QueuedCluster {
        scheduler.change { $0.spoolFailure = CondorError(.unreachable, "killed") }
        _ = await failure { _ = try await submit(Self.withInput, files: ["run.sh", "a"]) }
        scheduler.change { state in
            state.spoolFailure = nil
            for id in state.jobs.keys { state.jobs[id]?.set("QDate", time.seconds - age) }
        }
        return try await submit(Self.withInput, files: ["run.sh", "a"], to: Self.service(input, scheduler, time))
    }

    @Test func anotherGatewayIsGivenTimeToFinish() async throws {
        #expect(try await interrupted(submitted: 0) == QueuedCluster(cluster: 1, jobCount: 1, warnings: [], isReplay: true))
        #expect(time.sleeps == Array(repeating: .milliseconds(200), count: 20))
        #expect(scheduler.state.spooled.count == 1)
    }

    @Test func nothingIsDoneOnceTheOtherGatewayHasFinished() async throws {
        time.onSleep { [scheduler] count in
            if count == 4 { scheduler.change { state in for id in state.jobs.keys { state.jobs[id]?.set("JobStatus", 1) } } }
        }
        _ = try await interrupted(submitted: 0)
        #expect(time.sleeps.count == 5 && scheduler.state.spooled.isEmpty)
    }

    @Test func anOldSubmissionIsFinishedAtOnce() async throws {
        _ = try await interrupted(submitted: 11)
        #expect(time.sleeps.isEmpty && scheduler.state.spooled.count == 1)
    }
}

/// What is remembered of submissions.
@Suite struct KeyedSubmissionsTests {
    @Test func memoryIsBounded() throws {
        let submissions = KeyedSubmissions()
        let caller = try Sample.caller()
        func name(_ number: Int) throws -> KeyedSubmissions.Name {
            .init(credential: caller.credential, key: try #require(IdempotencyKey("k\(number)")))
        }
        let count = 2 * KeyedSubmissions.generation
        for number in 0...count {
            let queued = QueuedCluster(cluster: number, jobCount: 1, warnings: [], isReplay: false)
            submissions.remember(.init(queued: queued, digest: "d"), of: try name(number))
        }
        #expect(submissions.outcome(of: try name(0)) == nil)
        #expect(submissions.outcome(of: try name(KeyedSubmissions.generation))?.queued.cluster == KeyedSubmissions.generation)
        #expect(submissions.outcome(of: try name(count))?.queued.cluster == count)
    }
}
