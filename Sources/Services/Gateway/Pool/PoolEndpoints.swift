import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JobsAPI
import JSON

extension CollectorQuery.Kind: ParameterValue {}

/// The operations on the pool's daemons, as values.
enum PoolEndpoints {
    static let kind = Parameter<CollectorQuery.Kind>("kind", "The kind of ads")

    static let list = Endpoint(
        .get, "/api/v1/pool/{kind}", operationID: "listPool", summary: "List ads of the pool's machines and daemons",
        details: "The ads are those in the collector. The list streams like that of `GET /jobs`.", tags: ["pool"], pathParameters: [kind],
        query: [ListParameters.adConstraint, ListParameters.projection, ListParameters.adLimit],
        answers: [
            Answer(.ok, "The ads", content: [.init("application/json", PoolAds.resource.schema), .init("application/x-ndjson", .string())]),
            .problem(.badRequest, "The constraint, projection or limit cannot be read"),
            .problem(.notImplemented, "No collector is configured"),
            .problem(.serviceUnavailable, "The collector cannot be reached"),
        ])
}
