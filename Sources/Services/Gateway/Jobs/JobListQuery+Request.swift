import HTTPEndpoints
import HTTPMessages
import Jobs

extension JobListQuery {
    init(_ request: Request) throws(Problem) {
        self.init(
            constraint: try request.query(ListParameters.constraint).map(ListParameters.constraint),
            projection: try ListParameters.projection(request), limit: try request.query(JobEndpoints.limit)?.count,
            cursor: try request.query(ListParameters.cursor).map(ListParameters.cursor), ownedByMe: try request.query(JobEndpoints.ownedByMe) ?? false
        )
    }
}
