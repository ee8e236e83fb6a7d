import CondorModel

extension JobQueue {
    /// Applies a starter's report about a job.
    /// - Returns: the starter's next step, once the change is durable.
    func apply(_ transition: JobTransition, to id: JobID) async throws(QueueError) -> JobNextStep {
        let (next, ticket) = try changing { edit throws(QueueError) in
            guard let job = edit.job(id) else { return JobNextStep.unknownJob }
            return JobRun(job, in: edit).apply(transition, in: &edit)
        }
        try await ticket.wait()
        if next == .releaseSlot || next == .forget { await materialize() }
        return next
    }

    /// Records why an idle job was not matched. Nobody waits for this to become durable.
    func noteRejection(of id: JobID, _ reason: String) {
        _ = try? changing { edit throws(QueueError) in
            guard edit.job(id)?.status == .idle else { return }
            let now = edit.now
            edit.update(id) { ad in
                ad.set("LastRejMatchReason", reason)
                ad.set("LastRejMatchTime", now)
            }
        }
    }

    /// Applies several reports at once, in order.
    /// - Returns: the starter's next step after the last one, and a ticket for the durability of all.
    func note(_ transitions: [JobTransition], of id: JobID) throws(QueueError) -> (next: JobNextStep, ticket: QueueTicket) {
        let (next, ticket) = try changing { edit throws(QueueError) in
            var next = JobNextStep.proceed
            for transition in transitions {
                guard let job = edit.job(id) else { return JobNextStep.unknownJob }
                next = JobRun(job, in: edit).apply(transition, in: &edit)
                guard next == .proceed else { break }
            }
            return next
        }
        return (next, ticket)
    }
}

/// A job whose run is being reported.
struct JobRun {
    let id: JobID
    /// The job before the report.
    let job: JobSnapshot
    let isActive: Bool
    let now: Int64

    init(_ job: JobSnapshot, in edit: QueueEdit) {
        id = job.id
        self.job = job
        isActive = job.proc.contains("RemoteHost")
        now = edit.now
    }

    func number(_ name: String) -> Int64 { job.integer(name) ?? 0 }

    func apply(_ transition: JobTransition, in edit: inout QueueEdit) -> JobNextStep {
        if case .started(let start) = transition {
            guard job.status == .idle, !isActive else { return .unknownJob }
            started(start, in: &edit)
            return .proceed
        }
        guard isActive else { return .unknownJob }
        switch transition {
        case .started: return .unknownJob
        case .inputTransferStarted: inputTransferStarted(in: &edit)
        case .inputTransferFinished(let amount): inputTransferFinished(amount, in: &edit)
        case .executing(let start): executing(start, in: &edit)
        case .usage(let usage): used(usage, in: &edit)
        case .suspended(let processes): suspended(processes, in: &edit)
        case .resumed: resumed(in: &edit)
        case .outputTransferStarted: outputTransferStarted(in: &edit)
        case .outputTransferFinished(let amount): outputTransferFinished(amount, in: &edit)
        case .exited(let exit): return exited(exit, in: &edit)
        case .stopped(let stop): return stopped(stop, in: &edit)
        case .failed(let failure): return failed(failure, in: &edit)
        case .foundAgain: edit.update(id) { $0.set("LastJobLeaseRenewal", now) }
        case .lost(let reason): return lost(reason, in: &edit)
        }
        return .proceed
    }
}
