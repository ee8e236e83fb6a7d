import Cedar
import CondorProtocol

/// ACT_ON_JOBS (478): reports the outcome for each job, and performs the action once the client has agreed.
enum JobActionCommand {
    static func run(_ call: CommandCall) async throws(ServerError) {
        let requester = try call.identified()
        let connection = call.connection
        let request: JobActionRequest
        do throws(ServerError) {
            request = try await connection.message { message throws(CedarError) in try JobActionRequest(from: &message) }
        } catch {
            guard case .violation(let reason) = error, reason.code == .malformed else { throw error }
            // HTCondor's reply to an unusable request: a number where the client expects an ad.
            try await connection.send { Acknowledgement.refused.encode(into: &$0) }
            return
        }
        let queue = call.scheduler.queue
        let prepared = queue.prepare(request.action, request.target, reason: request.reason, code: request.reasonCode, by: requester)
        var result = JobActionResult(action: request.action, succeeded: prepared.succeeded)
        for (job, outcome) in prepared.outcomes {
            result.jobs[job] = outcome
            result.totals[outcome, default: 0] += 1
        }
        for (_, outcome) in prepared.clusters { result.totals[outcome, default: 0] += 1 }
        result.queueSize = queue.counts.jobs
        result.isQueueSuperuser = requester.isQueueSuperuser
        let answer = result
        try await connection.send { answer.encode(into: &$0, eachJob: request.wantsEachJob) }
        guard prepared.succeeded else { return }

        let agreement = try await connection.message { message throws(CedarError) in try Acknowledgement(from: &message) }
        guard agreement == .ok else { throw .refused("the client cancelled the action") }
        do throws(QueueError) {
            try await queue.commit(prepared)
        } catch {
            try await connection.send { Acknowledgement.refused.encode(into: &$0) }
            return
        }
        try call.scheduler.faults.committed()
        try await connection.send { Acknowledgement.ok.encode(into: &$0) }
    }
}
