import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI

/// Reads the ads of the pool's collector.
struct PoolRoutes: Sendable {
    let lists: ListService

    /// `GET /pool/{kind}`
    func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = PoolListQuery(
            try request.path(PoolEndpoints.kind), constraint: try request.query(ListParameters.adConstraint).map(ListParameters.constraint),
            projection: try ListParameters.projection(request), limit: try request.query(ListParameters.adLimit)?.count)
        return .list(try await lists.daemons(query, caller), as: .pool, answering: request)
    }
}
