import HTTPMessages
import HTTPEndpoints
import HTTPTypes

/// The operations on what jobs write, as values.
enum OutputEndpoints {
    static let path = Parameter<String>(
        "path", .string(minLength: 1), "The file's name in the sandbox, as the listing has it; slashes are part of it")
    static let offset = Parameter<Int>("offset", .integer(minimum: 0), "Bytes to leave out in front")
    static let limit = Parameter<Int>("limit", .integer(minimum: 1), "At most so many bytes")
    static let tail = Parameter<Int>("tail", .integer(minimum: 0, maximum: 1_000_000), "Only so many lines at the end")
    static let follow = Parameter<Bool>("follow", .boolean.defaulting(to: false), "Go on until the job ends")

    static let range = Parameter<String>("Range", .string().example("bytes=0-1023"), "Only these bytes")

    static let files = Endpoint(
        .get, JobEndpoints.base + "/{id}/files", operationID: "listFiles", summary: "List the files of the output sandbox", tags: ["sandboxes"],
        pathParameters: [JobEndpoints.job],
        answers: [
            .json(
                .ok,
                .object([
                    .required(
                        "files",
                        .array(
                            of: .object([
                                .required("name", .string()), .required("size", .integer(minimum: 0)),
                                .required("mode", .string(pattern: "^0[0-7]{3}$").example("0644")),
                            ])))
                ]), "The files, under the names they have in `GET /jobs/{id}/output`"),
            .problem(.notFound, "No such job"),
            .problem(.conflict, "The job has no sandbox"),
        ])

    static let file = Endpoint(
        .get, JobEndpoints.base + "/{id}/files/{path...}", operationID: "getFile", summary: "Download one file of the output sandbox",
        details: "A `Range` of bytes is honoured.", tags: ["sandboxes"], pathParameters: [JobEndpoints.job, path], headers: [range],
        answers: [
            Answer(.ok, "The file", content: [.init("application/octet-stream", .binary)], headers: [.init("Content-Disposition", "attachment")]),
            Answer(
                .partialContent, "A part of it", content: [.init("application/octet-stream", .binary)],
                headers: [.init("Content-Range", "Which part")]),
            .problem(.forbidden, "The job belongs to somebody else"),
            .problem(.notFound, "No such job or file"),
            .problem(.rangeNotSatisfiable, "The file is shorter"),
        ])

    static let standardOutput = text("stdout", "getStdout", "What a job has written to its standard output")
    static let standardError = text("stderr", "getStderr", "What a job has written to its standard error")

    private static func text(_ name: String, _ operationID: String, _ summary: String) -> Endpoint {
        Endpoint(
            .get, JobEndpoints.base + PathPattern("/{id}/\(name)"), operationID: operationID, summary: summary,
            details:
                "Of a running job what there is so far, from the machine it runs on; of a finished one all of it. With `follow` the answer goes on until the job ends; with `Accept: text/event-stream` as events `output` and, at the end, `end` with the exit code.",
            tags: ["sandboxes"], pathParameters: [JobEndpoints.job], query: [offset, limit, tail, follow],
            answers: [
                Answer(.ok, "The text", content: [.init("text/plain", .string()), .serverSentEvents]),
                .problem(.badRequest, "`tail` together with `offset` or `limit`"),
                .problem(.forbidden, "The job belongs to somebody else"),
                .problem(.notFound, "No such job, or it does not keep this output"),
                .problem(.conflict, "The machine the job runs on does not tell"),
            ])
    }

    static let log = Endpoint(
        .get, JobEndpoints.base + "/{id}/log", operationID: "getLog", summary: "The events of a job's log",
        details:
            "What the scheduler has written to the job's `log` so far, in whatever state the job is. Types and attributes are those of HTCondor's event ads (`htcondor2.JobEventLog`); times are in UTC. With `Accept: application/x-ndjson` one event a line, the last line being `{\"end\":{\"count\":n,\"complete\":true}}`; with `Accept: text/event-stream` as events `log` and, at the end, `end`. With `follow` the answer goes on until the job ends, in lines unless `Accept` says otherwise, and the end tells the job's status and exit code; the status is null for a job that has left the queue.",
        tags: ["sandboxes"], pathParameters: [JobEndpoints.job], query: [follow],
        answers: [
            Answer(
                .ok, "The events",
                content: [.init("application/json", .ref("JobLog")), .init("application/x-ndjson", .string()), .serverSentEvents]),
            .problem(.forbidden, "The job belongs to somebody else"),
            .problem(.notFound, "No such job, or it keeps no log"),
            .problem(.conflict, "The log is not in the job's sandbox at the scheduler"),
        ])

    static let components: [(String, Schema)] = [
        (
            "JobLog",
            .object([
                .required("job_id", .string()),
                .required(
                    "events",
                    .array(
                        of: .object([
                            .required("number", .integer(minimum: 0).described("The event's number in HTCondor's log")),
                            .required("type", .string().described("`MyType` of the event's ad").example("JobTerminatedEvent")),
                            .required("time", .string(format: "date-time")),
                            .required("job_id", .string().described("CLUSTER.PROC, or CLUSTER for an event of a whole cluster")),
                            .required("attributes", .object([], additional: .anything)),
                        ]))),
            ])
        )
    ]
}
