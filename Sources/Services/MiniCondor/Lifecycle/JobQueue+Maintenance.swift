import ClassAd
import CondorModel

/// Regular work of the scheduler.
extension JobQueue {
    /// Repeatedly evaluates policies, moves jobs to the history and prunes the history, until the task is cancelled.
    func maintain() async {
        var nextPruning = settings.now()
        while !Task.isCancelled {
            await evaluatePolicies()
            await materialize()
            if settings.now() >= nextPruning {
                try? await pruneHistory()
                nextPruning = settings.now() + Self.pruningInterval
            }
            try? await Task.sleep(for: .seconds(max(1, settings.periodicInterval)))
        }
    }

    /// Seconds between prunings of the history.
    private static let pruningInterval: Int64 = 600

    /// Evaluates the periodic expressions of all jobs once. Moves completed and removed jobs to the history if their `LeaveJobInQueue` has become
    /// false.
    func evaluatePolicies() async {
        let now = settings.now()
        var lastCluster: (id: Int, hasPolicy: Bool)?
        var pending: [JobID] = []
        var jobs = scan()
        while let job = jobs.next() {
            if jobs.examined % 512 == 0 { await Task.yield() }
            if lastCluster?.id != job.id.cluster { lastCluster = (job.id.cluster, JobPolicy.isPresent(in: job.cluster)) }
            let mayLeave = job.status == .completed || job.status == .removed
            let hasPolicy = lastCluster?.hasPolicy == true || JobPolicy.isPresent(in: job.proc)
            guard mayLeave || hasPolicy || Self.awaitsInput(job), decision(on: job, now: now) != nil else { continue }
            pending.append(job.id)
            if pending.count == 500 {
                await decide(on: pending)
                pending = []
            }
        }
        if !pending.isEmpty { await decide(on: pending) }
    }

    private enum Decision {
        case policy(JobPolicy.Verdict)
        case leave
        /// The job now waits for its input.
        case noteWaiting
        case stopWaiting
    }

    /// How many seconds a job may wait for its input (HTCondor 25.14, `condor_schedd.V6/schedd.cpp`, check_for_spool_zombies).
    private static let longestWait: Int64 = 12 * 3600

    private static func awaitsInput(_ job: JobSnapshot) -> Bool {
        job.status == .held && job.holdReasonCode == .spoolingInput
    }

    private func decision(on job: JobSnapshot, now: Int64) -> Decision? {
        if let verdict = JobPolicy.periodic(job, now: now) { return .policy(verdict) }
        if Self.awaitsInput(job) {
            guard let since = job.integer("StageInStart") else { return .noteWaiting }
            return now &- since > Self.longestWait ? .stopWaiting : nil
        }
        guard job.status == .completed || job.status == .removed else { return nil }
        return job.satisfies(.attribute("LeaveJobInQueue"), context: JobPolicy.context(at: now)) ? nil : .leave
    }

    private func decide(on jobs: [JobID]) async {
        let change = try? changing { edit throws(QueueError) in
            for id in jobs {
                // The job may have changed in the meantime.
                guard let job = edit.job(id), let decision = decision(on: job, now: edit.now) else { continue }
                perform(decision, on: job, in: &edit)
            }
        }
        try? await change?.ticket.wait()
    }

    private func perform(_ decision: Decision, on job: JobSnapshot, in edit: inout QueueEdit) {
        let id = job.id
        if case .policy(let verdict) = decision, edit.state.isActive(id), verdict.endsRun {
            edit.update(id) { ad in
                ad.set("VacateReason", JobRun.claimDeactivatedReason)
                ad.set("VacateReasonCode", HoldReasonCode.claimDeactivated.rawValue)
            }
        }
        switch decision {
        case .policy(.hold(let reason, let code, let subCode)):
            JobActions.hold(id, reason: reason, code: code, subCode: subCode, isSystem: false, in: &edit)
        case .policy(.release(let reason)):
            JobActions.release(id, reason: reason, in: &edit)
        case .policy(.remove(let reason)):
            JobActions.remove(id, reason: reason, in: &edit)
        case .policy(.vacate(let reason)):
            guard edit.state.isActive(id), !job.contains("VacateReason") else { return }
            edit.update(id) { ad in
                ad.set("VacateReason", reason)
                ad.set("VacateReasonCode", HoldReasonCode.jobPolicyVacate.rawValue)
                ad.set("VacateReasonSubCode", 0)
            }
            edit.request(.stop(.vacate, isFast: false), of: id)
        case .noteWaiting:
            let now = edit.now
            edit.update(id) { $0.set("StageInStart", now) }
        case .stopWaiting:
            JobActions.remove(id, reason: "Spooling is taking too long", in: &edit)
        case .leave:
            if !edit.state.isActive(id) { JobActions.leaveQueueIfAllowed(id, in: &edit) }
        }
    }
}
