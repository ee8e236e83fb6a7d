import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JobsAPI
import JSON

/// The operations on jobs' standard output and standard error, as values.
enum TextEndpoints {
    static let standardOutput = text("stdout", "getStdout", "Read a job's standard output")
    static let standardError = text("stderr", "getStderr", "Read a job's standard error")

    private static func text(_ name: String, _ operationID: String, _ summary: String) -> Endpoint {
        Endpoint(
            .get, JobPath.base + PathPattern("/{id}/\(name)"), operationID: operationID, summary: summary,
            details:
                """
                For a running job, the text written so far, read from the execute machine; for a finished job, the whole text. With `follow`, the \
                answer continues until the job ends. With `Accept: text/event-stream` it consists of events `output` and, at the end, `end` with the \
                exit code.
                """,
            tags: ["sandboxes"], pathParameters: [JobPath.job],
            query: [OutputParameters.offset, OutputParameters.limit, OutputParameters.tail, OutputParameters.follow],
            answers: [
                Answer(.ok, "The text", content: [.init("text/plain", .string()), .serverSentEvents]),
                .problem(.badRequest, "`tail` together with `offset` or `limit`"),
                .problem(.forbidden, "The job belongs to somebody else"),
                .problem(.notFound, "No such job, or it does not keep this output"),
                .problem(.conflict, "The execute machine does not give access to the output"),
            ])
    }
}
