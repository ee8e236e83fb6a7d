import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI
import JSON

/// `GET /jobs/{id}/explain`
struct ExplainRoutes: Sendable {
    let explanations: ExplainService

    func explain(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try request.job()
        return .json(ExplanationResult(try await explanations.explain(id, caller), of: id))
    }
}
