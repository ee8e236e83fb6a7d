import ClassAd
import CondorClient
package import CondorModel
package import CondorProtocol

/// Holds, releases or removes jobs: one job, a cluster, or all jobs that match a constraint.
package struct ActionService: Sendable {
    let scheduler: @Sendable (Caller) -> any Scheduler
    let input: InputService

    package init(input: InputService, scheduler: @escaping @Sendable (Caller) -> any Scheduler) {
        self.input = input
        self.scheduler = scheduler
    }

    /// Acts on a job or a cluster.
    /// - Parameters:
    ///   - reason: stored in the job's ad; nil for a default text.
    ///   - reasonCode: becomes `HoldReasonSubCode`.
    /// - Returns: the number of jobs with each outcome; at least one is a success.
    /// - Throws: `jobNotFound`, `clusterNotFound`, `notOwner`, `wrongState`, `schedulerLimit`, `commandFailed`, `cancelled`. Nothing was done then.
    package func act(
        _ action: JobActionName, on selection: JobSelection, reason: String?, reasonCode: Int?, _ caller: Caller
    ) async throws(JobsError) -> JobActionResult {
        let target: JobActionRequest.Target
        if case .job(let id) = selection { target = .jobs([id]) } else { target = .constraint(selection.expression) }
        var request = JobActionRequest(action.action, target, reason: reason ?? action.ownReason, reasonCode: reasonCode)
        if case .constraint = target { request.wantsEachJob = false }
        let scheduler = scheduler(caller)
        let asked = request
        var result = try await commanding(.acting) { () async throws(CondorError) in try await scheduler.act(asked) { _ in true } }
        if result.count(.success) == 0, try await input.waitUntilReleased(selection, caller) {
            result = try await commanding(.acting) { () async throws(CondorError) in try await scheduler.act(asked) { _ in true } }
        }
        if result.count(.success) == 0 { throw try await refusal(of: action, result, selection, scheduler, caller) }
        return result
    }

    /// Finds out why nothing was done.
    ///
    /// The outcomes of ACT_ON_JOBS are not enough. With a constraint the schedd silently skips jobs in the wrong state, and it also answers
    /// "permission denied" to a hold of a completed job. So this reads the jobs themselves.
    private func refusal(
        of action: JobActionName, _ result: JobActionResult, _ selection: JobSelection, _ scheduler: any Scheduler, _ caller: Caller
    ) async throws(JobsError) -> JobsError {
        let found = try await scheduler.ads(selection, projection: ["ClusterId", "ProcId", "JobStatus", "Owner", "User"], limit: 1)
        guard let ad = found.first, let example = JobID(ad) else { return .notFound(selection) }
        if result.count(.limitExceeded) > 0 { return JobsError(.schedulerLimit, "A limit of the scheduler does not allow this now") }
        if !caller.owns(ad) {
            var isDenied = result.count(.permissionDenied) > 0
            // For jobs in the wrong state, the outcomes do not tell whether the caller has permission at all.
            if !isDenied, case .cluster = selection {
                isDenied = try await !commanding { () async throws(CondorError) in try await scheduler.givesSandbox(of: example) }
            }
            if isDenied { return .notOwner(selection) }
        }
        let status = JobStatus(ad)
        let state = status.map { "\($0)" } ?? "in an unknown state"
        if case .job(let id) = selection { return JobsError(.wrongState, "Job \(id) is \(state); it cannot be \(action.done)") }
        return JobsError(.wrongState, "No job of cluster \(selection.text) is in a state that allows it to be \(action.done)")
    }
}

extension JobActionName {
    /// The reason that is stored when the caller gives none.
    var ownReason: String { "via htapi \(rawValue)" }
}
