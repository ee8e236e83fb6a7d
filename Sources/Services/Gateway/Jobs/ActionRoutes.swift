import CondorModel
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI

/// Actions on jobs.
struct ActionRoutes: Sendable {
    let actions: ActionService

    /// `DELETE /jobs/{id}`
    func remove(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await request.body.decode(RemoveBody.resource.codec, upTo: JobEndpoints.bodyLimit)
        let reason = try request.query(ChangeParameters.reason) ?? body?.reason
        return try await act(.remove, ActionBody(reason: reason), try request.selection(), caller)
    }

    /// `POST /jobs/{id}/{action}`
    func act(_ action: JobActionName, _ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await request.body.decode(ActionBody.resource.codec, upTo: JobEndpoints.bodyLimit) ?? ActionBody()
        return try await act(action, body, try request.selection(), caller)
    }

    private func act(_ action: JobActionName, _ body: ActionBody, _ selection: JobSelection, _ caller: Caller) async throws -> Response {
        let result = try await actions.act(action, on: selection, reason: body.reason, reasonCode: body.reasonCode, caller)
        let message: String
        if case .job(let id) = selection {
            message = "Job \(id) \(action.done)"
        } else {
            message = "\(Self.jobs(result.count(.success))) of cluster \(selection.text) \(action.done)"
        }
        return .json(ActionResult(message: message, jobID: selection.text, results: ActionCounts(result.totals)))
    }

    /// `DELETE /jobs`
    func removeMatching(_ request: Request, _ caller: Caller) async throws -> Response {
        try await actOnMatching(.remove, try await BulkRequest(request, BulkBody.remove, bodyLimit: JobEndpoints.bodyLimit), caller)
    }

    /// `POST /jobs/{action}`
    func actOnMatching(_ action: JobActionName, _ request: Request, _ caller: Caller) async throws -> Response {
        try await actOnMatching(action, try await BulkRequest(request, BulkBody.action, bodyLimit: JobEndpoints.bodyLimit), caller)
    }

    private func actOnMatching(_ action: JobActionName, _ bulk: BulkRequest, _ caller: Caller) async throws -> Response {
        if bulk.isDryRun {
            return .json(BulkDryRun(try await actions.matching(bulk.jobs, caller), of: bulk.constraintText))
        }
        let outcomes = try await actions.act(action, onMatching: bulk.jobs, reason: bulk.reason, reasonCode: bulk.reasonCode, caller)
        return .json(
            BulkResult(
                message: "\(Self.jobs(outcomes[.success] ?? 0)) \(action.done)", constraint: bulk.constraintText,
                results: ActionCounts(outcomes)))
    }

    static func jobs(_ count: Int) -> String { "\(count) \(count == 1 ? "job" : "jobs")" }
}
