import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI

/// The operations on jobs that have left the queue, as values.
enum HistoryEndpoints {
    static let base: PathPattern = "/api/v1/history"

    static let since = Parameter<HistorySince>(
        "since", "Where to stop when going back in time: at a job, which is excluded, or at a time of completion or removal")
    private static let query: [any ParameterDescription] = [
        ListParameters.constraint, ListParameters.projection, ListParameters.recordLimit, ListParameters.cursor, since,
    ]

    static let list = Endpoint(
        .get, base, operationID: "listHistory", summary: "List jobs that have left the queue",
        details: "Completed and removed jobs, newest first. The list streams like that of `GET /jobs`.", tags: ["history"], query: query,
        answers: [
            Answer(
                .ok, "The records", content: [.init("application/json", JobPage.resource.schema), .init("application/x-ndjson", .string())],
                headers: [.init("Link", "rel=\"next\" with the next page's address")]),
            .problem(.badRequest, "The constraint, projection, limit, cursor or since cannot be read"),
            .problem(.gone, "The cursor's record is no longer kept, or is not part of this list"),
        ])

    static let get = Endpoint(
        .get, base + "/{id}", operationID: "getHistory", summary: "The record of a job, or the records of a cluster",
        details: "For CLUSTER.PROC, the newest record as a bare object; for CLUSTER, a list like that of `GET /history`.", tags: ["history"],
        pathParameters: [JobPath.id], query: query,
        answers: [
            Answer(
                .ok, "The record, or the cluster's records",
                content: [
                    .init("application/json", .anyOf([JobAd.codec.schema, JobPage.resource.schema])), .init("application/x-ndjson", .string()),
                ]),
            .problem(.notFound, "No record of this job or cluster"),
            .problem(.gone, "The cursor's record is no longer kept, or is not part of this list"),
        ])
}
