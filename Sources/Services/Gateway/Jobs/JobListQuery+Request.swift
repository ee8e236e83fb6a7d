import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI

extension JobListQuery {
    init(_ request: Request) throws(Problem) {
        self.init(
            constraint: try request.query(ListParameters.constraint).map(ListParameters.constraint),
            projection: try ListParameters.projection(request), limit: try request.query(ListParameters.jobLimit)?.count,
            cursor: try request.query(ListParameters.cursor).map(ListParameters.cursor),
            ownedByMe: try request.query(ListParameters.ownedByMe) ?? false)
    }
}
