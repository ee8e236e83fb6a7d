import HTTPMessages
import Jobs
import JSON

/// `GET /jobs/{id}/explain`
struct ExplainRoutes: Sendable {
    let explanations: ExplainService

    func explain(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try request.job()
        return .json(try await explanations.explain(id, caller).json(id))
    }
}
