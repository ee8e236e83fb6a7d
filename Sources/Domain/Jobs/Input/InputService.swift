import ClassAd
import CondorClient
package import CondorModel
package import Sandbox
package import Waiting

/// Delivers input sandboxes to the jobs that wait for them. Releases jobs that wait although they need no input.
package struct InputService: Sendable {
    private let scheduler: @Sendable (Caller) -> any Scheduler
    private let spools: SpoolLedger
    private let time: any TimeSource

    /// Time limit for the schedd to release a job whose input has arrived, and the interval between queries.
    private static let releasePatience: Duration = .seconds(10)
    private static let releaseInterval: Duration = .milliseconds(100)

    /// - Parameter spools: the deliveries of all services that use the same scheduler.
    package init(spools: SpoolLedger, time: any TimeSource = .system, scheduler: @escaping @Sendable (Caller) -> any Scheduler) {
        self.spools = spools
        self.time = time
        self.scheduler = scheduler
    }

    /// The result of a delivery.
    package struct Delivery: Sendable, Equatable {
        package var jobs: [JobID]
        /// Names of the sandbox's files that at least one job received, and of those that none did.
        package var accepted: [String]
        package var ignored: [String]
        /// Bytes sent to the scheduler.
        package var bytes: Int64
    }

    /// The selected jobs that await input and belong to the caller, ordered by id. Call this before reading the sandbox.
    /// - Throws: `jobNotFound`, `clusterNotFound`, `notOwner`, `notAwaitingInput`, `commandFailed`, `cancelled`.
    package func recipients(of selection: JobSelection, _ caller: Caller) async throws(JobsError) -> [SandboxRecipient] {
        let ads = try await scheduler(caller).ads(selection, projection: SandboxRecipient.projection)
        guard !ads.isEmpty else { throw .notFound(selection) }
        guard ads.allSatisfy({ caller.owns($0) }) else { throw .notOwner(selection) }
        let recipients = ads.compactMap(SandboxRecipient.init).filter { !spools.contains($0.id) }.sorted { $0.id < $1.id }
        guard !recipients.isEmpty else { throw Self.notAwaiting(selection) }
        return recipients
    }

    /// Sends each job the files that it declares. The scheduler then releases the jobs.
    /// - Throws: `missingFiles` (nothing was sent then), `notAwaitingInput`, `spoolFailed`, `sandboxFailed`, `commandFailed`, `cancelled`.
    package func deliver(
        _ sandbox: StagedSandbox, to recipients: [SandboxRecipient], of selection: JobSelection, _ caller: Caller
    ) async throws(JobsError) -> Delivery {
        let delivery = SandboxDelivery(sandbox, to: recipients)
        let missing = delivery.missing
        guard missing.isEmpty else {
            throw Self.missingFiles(missing, "which the job declares; nothing was sent and the job still awaits its input")
        }
        let scheduler = scheduler(caller)
        var bytes: Int64 = 0
        for group in delivery.groups {
            let files = try delivery.files(of: group.plan)
            guard spools.begin(group.jobs) else { throw Self.notAwaiting(selection) }
            do throws(CondorError) {
                bytes += try await scheduler.spool(group.jobs, files: files).bytes
                spools.end(group.jobs, delivered: true)
            } catch {
                spools.end(group.jobs, delivered: false)
                throw await Self.spoolFailure(error, group.jobs, scheduler)
            }
        }
        if recipients.contains(where: \.staysHeld) { try await restoreHoldReasons(of: selection, caller) }
        return Delivery(jobs: recipients.map(\.id), accepted: delivery.accepted, ignored: delivery.ignored, bytes: bytes)
    }

    static func missingFiles(_ missing: [String], _ consequence: String) -> JobsError {
        let names = missing.map { "'\($0)'" }.joined(separator: ", ")
        return JobsError(
            .missingFiles, "The sandbox lacks \(names), \(consequence)", findings: missing.map { .init("'\($0)' is missing in the sandbox") })
    }

    private static func notAwaiting(_ selection: JobSelection) -> JobsError {
        JobsError(
            .notAwaitingInput,
            "\(selection.subject) does not await input: it already has its input, was submitted without a sandbox, or was held or removed")
    }

    /// The error for a failure on the scheduler's side. It tells what happened to the jobs.
    private static func spoolFailure(_ error: CondorError, _ ids: [JobID], _ scheduler: any Scheduler) async -> JobsError {
        let failure = JobsError(error, .spooling)
        guard error.code == .refused || error.code == .unreachable, let first = ids.first else { return failure }
        let state: String
        do throws(JobsError) {
            let found = try await scheduler.ads(.job(first), projection: ["ClusterId", "ProcId", "JobStatus", "HoldReasonCode"], limit: 1)
            switch found.first.flatMap(JobStatus.init) {
            case nil, .removed: state = "the scheduler removed the job; submit it again"
            case .held: state = "the job still awaits its input"
            case let status?: state = "the job is \(status)"
            }
        } catch {
            state = "the job's state is not known"
        }
        return JobsError(.spoolFailed, "\(failure.reason); \(state)", retryAfter: .seconds(5), cause: error)
    }

    // MARK: Jobs whose input has just come

    /// Waits until the schedd has released jobs whose input has just arrived. It does so about a second later; until then it shows them as held and
    /// nothing else can be done with them.
    /// - Returns: false if there are no such jobs.
    func waitUntilReleased(_ selection: JobSelection, _ caller: Caller) async throws(JobsError) -> Bool {
        let isRecent = spools.contains { id in
            switch selection {
            case .job(let job): id == job
            case .cluster(let cluster): id.cluster == cluster
            case .constraint: true
            }
        }
        guard isRecent else { return false }
        let scheduler = scheduler(caller)
        let spooling = JobSelection.constraint(Self.awaitingInput(selection))
        let end = time.uptime + Self.releasePatience
        while time.uptime < end, !(try await scheduler.ads(spooling, projection: ["ProcId"], limit: 1).isEmpty) {
            try await time.pause(Self.releaseInterval)
        }
        return true
    }

    /// Whether one of the jobs is receiving its input now, or has just received it.
    func areServed(_ recipients: [SandboxRecipient]) -> Bool {
        let ids = Set(recipients.map(\.id))
        return spools.contains { ids.contains($0) }
    }

    private static func awaitingInput(_ selection: JobSelection) -> ExprTree {
        .conjunction([
            selection.expression,
            .binary(.equal, .attribute("JobStatus"), .integer(JobStatus.held.rawValue)),
            .binary(.equal, .attribute("HoldReasonCode"), .integer(HoldReasonCode.spoolingInput.rawValue)),
        ])
    }

    /// Restores the hold reason of jobs that were submitted on hold. They stay held after their input has arrived, but the schedd drops the reason
    /// when it releases them from the wait for input.
    private func restoreHoldReasons(of selection: JobSelection, _ caller: Caller) async throws(JobsError) {
        guard try await waitUntilReleased(selection, caller) else { return }
        let held = ExprTree.conjunction([
            selection.expression,
            .binary(.equal, .attribute("JobStatus"), .integer(JobStatus.held.rawValue)),
            .binary(.identical, .attribute("HoldReasonCode"), .undefined),
        ])
        // The jobs are queued and held; somebody may have released or removed them meanwhile.
        _ = try? await scheduler(caller).edit(JobEdit(.constraint(held), attributes: Self.submittedOnHold))
    }

    private static let submittedOnHold: [(String, ExprTree)] = [
        ("HoldReasonCode", .integer(HoldReasonCode.submittedOnHold.rawValue)), ("HoldReason", .string(HoldReasonCode.submittedOnHoldText)),
    ]

    // MARK: Jobs that need no input

    /// The jobs of a cluster that still wait for input, ordered by id.
    func waiting(_ cluster: Int, _ caller: Caller) async throws(JobsError) -> [SandboxRecipient] {
        try await scheduler(caller).ads(.cluster(cluster), projection: SandboxRecipient.projection).compactMap(SandboxRecipient.init).sorted {
            $0.id < $1.id
        }
    }

    /// Releases jobs that still wait for input although they need none, because their submission was interrupted.
    func releaseWithoutInput(_ recipients: [SandboxRecipient], of cluster: Int, _ caller: Caller) async throws(JobsError) {
        if try await markAsStaged(cluster, caller) { return }
        // Some schedds refuse these edits. An empty sandbox has the same effect a second later.
        let ids = recipients.map(\.id)
        if spools.begin(ids) {
            do throws(CondorError) {
                _ = try await scheduler(caller).spool(ids, files: [])
                spools.end(ids, delivered: true)
            } catch {
                spools.end(ids, delivered: false)
                throw JobsError(error, .spooling)
            }
        }
        if recipients.contains(where: \.staysHeld) { try await restoreHoldReasons(of: .cluster(cluster), caller) }
    }

    /// Makes the edits that a submission of jobs without input makes. False if the scheduler refuses them.
    private func markAsStaged(_ cluster: Int, _ caller: Caller) async throws(JobsError) -> Bool {
        let now = time.seconds
        let staged: [(String, ExprTree)] = [
            ("StageInStart", .integer(JobSubmission.stagingMark(now))), ("StageInFinish", .integer(JobSubmission.stagingMark(now))),
            ("EnteredCurrentStatus", .integer(now)),
        ]
        let releases: [(String, ExprTree)] = [
            ("HoldReason", .undefined), ("HoldReasonCode", .undefined), ("ReleaseReason", .string("Data files spooled")),
            ("JobStatus", .integer(JobStatus.idle.rawValue)),
        ]
        let waiting = Self.awaitingInput(.cluster(cluster))
        for (staysHeld, attributes) in [(true, Self.submittedOnHold), (false, releases)] {
            let kind = ExprTree.binary(staysHeld ? .notIdentical : .identical, .attribute("JobStatusOnRelease"), .undefined)
            do throws(CondorError) {
                try await scheduler(caller).edit(JobEdit(.constraint(.conjunction([waiting, kind])), attributes: staged + attributes))
            } catch {
                switch error.code {
                case .notFound: continue
                case .permissionDenied, .refused: return false
                default: throw JobsError(error, .spooling)
                }
            }
        }
        return true
    }
}
