import HTTPEndpoints
import HTTPMessages
import Jobs

extension EventFilter {
    init(_ request: Request) throws(Problem) {
        self.init(
            types: try request.query(EventEndpoints.types)?.types, owner: try request.query(EventEndpoints.owner),
            cluster: try request.query(EventEndpoints.cluster),
            constraint: try request.query(ListParameters.constraint).map(ListParameters.constraint))
    }
}
