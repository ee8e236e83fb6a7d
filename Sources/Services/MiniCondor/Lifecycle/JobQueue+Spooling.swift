import CondorModel

extension JobQueue {
    /// The final location of a job's sandbox.
    func spoolDirectory(of job: JobID) -> String { spool.directory(of: job) }

    /// Begins to receive input. Checks that each job belongs to the requester, has not been spooled before and waits for nothing else.
    func beginSpooling(_ jobs: [JobID], by requester: Requester) async throws(QueueError) {
        let (_, ticket) = try changing { edit throws(QueueError) in
            for id in jobs {
                guard let job = edit.job(id) else { throw .notFound("job \(id) is not in the queue") }
                guard requester.isQueueSuperuser || job.owner == String(requester.owner) else { throw .permission("job \(id) is not yours") }
                guard !job.contains("StageInFinish") else { throw .invalid("job \(id) has been spooled already") }
                guard job.status != .held || job.holdReasonCode == .spoolingInput else {
                    throw .invalid("job \(id) is held for another reason")
                }
                let now = edit.now
                edit.update(id) { $0.set("StageInStart", now) }
            }
        }
        try await ticket.wait()
    }

    /// Records that the input of all these jobs is in their spool directories. They may run now.
    func finishSpooling(_ jobs: [JobID]) async throws(QueueError) {
        let (_, ticket) = try changing { edit throws(QueueError) in
            for id in jobs {
                let now = edit.now
                edit.update(id) { $0.set("StageInFinish", now) }
                if edit.job(id)?.status == .held { JobActions.release(id, reason: "Data files spooled", isLogged: false, in: &edit) }
            }
        }
        try await ticket.wait()
    }

    /// Records that receiving input failed. The jobs are removed, as in HTCondor.
    func failSpooling(_ jobs: [JobID]) async throws(QueueError) {
        let (_, ticket) = try changing { edit throws(QueueError) in
            for id in jobs { JobActions.remove(id, reason: "Staging of job files failed", in: &edit) }
        }
        try await ticket.wait()
    }

    /// Records that a client begins to fetch the output of these jobs.
    func beginRetrieval(_ jobs: [JobID]) async throws(QueueError) { try await noteRetrieval(jobs, "StageOutStart") }

    /// Records that a client has the output of these jobs. Jobs that stayed in the queue for it may leave now.
    func finishRetrieval(_ jobs: [JobID]) async throws(QueueError) { try await noteRetrieval(jobs, "StageOutFinish") }

    private func noteRetrieval(_ jobs: [JobID], _ attribute: String) async throws(QueueError) {
        let (_, ticket) = try changing { edit throws(QueueError) in
            for id in jobs {
                guard let status = edit.job(id)?.status, status == .completed || status == .removed else { continue }
                let now = edit.now
                edit.update(id) { $0.set(attribute, now) }
                JobActions.leaveQueueIfAllowed(id, in: &edit)
            }
        }
        try await ticket.wait()
    }
}
