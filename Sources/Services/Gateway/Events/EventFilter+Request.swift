import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI

extension EventFilter {
    init(_ request: Request) throws(Problem) {
        self.init(
            types: try request.query(EventEndpoints.types)?.types, owner: try request.query(EventParameters.owner),
            cluster: try request.query(EventParameters.cluster),
            constraint: try request.query(ListParameters.constraint).map(ListParameters.constraint))
    }
}
