import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JSON

/// The operations on what jobs write to their standard output and error, as values.
enum TextEndpoints {
    static let offset = Parameter<Int>("offset", .integer(minimum: 0), "Bytes to leave out in front")
    static let limit = Parameter<Int>("limit", .integer(minimum: 1), "At most so many bytes")
    static let tail = Parameter<Int>("tail", .integer(minimum: 0, maximum: 1_000_000), "Only so many lines at the end")
    static let follow = Parameter<Bool>("follow", .boolean.defaulting(to: false), "Go on until the job ends")

    static let standardOutput = text("stdout", "getStdout", "What a job has written to its standard output")
    static let standardError = text("stderr", "getStderr", "What a job has written to its standard error")

    private static func text(_ name: String, _ operationID: String, _ summary: String) -> Endpoint {
        Endpoint(
            .get, JobPath.base + PathPattern("/{id}/\(name)"), operationID: operationID, summary: summary,
            details:
                "Of a running job what there is so far, from the machine it runs on; of a finished one all of it. With `follow` the answer goes on until the job ends; with `Accept: text/event-stream` as events `output` and, at the end, `end` with the exit code.",
            tags: ["sandboxes"], pathParameters: [JobPath.job], query: [offset, limit, tail, follow],
            answers: [
                Answer(.ok, "The text", content: [.init("text/plain", .string()), .serverSentEvents]),
                .problem(.badRequest, "`tail` together with `offset` or `limit`"),
                .problem(.forbidden, "The job belongs to somebody else"),
                .problem(.notFound, "No such job, or it does not keep this output"),
                .problem(.conflict, "The machine the job runs on does not tell"),
            ])
    }
}
