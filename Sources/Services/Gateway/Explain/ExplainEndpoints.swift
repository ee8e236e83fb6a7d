import HTTPEndpoints
import HTTPTypes
import JobsAPI
import JSON

/// The operation that tells why a job does not run, as a value.
enum ExplainEndpoints {
    static let explain = Endpoint(
        .get, JobPath.base + "/{id}/explain", operationID: "explainJob", summary: "Why a job does not run",
        details:
            """
            For an idle job: its `Requirements` clause by clause, the number of machines that meet each clause, and what would have to change. For a \
            held job: what the code means and what to do. For any other job: where it is. `summary` and `advice` are for people.
            """,
        tags: ["jobs"], pathParameters: [JobPath.job],
        answers: [
            .json(.ok, ExplanationResult.resource.schema, "The explanation"),
            .problem(.notFound, "No such job"),
        ])
}
