import HTTPMessages
import CondorProtocol
import HTTPEndpoints
import HTTPTypes
import JSON

extension CollectorQuery.Kind: ParameterValue {}

/// The operations on the pool's daemons, as values.
enum PoolEndpoints {
    static let kind = Parameter<CollectorQuery.Kind>("kind", "What kind of ads")
    static let constraint = Parameter<String>(
        "constraint", .string().example("Cpus >= 8"), "A ClassAd expression; only ads for which it is true are meant")
    static let limit = Parameter<ListLimit>("limit", "At most so many ads; `*` or nothing for all")

    static let list = Endpoint(
        .get, "/api/v1/pool/{kind}", operationID: "listPool", summary: "Ads of the pool's machines and daemons",
        details: "As the collector has them. Streams as `GET /jobs` does.", tags: ["pool"], pathParameters: [kind],
        query: [constraint, ListParameters.projection, limit],
        answers: [
            Answer(.ok, "The ads", content: [.init("application/json", .ref("PoolAds")), .init("application/x-ndjson", .string())]),
            .problem(.badRequest, "The constraint, projection or limit cannot be read"),
            .problem(.notImplemented, "The gateway knows no collector"),
            .problem(.serviceUnavailable, "The collector cannot be reached"),
        ])

    static let components: [(String, Schema)] = [
        (
            "PoolAds",
            .object([
                .required("ads", .array(of: .object([.optional("Name", .string())], additional: .anything))),
                .required("count", .integer(minimum: 0).described("Ads in this answer")),
            ])
        )
    ]
}
