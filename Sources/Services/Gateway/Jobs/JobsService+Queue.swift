import ClassAd
import CondorClient
import CondorProtocol
import Glibc
import HTTPMessages
import Sandbox
import SubmitDescription

/// Jobs that are to be put into the queue.
struct Submission: Sendable {
    var plan: SubmitPlan
    /// The sandbox that came along; nil if none did.
    var sandbox: StagedSandbox?
    /// With an idempotency key.
    var stamp: SubmissionStamp?

    /// Whether the jobs are left waiting for an upload.
    var awaitsInput: Bool { plan.needsInput && sandbox == nil }

    /// The jobs' ads, made as they are sent.
    var ads: JobSubmission {
        var submission = JobSubmission { [plan, stamp] cluster throws(CondorError) in
            do throws(SubmitError) {
                var ads = try plan.ads(clusterID: cluster)
                var clusterAd = ads.clusterAd
                stamp?.mark(&clusterAd)
                return JobSubmission.Ads(clusterAd: clusterAd) { () throws(CondorError) in
                    do throws(SubmitError) {
                        return try ads.next()
                    } catch {
                        throw JobsService.refusal(error)
                    }
                }
            } catch {
                throw JobsService.refusal(error)
            }
        }
        if !plan.needsInput { submission.staging = JobSubmission.Staging(time: Int64(time(nil)), makesDirectories: plan.needsDirectoryAtOnce) }
        return submission
    }
}

extension SubmitPlan {
    /// Whether something is written into a job's spool directory before the job starts: a user log, or by a grid manager.
    fileprivate var needsDirectoryAtOnce: Bool { mayKeepUserLog || clusterAd.integer("JobUniverse") == 9 }
}

/// A cluster that is in the queue.
struct QueuedCluster: Sendable {
    var cluster: Int
    /// The jobs are 0 ..< this.
    var jobCount: Int
    /// What a submit requirement of the scheduler only warns about.
    var warnings: [String]
    /// It was there already.
    var isReplay: Bool
}

extension JobsService {
    /// Puts jobs into the queue, once if they have a key, and gives them the input that came along.
    func queue(_ submission: Submission, _ caller: Caller) async throws -> QueuedCluster {
        guard let stamp = submission.stamp else {
            let cluster = try await askingScheduler(.submitting) { () async throws(CondorError) in try await schedd(caller).submit(submission.ads) }
            return try await feed(cluster, submission, caller)
        }
        let name = KeyedSubmissions.Name(credential: caller.credential, key: stamp.key)
        return try await submissions.alone(name) {
            let queued = try await queueOnce(submission, stamp, submissions.outcome(of: name), caller)
            submissions.remember(.init(queued: queued, digest: stamp.digest), of: name)
            return queued
        }
    }

    private func queueOnce(
        _ submission: Submission, _ stamp: SubmissionStamp, _ known: KeyedSubmissions.Outcome?, _ caller: Caller
    ) async throws -> QueuedCluster {
        if let known {
            // Not that a credential that is no longer good gets an answer.
            try await introduce(caller)
            guard known.digest == stamp.digest else { throw Self.keyReused(known.queued.cluster) }
            var queued = known.queued
            queued.isReplay = true
            try await resume(queued, submission, caller)
            return queued
        }
        // A job that has left the queue has left it before; one that is in the queue is found in the transaction that would queue it again.
        if let record = try await record(of: stamp, isRepeatable: submission.sandbox != nil, caller) { return try Self.replay(record, stamp) }
        let outcome = try await askingScheduler(.submitting) { () async throws(CondorError) in
            try await schedd(caller).submit(submission.ads) { user in
                stamp.expression(user: user, isRepeatable: submission.sandbox != nil)
            }
        }
        switch outcome {
        case .submitted(let cluster):
            return try await feed(cluster, submission, caller)
        case .exists(let ad):
            let queued = try Self.replay(ad, stamp)
            try await resume(queued, submission, caller)
            return queued
        }
    }

    private static func replay(_ ad: WireAd, _ stamp: SubmissionStamp) throws(Problem) -> QueuedCluster {
        guard let id = JobID(ad) else { throw Problem(.schedulerProtocol, "The scheduler has a job without a number") }
        guard stamp.isSameContent(ad) else { throw keyReused(id.cluster) }
        let count = ad.integer("TotalSubmitProcs").flatMap { Int(exactly: $0) } ?? id.proc + 1
        return QueuedCluster(cluster: id.cluster, jobCount: min(max(count, 1), jobLimit), warnings: [], isReplay: true)
    }

    private static func keyReused(_ cluster: Int) -> Problem {
        Problem(
            .idempotencyKeyReused, "This Idempotency-Key was used for another submission, which became cluster \(cluster)",
            errors: [.init(.parameter("Idempotency-Key"), "used for another body")])
    }

    // MARK: History

    /// How far back in the history a key is looked for: seconds, and records. Only submissions whose jobs were removed before the client asked again, and which this
    /// process knows nothing of, depend on it; ten thousand records cost the scheduler's host a third of a second.
    private static let keyLifetime: Int64 = 900
    private static let keyRecords = 1_000

    /// A job of the caller with the key that has left the queue.
    private func record(of stamp: SubmissionStamp, isRepeatable: Bool, _ caller: Caller) async throws -> WireAd? {
        var query = HistoryQuery(
            constraint: stamp.expression(isRepeatable: isRepeatable),
            projection: ["ClusterId", "ProcId", "Owner", "User", "TotalSubmitProcs", SubmissionStamp.digestAttribute])
        query.scanLimit = Self.keyRecords
        query.since = .binary(.lessThan, .attribute("EnteredCurrentStatus"), .integer(Int64(time(nil)) - Self.keyLifetime))
        let records = try await HistoryService(client: client).records(query, caller)
        return records.first { caller.owns($0) }
    }

    // MARK: Input

    /// Gives new jobs what they wait for, if it is at hand.
    private func feed(_ cluster: SubmittedCluster, _ submission: Submission, _ caller: Caller) async throws -> QueuedCluster {
        let queued = QueuedCluster(cluster: cluster.cluster, jobCount: cluster.procCount, warnings: cluster.warnings, isReplay: false)
        guard !submission.awaitsInput else { return queued }
        if cluster.isStaged { return queued }
        do {
            let recipients = try await waiting(cluster.cluster, caller)
            try await feed(recipients, submission, cluster.cluster, caller)
        } catch let problem as Problem {
            throw Problem(
                problem.kind, "Cluster \(cluster.cluster) was queued, but its jobs did not get their input: \(problem.detail)",
                headers: problem.headers)
        }
        return queued
    }

    private func waiting(_ cluster: Int, _ caller: Caller) async throws -> [SandboxRecipient] {
        try await jobs(.cluster(cluster), caller, projection: SandboxRecipient.projection, limit: nil).compactMap(SandboxRecipient.init).sorted {
            $0.id < $1.id
        }
    }

    private func feed(_ recipients: [SandboxRecipient], _ submission: Submission, _ cluster: Int, _ caller: Caller) async throws {
        if let sandbox = submission.sandbox {
            _ = try await deliver(SandboxDelivery(sandbox, to: recipients), to: recipients, of: .cluster(cluster), caller)
        } else if try await !letGo(cluster, caller) {
            try await release(recipients.map(\.id), caller)
            if recipients.contains(where: \.staysHeld) { try await explainHolds(of: .cluster(cluster), caller) }
        }
    }

    /// Does for jobs of a cluster that still wait but need no input what their submission did not come to. False if the scheduler does not take it.
    private func letGo(_ cluster: Int, _ caller: Caller) async throws -> Bool {
        let now = Int64(time(nil))
        let staged: [(String, ExprTree)] = [
            ("StageInStart", .integer(JobSubmission.stagingMark(now))), ("StageInFinish", .integer(JobSubmission.stagingMark(now))),
            ("EnteredCurrentStatus", .integer(now)),
        ]
        let waiting = ExprTree.conjunction([
            JobSelection.cluster(cluster).expression,
            .binary(.equal, .attribute("JobStatus"), .integer(JobStatus.held.rawValue)),
            .binary(.equal, .attribute("HoldReasonCode"), .integer(HoldReasonCode.spoolingInput)),
        ])
        func edit(staysHeld: Bool, _ attributes: [(String, ExprTree)]) async throws -> Bool {
            let kind = ExprTree.binary(staysHeld ? .notIdentical : .identical, .attribute("JobStatusOnRelease"), .undefined)
            do throws(CondorError) {
                try await schedd(caller).edit(JobEdit(.constraint(.conjunction([waiting, kind])), attributes: staged + attributes))
                return true
            } catch {
                switch error.code {
                case .notFound: return true
                case .permissionDenied, .refused: return false
                case .cancelled: throw CancellationError()
                default: throw Problem(error, .spooling)
                }
            }
        }
        let holds: [(String, ExprTree)] = [
            ("HoldReasonCode", .integer(HoldReasonCode.submittedOnHold)), ("HoldReason", .string(HoldReasonCode.submittedOnHoldText)),
        ]
        let releases: [(String, ExprTree)] = [
            ("HoldReason", .undefined), ("HoldReasonCode", .undefined), ("ReleaseReason", .string("Data files spooled")),
            ("JobStatus", .integer(JobStatus.idle.rawValue)),
        ]
        guard try await edit(staysHeld: true, holds) else { return false }
        return try await edit(staysHeld: false, releases)
    }

    /// Lets jobs that need no input go by an empty sandbox, which is all they wait for.
    private func release(_ ids: [JobID], _ caller: Caller) async throws {
        guard spools.begin(ids) else { return }
        do throws(CondorError) {
            _ = try await schedd(caller).spool(ids, files: [])
            spools.end(ids, delivered: true)
        } catch {
            spools.end(ids, delivered: false)
            throw Problem(error, .spooling)
        }
    }

    /// How long another gateway is left to do what remains of a submission of its own.
    private static let patience: Duration = .seconds(4)

    /// Gives the jobs of an earlier submission what they wait for, in case the gateway that queued them did not get that far.
    private func resume(_ queued: QueuedCluster, _ submission: Submission, _ caller: Caller) async throws {
        guard !submission.awaitsInput else { return }
        let end = ContinuousClock.now + Self.patience
        while true {
            let waiting = try await waiting(queued.cluster, caller)
            guard let first = waiting.first, !areServed(waiting) else { return }
            // The clocks of two gateways may differ, so an old job is one that is a little older.
            if ContinuousClock.now >= end || Int64(time(nil)) - first.submitted > 10 {
                return try await feed(waiting, submission, queued.cluster, caller)
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
