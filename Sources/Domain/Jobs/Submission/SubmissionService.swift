import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
package import Sandbox
import SubmitDescription
import Tokens
package import Waiting

/// Queues jobs, exactly once if they have a key, and delivers the input that was sent with them.
package struct SubmissionService: Sendable {
    private let scheduler: @Sendable (Caller) -> any Scheduler
    private let version: @Sendable () async -> String?
    private let input: InputService
    private let submissions: KeyedSubmissions
    private let uidDomain: String
    private let time: any TimeSource

    /// - Parameters:
    ///   - uidDomain: the pool's `UID_DOMAIN`, which jobs' ads need.
    ///   - version: the scheduler's version, if known.
    package init(
        submissions: KeyedSubmissions, input: InputService, uidDomain: String, time: any TimeSource = .system,
        version: @escaping @Sendable () async -> String?, scheduler: @escaping @Sendable (Caller) -> any Scheduler
    ) {
        self.submissions = submissions
        self.input = input
        self.uidDomain = uidDomain
        self.time = time
        self.version = version
        self.scheduler = scheduler
    }

    /// `JobSubmitMethod` of jobs submitted through the gateway. Numbers from 100 on are reserved for portals.
    private static let submitMethod: Int64 = 100
    /// The largest number of jobs in one submission.
    static let jobLimit = 100_000
    /// How long to wait for another gateway to finish its submission, and the interval between queries.
    private static let patience: Duration = .seconds(4)
    private static let interval: Duration = .milliseconds(200)
    /// Age in seconds at which another gateway's submission is considered interrupted. It allows for differences between the gateways' clocks.
    private static let interruptedAge: Int64 = 10
    /// How far back the history is searched for a key: in seconds, and in records. This matters only for a submission whose jobs were removed
    /// before the client retried, and which this process does not remember. Reading ten thousand records costs the scheduler's host a third of a
    /// second.
    private static let keyLifetime: Int64 = 900
    private static let keyRecords = 1_000

    // MARK: Before the queue

    /// Asks the scheduler whether it accepts the caller's credential.
    package func verifyCredential(_ caller: Caller) async throws(JobsError) {
        try await scheduler(caller).verifyCredential()
    }

    /// Reads a submit description. Checks the whole description and the sandbox that was sent with it.
    /// - Parameters:
    ///   - itemTexts: contents of the files that a `queue … from` may name.
    ///   - key: prevents duplicate submissions; paired with the digest of the submitted content.
    /// - Throws: `badDescription` with every mistake; `missingFiles`.
    package func prepare(
        _ description: [UInt8], sandbox: StagedSandbox?, itemTexts: [String: String], key: (key: IdempotencyKey, digest: String)?, _ caller: Caller
    ) async throws(JobsError) -> Submission {
        var parameters = SubmitParameters()
        parameters.submitTime = time.seconds
        parameters.submitMethod = Self.submitMethod
        parameters.configuration["UID_DOMAIN"] = uidDomain
        parameters.submitter = caller.userName ?? ""
        parameters.jobLimit = Self.jobLimit
        parameters.expandsFactories = true
        parameters.holdsAfterSpooling = true
        parameters.itemTexts = itemTexts
        for entry in sandbox?.entries ?? [] where entry.kind == .file { parameters.inputSizes[entry.path.string] = entry.size }
        if let version = await version() { parameters.scheddVersion = version }
        let plan: SubmitPlan
        do {
            plan = try SubmitDescription.parse(bytes: description, mode: .remote, parameters: parameters)
        } catch {
            throw JobsError(error)
        }
        guard plan.procCount > 0 else {
            throw JobsError(.badDescription, "The description queues no jobs: it has no queue statement, or an empty one")
        }
        if let sandbox {
            let inputs = InputPlan(DeclaredInput(plan.inputs), candidates: sandbox.candidates)
            guard inputs.missing.isEmpty else {
                throw InputService.missingFiles(inputs.missing, "which the description declares; nothing was queued")
            }
        }
        return Submission(plan: plan, sandbox: sandbox, stamp: key.map { SubmissionStamp(key: $0.key, digest: $0.digest) })
    }

    // MARK: Into the queue

    /// Queues the jobs. The work continues if the caller's task is cancelled, because jobs would otherwise be queued that never receive their
    /// input.
    /// - Throws: `keyReused`, `spoolFailed` and other errors of ``InputService`` (the reason says that the cluster was queued), `commandFailed`.
    package func submit(_ submission: Submission, _ caller: Caller) async throws(JobsError) -> QueuedCluster {
        let work = Task { () async -> Result<QueuedCluster, JobsError> in
            do throws(JobsError) {
                return .success(try await queue(submission, caller))
            } catch {
                return .failure(error)
            }
        }
        return try await work.value.get()
    }

    private func queue(_ submission: Submission, _ caller: Caller) async throws(JobsError) -> QueuedCluster {
        let scheduler = scheduler(caller)
        guard let stamp = submission.stamp else {
            let ads = submission.ads(now: time.seconds)
            let cluster = try await commanding(.submitting) { () async throws(CondorError) in try await scheduler.submit(ads) }
            return try await deliverInput(to: cluster, of: submission, caller)
        }
        let name = KeyedSubmissions.Name(credential: caller.credential, key: stamp.key)
        return try await submissions.alone(name) { () async throws(JobsError) in
            let queued = try await queueOnce(submission, stamp, submissions.outcome(of: name), scheduler, caller)
            submissions.remember(.init(queued: queued, digest: stamp.digest), of: name)
            return queued
        }
    }

    private func queueOnce(
        _ submission: Submission, _ stamp: SubmissionStamp, _ known: KeyedSubmissions.Outcome?, _ scheduler: any Scheduler, _ caller: Caller
    ) async throws(JobsError) -> QueuedCluster {
        if let known {
            // An expired credential must not get the remembered answer.
            try await scheduler.verifyCredential()
            guard known.digest == stamp.digest else { throw Self.keyReused(known.queued.cluster) }
            var queued = known.queued
            queued.isReplay = true
            try await finish(queued, submission, caller)
            return queued
        }
        // Jobs that are still in the queue are found in the transaction that would queue them again. Jobs that have left the queue are found in the
        // history.
        let isRepeatable = submission.sandbox != nil
        if let record = try await record(of: stamp, isRepeatable: isRepeatable, scheduler, caller) { return try Self.replay(record, stamp) }
        let ads = submission.ads(now: time.seconds)
        let outcome = try await commanding(.submitting) { () async throws(CondorError) in
            try await scheduler.submit(ads) { user in stamp.expression(user: user, isRepeatable: isRepeatable) }
        }
        switch outcome {
        case .submitted(let cluster): return try await deliverInput(to: cluster, of: submission, caller)
        case .exists(let ad):
            let queued = try Self.replay(ad, stamp)
            try await finish(queued, submission, caller)
            return queued
        }
    }

    private static func replay(_ ad: WireAd, _ stamp: SubmissionStamp) throws(JobsError) -> QueuedCluster {
        guard let id = JobID(ad) else { throw JobsError(CondorError(.protocolViolation, "The scheduler returned a job without an id"), .submitting) }
        guard stamp.isSameContent(ad) else { throw keyReused(id.cluster) }
        let count = ad.integer("TotalSubmitProcs").flatMap { Int(exactly: $0) } ?? id.proc + 1
        return QueuedCluster(cluster: id.cluster, jobCount: min(max(count, 1), jobLimit), warnings: [], isReplay: true)
    }

    private static func keyReused(_ cluster: Int) -> JobsError {
        JobsError(.keyReused, "This Idempotency-Key was used for another submission, which became cluster \(cluster)")
    }

    /// The history record of a job that the caller submitted with this key.
    private func record(
        of stamp: SubmissionStamp, isRepeatable: Bool, _ scheduler: any Scheduler, _ caller: Caller
    ) async throws(JobsError) -> WireAd? {
        var query = HistoryQuery(
            constraint: stamp.expression(isRepeatable: isRepeatable),
            projection: ["ClusterId", "ProcId", "Owner", "User", "TotalSubmitProcs", SubmissionStamp.digestAttribute])
        query.scanLimit = Self.keyRecords
        query.since = .binary(.lessThan, .attribute("EnteredCurrentStatus"), .integer(time.seconds - Self.keyLifetime))
        let asked = query
        return try await commanding { () async throws(CondorError) in try await scheduler.records(asked) }.first { caller.owns($0) }
    }

    // MARK: Input

    /// Delivers the input of new jobs if it is at hand.
    private func deliverInput(to cluster: SubmittedCluster, of submission: Submission, _ caller: Caller) async throws(JobsError) -> QueuedCluster {
        let queued = QueuedCluster(cluster: cluster.cluster, jobCount: cluster.procCount, warnings: cluster.warnings, isReplay: false)
        if submission.awaitsInput || cluster.isStaged { return queued }
        do throws(JobsError) {
            try await deliverInput(to: try await input.waiting(cluster.cluster, caller), of: cluster.cluster, submission, caller)
        } catch {
            var failure = error
            failure.reason = "Cluster \(cluster.cluster) was queued, but its jobs did not get their input: \(error.reason)"
            throw failure
        }
        return queued
    }

    private func deliverInput(
        to recipients: [SandboxRecipient], of cluster: Int, _ submission: Submission, _ caller: Caller
    ) async throws(JobsError) {
        if let sandbox = submission.sandbox {
            _ = try await input.deliver(sandbox, to: recipients, of: .cluster(cluster), caller)
        } else {
            try await input.releaseWithoutInput(recipients, of: cluster, caller)
        }
    }

    /// Delivers the input of jobs of an earlier submission, in case the gateway that queued them was interrupted.
    private func finish(_ queued: QueuedCluster, _ submission: Submission, _ caller: Caller) async throws(JobsError) {
        guard !submission.awaitsInput else { return }
        let end = time.uptime + Self.patience
        while true {
            let waiting = try await input.waiting(queued.cluster, caller)
            guard let first = waiting.first, !input.areServed(waiting) else { return }
            if time.uptime >= end || time.seconds - first.submitted > Self.interruptedAge {
                return try await deliverInput(to: waiting, of: queued.cluster, submission, caller)
            }
            try await time.pause(Self.interval)
        }
    }
}

extension DeclaredInput {
    /// The declared input of all jobs together.
    init(_ inputs: [SandboxInput]) {
        self.init(entries: inputs.map { Entry(path: $0.path, contentsOnly: $0.isContents, mustBeFile: false) })
    }
}
