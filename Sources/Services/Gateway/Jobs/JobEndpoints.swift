import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import JSON

/// The operations on jobs, as values. Routing, checks, documentation and the permission table are derived from them.
enum JobEndpoints {
    static let idempotencyKey = Parameter<IdempotencyKey>(
        "Idempotency-Key", "Prevents duplicate submissions. A repetition gets the first answer, with `Idempotency-Replayed: true`")

    private static let listQuery: [any ParameterDescription] = [
        ListParameters.constraint, ListParameters.projection, ListParameters.jobLimit, ListParameters.cursor, ListParameters.ownedByMe,
    ]

    /// The largest body without attributes, in bytes.
    static let bodyLimit = 65_536

    static func submit(_ limit: Int64) -> Endpoint {
        Endpoint(
            .post, JobPath.base, operationID: "submitJob", summary: "Submit jobs",
            details:
                """
                Takes a submit description as condor_submit does. It cannot access files on the gateway's host. Jobs that need no input \
                are released at once. Others await `PUT /jobs/{id}/input`, or the sandbox is sent along as `multipart/form-data`: first the part \
                `submit`, then the files, or one part `input` with a tar archive. A `Content-Digest` is verified.
                """,
            tags: ["jobs"], query: [ChangeParameters.dryRun], headers: [idempotencyKey],
            body: BodyDescription(
                [
                    .init("application/json", SubmitBody.resource.schema), .init("text/plain", .string()),
                    .init("application/x-htcondor-submit", .string()),
                    .init("multipart/form-data", SubmitForm.schema),
                ], limit: Int(clamping: limit), summary: "The submit description, optionally with its sandbox"),
            answers: [
                .json(.ok, SubmissionDryRun.resource.schema, "With `dry_run`: the jobs that would be queued"),
                .json(
                    .created, SubmissionResult.resource.schema, "Queued",
                    headers: [
                        .init("Location", "The new cluster", schema: .string(format: "uri-reference")),
                        .init("Idempotency-Replayed", "`true` if the cluster was queued by an earlier request"),
                    ]),
                .problem(.badRequest, "The submit description has errors, each with its line and column, or the sandbox lacks declared files"),
                .problem(.forbidden, "The scheduler does not let this user submit"),
                .problem(.unprocessableContent, "The Idempotency-Key was used for another body"),
                .problem(.serviceUnavailable, "The scheduler cannot be reached, or did not accept the sandbox"),
            ])
    }

    static let list = Endpoint(
        .get, JobPath.base, operationID: "listJobs", summary: "List jobs",
        details:
            """
            Without `limit` the whole answer streams in the scheduler's order. With `Accept: application/x-ndjson` each line is one ad, and the last \
            line is `{"end":{"count":n,"complete":true}}`.
            """,
        tags: ["jobs"], query: listQuery,
        answers: [
            Answer(
                .ok, "The jobs", content: [.init("application/json", JobPage.resource.schema), .init("application/x-ndjson", .string())],
                headers: [.init("Link", "rel=\"next\" with the next page's address")]),
            .problem(.badRequest, "The constraint, projection, limit or cursor cannot be read"),
        ])

    static let get = Endpoint(
        .get, JobPath.base + "/{id}", operationID: "getJob", summary: "One job, or the jobs of a cluster",
        details: "For CLUSTER.PROC, the ad as a bare object; for CLUSTER, a list like that of `GET /jobs`.", tags: ["jobs"],
        pathParameters: [JobPath.id], query: listQuery,
        headers: [ChangeParameters.ifNoneMatch],
        answers: [
            Answer(
                .ok, "The job, or the cluster's jobs",
                content: [
                    .init("application/json", .anyOf([JobAd.codec.schema, JobPage.resource.schema])), .init("application/x-ndjson", .string()),
                ],
                headers: [.init("ETag", "The tag of a single job's ad")]),
            Answer(.notModified, "The job has not changed"),
            .problem(.notFound, "No such job or cluster"),
        ])

    static let remove = Endpoint(
        .delete, JobPath.base + "/{id}", operationID: "removeJob", summary: "Remove a job or a cluster", tags: ["jobs"], pathParameters: [JobPath.id],
        query: [ChangeParameters.reason],
        body: BodyDescription([.init("application/json", RemoveBody.resource.schema)], limit: bodyLimit, isRequired: false),
        answers: actionAnswers)

    static func edit(_ limit: Int) -> Endpoint {
        Endpoint(
            .patch, JobPath.base + "/{id}", operationID: "editJob", summary: "Edit attributes of a job or of all jobs of a cluster",
            details: "Either all attributes are set, or none.", tags: ["jobs"], pathParameters: [JobPath.id], headers: [ChangeParameters.ifMatch],
            body: BodyDescription([.init("application/json", EditBody.codec.schema)], limit: limit),
            answers: [
                .json(.ok, EditResult.resource.schema, "Edited"),
                .problem(.forbidden, "The job belongs to somebody else, or an attribute cannot be changed"),
                .problem(.notFound, "No such job"),
                .problem(.preconditionFailed, "The job's ETag no longer matches If-Match"),
            ])
    }

    static func action(_ action: JobActionName) -> Endpoint {
        Endpoint(
            .post, JobPath.base + PathPattern("/{id}/\(action.rawValue)"), operationID: action.operationID + "Job", summary: action.summary,
            tags: ["jobs"],
            pathParameters: [JobPath.id],
            body: BodyDescription([.init("application/json", ActionBody.resource.schema)], limit: bodyLimit, isRequired: false),
            answers: actionAnswers)
    }

    static func putInput(_ limit: Int64) -> Endpoint {
        Endpoint(
            .put, JobPath.base + "/{id}/input", operationID: "putInput", summary: "Upload the input sandbox",
            details:
                """
                A tar archive, plain or compressed with gzip, zstd or xz. Every job of a cluster that awaits input gets the same sandbox. The whole \
                archive is checked before the scheduler sees a byte: after any refusal the job still awaits its input. A `Content-Digest` is verified.
                """,
            tags: ["sandboxes"], pathParameters: [JobPath.id],
            body: BodyDescription(
                [
                    .init("application/x-tar", .binary), .init("application/gzip", .binary), .init("application/zstd", .binary),
                    .init("application/x-xz", .binary), .init("application/octet-stream", .binary),
                ], limit: Int(clamping: limit), takesAnyType: true, summary: "A tar archive; compression is detected from its first bytes"),
            answers: inputAnswers)
    }

    static func postInput(_ limit: Int64) -> Endpoint {
        Endpoint(
            .post, JobPath.base + "/{id}/input", operationID: "postInput", summary: "Upload the input sandbox as a form",
            details: "Each part is a file under its file name, or one part `input` is a tar archive. Otherwise like `PUT`.", tags: ["sandboxes"],
            pathParameters: [JobPath.id],
            body: BodyDescription(
                [.init(SubmissionBody.formType, .object([], additional: .each(.binary)))], limit: Int(clamping: limit), summary: "The files"),
            answers: inputAnswers)
    }

    private static let inputAnswers: [Answer] = [
        .json(.ok, InputResult.resource.schema, "Delivered; the jobs are released"),
        .problem(.badRequest, "The archive is damaged, unsafe, or lacks declared files"),
        .problem(.forbidden, "The job belongs to somebody else"),
        .problem(.notFound, "No such job"),
        .problem(.conflict, "The job does not await input"),
        .problem(.serviceUnavailable, "The scheduler cannot be reached, or did not accept the sandbox"),
    ]

    private static let actionAnswers: [Answer] = [
        .json(.ok, ActionResult.resource.schema, "Done"),
        .problem(.forbidden, "The job belongs to somebody else"),
        .problem(.notFound, "No such job"),
        .problem(.conflict, "The job's state does not allow it"),
    ]
}
