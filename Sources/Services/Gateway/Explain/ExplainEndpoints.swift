import HTTPEndpoints
import HTTPTypes
import JobsAPI
import JSON

/// The operation that explains a job's state, as a value.
enum ExplainEndpoints {
    static let explain = Endpoint(
        .get, JobPath.base + "/{id}/explain", operationID: "explainJob", summary: "Why a job does not run",
        details:
            """
            For an idle job: its `Requirements` clause by clause, the number of machines that meet each clause, and suggested changes. For a \
            held job: the meaning of the hold code and what to do. For any other job: its state. `summary` and `advice` are human-readable.
            """,
        tags: ["jobs"], pathParameters: [JobPath.job],
        answers: [
            .json(.ok, ExplanationResult.resource.schema, "The explanation"),
            .problem(.notFound, "No such job"),
        ])
}
