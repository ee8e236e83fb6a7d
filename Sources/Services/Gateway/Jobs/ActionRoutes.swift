import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import Jobs
import JSON

/// Actions on jobs.
struct ActionRoutes: Sendable {
    let actions: ActionService

    /// `DELETE /jobs/{id}`
    func remove(_ request: Request, _ caller: Caller) async throws -> Response {
        var body = try await ActionBody(request, withCode: false)
        if let reason = try request.query(JobEndpoints.reason) { body.reason = reason }
        return try await act(.remove, body, try request.selection(), caller)
    }

    /// `POST /jobs/{id}/{action}`
    func act(_ action: JobActionName, _ request: Request, _ caller: Caller) async throws -> Response {
        try await act(action, try await ActionBody(request, withCode: true), try request.selection(), caller)
    }

    private func act(_ action: JobActionName, _ body: ActionBody, _ selection: JobSelection, _ caller: Caller) async throws -> Response {
        let result = try await actions.act(action, on: selection, reason: body.reason, reasonCode: body.code, caller)
        let message: String
        if case .job(let id) = selection {
            message = "Job \(id) \(action.done)"
        } else {
            message = "\(Self.jobs(result.count(.success))) of cluster \(selection.text) \(action.done)"
        }
        return .json(["message": .string(message), "job_id": .string(selection.text), "results": JSONValue(outcomes: result.totals)])
    }

    /// `DELETE /jobs`
    func removeMatching(_ request: Request, _ caller: Caller) async throws -> Response {
        try await actOnMatching(.remove, try await BulkBody(request, .remove, bodyLimit: JobEndpoints.bulkLimit), caller)
    }

    /// `POST /jobs/{action}`
    func actOnMatching(_ action: JobActionName, _ request: Request, _ caller: Caller) async throws -> Response {
        try await actOnMatching(action, try await BulkBody(request, .action, bodyLimit: JobEndpoints.bulkLimit), caller)
    }

    private func actOnMatching(_ action: JobActionName, _ body: BulkBody, _ caller: Caller) async throws -> Response {
        if body.isDryRun { return .json(JSONValue(try await actions.matching(body.jobs, caller), of: body.constraintText)) }
        let outcomes = try await actions.act(action, onMatching: body.jobs, reason: body.reason, reasonCode: body.reasonCode, caller)
        return .json([
            "message": .string("\(Self.jobs(outcomes[.success] ?? 0)) \(action.done)"),
            "constraint": .string(body.constraintText),
            "results": JSONValue(outcomes: outcomes),
        ])
    }

    static func jobs(_ count: Int) -> String { "\(count) \(count == 1 ? "job" : "jobs")" }
}

extension JSONValue {
    /// How many jobs had which outcome.
    init(outcomes: [JobActionOutcome: Int]) {
        func count(_ outcome: JobActionOutcome) -> Int64 { Int64(outcomes[outcome] ?? 0) }
        self = [
            "total": .integer(Int64(outcomes.values.reduce(0, +))),
            "success": .integer(count(.success)),
            "not_found": .integer(count(.notFound)),
            "permission_denied": .integer(count(.permissionDenied)),
            "bad_status": .integer(count(.badStatus)),
            "already_done": .integer(count(.alreadyDone)),
            "error": .integer(count(.error) + count(.limitExceeded)),
        ]
    }

    /// Ids that a dry run lists.
    private static let listed = 1000

    /// The answer of a dry run.
    init(_ matching: MatchingJobs, of constraint: String) {
        func object(_ counts: [String: Int]) -> JSONValue {
            .object(JSONValue.Object(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer(Int64($0.value))) }))
        }
        self = [
            "dry_run": true,
            "constraint": .string(constraint),
            "matched": .integer(Int64(matching.count)),
            "job_ids": .array(matching.ids(limit: Self.listed).map { .string($0.description) }),
            "by_owner": object(matching.countsByOwner),
            "by_status": object(matching.countsByStatus),
        ]
    }
}
