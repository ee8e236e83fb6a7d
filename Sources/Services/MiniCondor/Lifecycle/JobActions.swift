import ClassAd
import CondorModel
import CondorProtocol

extension JobQueue {
    /// An action that was tried on the queue but not performed: what ACT_ON_JOBS answers before the client agrees.
    struct PreparedAction: Sendable {
        let action: JobAction
        let reason: String?
        let code: Int?
        let requester: Requester
        /// The outcome for each job.
        let outcomes: [(job: JobID, outcome: JobActionOutcome)]
        /// The outcome for each cluster with late materialization.
        let clusters: [(cluster: Int, outcome: JobActionOutcome)]

        var succeeded: Bool { outcomes.contains { $0.outcome == .success } || clusters.contains { $0.outcome == .success } }
    }

    /// Tries an action on its jobs without changing anything.
    ///
    /// Jobs that are named get an outcome each. With a constraint, jobs whose state does not fit the action are left out (HTCondor 25.14,
    /// `condor_schedd.V6/schedd.cpp`, actOnJobs).
    func prepare(
        _ action: JobAction, _ target: JobActionRequest.Target, reason: String? = nil, code: Int? = nil, by requester: Requester
    ) -> PreparedAction {
        var outcomes: [(job: JobID, outcome: JobActionOutcome)] = []
        var clusters: [(cluster: Int, outcome: JobActionOutcome)] = []
        switch target {
        case .jobs(let ids):
            for id in ids {
                outcomes.append((id, job(id).map { JobActions.outcome(of: action, on: $0, by: requester) } ?? .notFound))
            }
        case .constraint(let constraint):
            for job in scan(constraint) where JobActions.suits(action, job) {
                outcomes.append((job.id, JobActions.outcome(of: action, on: job, by: requester)))
            }
            if [.hold, .release, .remove, .removeForced].contains(action) {
                for (id, ad) in factoryClusters where ad.satisfies(constraint) {
                    let isAllowed = requester.isQueueSuperuser || ad.string("Owner") == String(requester.owner)
                    clusters.append((id, isAllowed ? .success : .permissionDenied))
                }
            }
        }
        return PreparedAction(
            action: action, reason: reason.map { $0.isEmpty ? "" : "\($0) (by user \(requester.owner))" }, code: code, requester: requester,
            outcomes: outcomes,
            clusters: clusters)
    }

    /// Number of jobs changed at a time; readers must wait that long.
    private static let actionBatch = 500

    /// Performs a prepared action. It is durable as a whole when this returns. A job whose state has changed in the meantime is left alone.
    func commit(_ prepared: PreparedAction) async throws(QueueError) {
        let jobs = prepared.outcomes.filter { $0.outcome == .success }.map(\.job)
        let ticket: QueueTicket
        if jobs.count <= Self.actionBatch {
            ticket = try perform(prepared, on: jobs[...], isLast: true)
        } else {
            ticket = try await performInParts(prepared, on: jobs)
        }
        try await ticket.wait()
        await materialize()
    }

    /// Releases the queue between the parts, so that other tasks may see the jobs in either state.
    private func performInParts(_ prepared: PreparedAction, on jobs: [JobID]) async throws(QueueError) -> QueueTicket {
        writer.openGroup()
        defer { writer.closeGroup() }
        var rest = jobs[...]
        while rest.count > Self.actionBatch {
            _ = try perform(prepared, on: rest.prefix(Self.actionBatch), isLast: false)
            rest = rest.dropFirst(Self.actionBatch)
            await Task.yield()
        }
        return try perform(prepared, on: rest, isLast: true)
    }

    private func perform(_ prepared: PreparedAction, on jobs: ArraySlice<JobID>, isLast: Bool) throws(QueueError) -> QueueTicket {
        try changing { edit throws(QueueError) in
            for id in jobs {
                guard let job = edit.job(id), JobActions.outcome(of: prepared.action, on: job, by: prepared.requester) == .success else { continue }
                JobActions.perform(prepared, on: job, in: &edit)
            }
            guard isLast else { return }
            for (cluster, outcome) in prepared.clusters where outcome == .success {
                JobActions.perform(prepared.action, onFactory: cluster, reason: prepared.reason, in: &edit)
            }
        }.ticket
    }

    /// Prepares and performs an action.
    func act(
        _ action: JobAction, _ target: JobActionRequest.Target, reason: String? = nil, code: Int? = nil, by requester: Requester
    ) async throws(QueueError) -> [(job: JobID, outcome: JobActionOutcome)] {
        let prepared = prepare(action, target, reason: reason, code: code, by: requester)
        if prepared.succeeded { try await commit(prepared) }
        return prepared.outcomes
    }
}

/// The preconditions and effects of actions.
enum JobActions {
    /// Whether an action with a constraint applies to a job in this state.
    static func suits(_ action: JobAction, _ job: JobSnapshot) -> Bool {
        let status = job.status
        switch action {
        case .hold: return status != .removed && status != .completed
        case .release: return status == .held && job.holdReasonCode != .spoolingInput
        case .remove: return status != .removed
        case .removeForced: return status == .removed || status == .held && job.integer("JobStatusOnRelease") == JobStatus.removed.rawValue
        case .vacate, .vacateFast: return status == .running || status == .transferringOutput
        case .suspend: return (status == .running || status == .transferringOutput) && !job.runsAtScheduler
        case .resume: return status == .suspended
        case .clearDirtyAttributes: return true
        }
    }

    static func outcome(of action: JobAction, on job: JobSnapshot, by requester: Requester) -> JobActionOutcome {
        guard requester.isQueueSuperuser || job.owner == String(requester.owner) else { return .permissionDenied }
        let status = job.status
        switch action {
        case .hold:
            let code = job.holdReasonCode
            if status == .held, code == .userRequest || code == .spoolingInput { return .alreadyDone }
            return status == .removed || status == .completed ? .permissionDenied : .success
        case .remove:
            return status == .removed ? .alreadyDone : .success
        case .release, .removeForced, .vacate, .vacateFast, .resume:
            return suits(action, job) ? .success : .badStatus
        case .suspend:
            return status == .running || status == .transferringOutput ? .success : .badStatus
        case .clearDirtyAttributes:
            return .success
        }
    }

    static func perform(_ prepared: JobQueue.PreparedAction, on job: JobSnapshot, in edit: inout QueueEdit) {
        let isActive = edit.state.isActive(job.id)
        switch prepared.action {
        case .hold:
            hold(
                job.id, reason: prepared.reason ?? "", code: .userRequest, subCode: Int64(prepared.code ?? 0), isSystem: false,
                in: &edit)
        case .release:
            release(job.id, reason: prepared.reason ?? "", in: &edit)
        case .remove:
            remove(job.id, reason: prepared.reason ?? "", in: &edit)
        case .removeForced:
            edit.update(job.id) { ad in
                ad.set("LeaveJobInQueue", false)
                if let reason = prepared.reason { ad.set("RemoveReason", reason) }
                ad.set("JobStatus", JobStatus.removed.rawValue)
            }
            if isActive { edit.request(.stop(.remove, isFast: true), of: job.id) }
            edit.log(.aborted(reason: prepared.reason ?? ""), of: job.id)
            edit.archive(job.id)
        case .vacate, .vacateFast:
            edit.request(.stop(.vacate, isFast: prepared.action == .vacateFast), of: job.id)
        case .suspend:
            edit.request(.suspend, of: job.id)
        case .resume:
            edit.request(.resume, of: job.id)
        case .clearDirtyAttributes:
            break
        }
    }

    // MARK: States

    /// Puts a job on hold. A running job is asked to end.
    static func hold(
        _ id: JobID, reason: String, code: HoldReasonCode, subCode: Int64, isSystem: Bool, runHasEnded: Bool = false, in edit: inout QueueEdit
    ) {
        guard let job = edit.job(id) else { return }
        let isActive = edit.state.isActive(id) && !runHasEnded
        let now = edit.now
        edit.update(id) { ad in
            ad.set("HoldReason", reason)
            ad.set("HoldReasonCode", code.rawValue)
            ad.set("HoldReasonSubCode", subCode)
            ad.set("NumHolds", (job.integer("NumHolds") ?? 0) &+ 1)
            ad.set("NumHoldsByReason", ReasonCounts.incremented(job.expression("NumHoldsByReason"), code.name))
            if isSystem { ad.set("NumSystemHolds", (job.integer("NumSystemHolds") ?? 0) &+ 1) }
            if job.status == .removed { ad.set("JobStatusOnRelease", JobStatus.removed.rawValue) }
            // HTCondor's shadow, which holds running jobs, leaves the attribute unchanged.
            if job.status != .running, !runHasEnded { ad.move("ReleaseReason", to: "LastReleaseReason", of: job) }
            ad.setStatus(.held, of: job, at: now)
            ad.set("LastSuspensionTime", 0)
        }
        if isActive {
            edit.request(.stop(.hold, isFast: false), of: id)
        } else {
            edit.log(.held(reason: reason, code: code.rawValue, subCode: subCode), of: id)
        }
    }

    /// Releases a held job. It becomes idle, unless it was being removed when it was held.
    static func release(_ id: JobID, reason: String, isLogged: Bool = true, in edit: inout QueueEdit) {
        guard let job = edit.job(id) else { return }
        let now = edit.now
        let status = job.evaluatedInteger("JobStatusOnRelease").flatMap(JobStatus.init(rawValue:)) ?? .idle
        edit.update(id) { ad in
            ad.set("ReleaseReason", reason)
            ad.move("HoldReason", to: "LastHoldReason", of: job)
            ad.move("HoldReasonCode", to: "LastHoldReasonCode", of: job)
            ad.move("HoldReasonSubCode", to: "LastHoldReasonSubCode", of: job)
            ad.remove("JobStatusOnRelease")
            ad.setStatus(status, of: job, at: now)
            ad.set("LastSuspensionTime", 0)
        }
        if isLogged { edit.log(.released(reason: reason), of: id) }
    }

    /// Begins the removal of a job. A job that is not running leaves the queue at once, if its `LeaveJobInQueue` allows it.
    static func remove(_ id: JobID, reason: String, in edit: inout QueueEdit) {
        guard let job = edit.job(id) else { return }
        let isActive = edit.state.isActive(id)
        let now = edit.now
        edit.update(id) { ad in
            if !reason.isEmpty { ad.set("RemoveReason", reason) }
            if job.status == .held {
                ad.move("HoldReason", to: "LastHoldReason", of: job)
                ad.move("HoldReasonCode", to: "LastHoldReasonCode", of: job)
                ad.move("HoldReasonSubCode", to: "LastHoldReasonSubCode", of: job)
            }
            ad.remove("JobStatusOnRelease")
            ad.setStatus(.removed, of: job, at: now)
            if !isActive {
                ad.set("JobAbortEventLogged", 1)
                ad.set("JobFinishedHookDone", now)
            }
        }
        if isActive {
            edit.request(.stop(.remove, isFast: false), of: id)
        } else {
            edit.log(.aborted(reason: reason), of: id)
            leaveQueueIfAllowed(id, in: &edit)
        }
    }

    /// Moves a completed or removed job to the history, unless its `LeaveJobInQueue` keeps it.
    @discardableResult
    static func leaveQueueIfAllowed(_ id: JobID, in edit: inout QueueEdit) -> Bool {
        guard let job = edit.job(id), job.status == .completed || job.status == .removed else { return false }
        let now = edit.now
        var context = EvaluationContext.standard
        context.now = { now }
        if job.satisfies(.attribute("LeaveJobInQueue"), context: context) { return false }
        edit.archive(id)
        return true
    }

    static func perform(_ action: JobAction, onFactory cluster: Int, reason: String?, in edit: inout QueueEdit) {
        guard let record = edit.state.cluster(cluster), var factory = record.factory else { return }
        var ad = edit.clusterAd(cluster) ?? record.ad
        switch action {
        case .hold:
            guard factory.pause == nil else { return }
            factory.pause = .held
            ad.set("JobMaterializePaused", 1)
            if let reason { ad.set("JobMaterializePauseReason", reason) }
        case .release:
            guard factory.pause == .held else { return }
            factory.pause = nil
            ad.set("JobMaterializePaused", 0)
            ad.remove("JobMaterializePauseReason")
        case .remove, .removeForced:
            factory.pause = .removed
        default:
            return
        }
        edit.putCluster(cluster, ad, nextProc: record.nextProc)
        edit.putFactory(cluster, factory)
    }
}

extension StoredAd {
    /// Renames an attribute of the job. The old name becomes undefined if the cluster has it too.
    mutating func move(_ name: String, to other: String, of job: JobSnapshot) {
        guard let expression = job[name], !expression.elementsEqual("undefined".utf8) else { return }
        set(other, expression: expression)
        if job.cluster.contains(name) {
            set(name, expression: "undefined".utf8)
        } else {
            remove(name)
        }
    }

    mutating func setStatus(_ status: JobStatus, of job: JobSnapshot, at now: Int64) {
        // Once it is over, the transfer of output counts as part of the run.
        let before = job.status == .transferringOutput ? .running : job.status
        if before != status, status != .transferringOutput { set("LastJobStatus", before.rawValue) }
        set("JobStatus", status.rawValue)
        set("EnteredCurrentStatus", now)
    }
}
