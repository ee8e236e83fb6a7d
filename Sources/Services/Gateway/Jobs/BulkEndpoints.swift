import HTTPMessages
import HTTPEndpoints
import HTTPTypes
import Jobs
import JSON

/// The operations on all jobs a constraint selects.
extension JobEndpoints {
    static let dryRun = Parameter<Bool>("dry_run", .boolean.defaulting(to: false), "Only tell what would be done")
    static let expect = Parameter<Int>(
        "expect", .integer(minimum: 0, maximum: Int64(Int32.max)), "The number of jobs that must match; otherwise nothing is done (409)")
    static let all = Parameter<Bool>("all", .boolean.defaulting(to: false), "Confirms a constraint that is true for all jobs")

    private static let bulkDetails =
        """
        Everything may be given in the query or in the body. `dry_run` lists the jobs first. With `expect`, nothing changes unless exactly that many \
        jobs match.
        """
    private static let bulkQuery: [any ParameterDescription] = [ListParameters.constraint, reason, dryRun, expect, all]

    static let removeMatching = Endpoint(
        .delete, JobPath.base, operationID: "removeJobs", summary: "Remove all jobs that match a constraint", details: bulkDetails, tags: ["jobs"],
        query: bulkQuery,
        body: BodyDescription([.init("application/json", .ref("BulkRemoveBody"))], limit: bulkLimit, isRequired: false),
        answers: bulkAnswers("BulkResult", "Removed"))

    static func editMatching(_ limit: Int) -> Endpoint {
        Endpoint(
            .patch, JobPath.base, operationID: "editJobs", summary: "Edit attributes of all jobs that match a constraint",
            details: "All attributes are set in all jobs, or none in any. " + bulkDetails, tags: ["jobs"], query: bulkQuery,
            body: BodyDescription([.init("application/json", .ref("BulkEditBody"))], limit: limit), answers: bulkAnswers("BulkEditResult", "Edited"))
    }

    static func actionOnMatching(_ action: JobActionName) -> Endpoint {
        Endpoint(
            .post, JobPath.base + PathPattern("/\(action.rawValue)"), operationID: action.operationID + "Jobs", summary: action.bulkSummary,
            details: bulkDetails,
            tags: ["jobs"], query: bulkQuery,
            body: BodyDescription([.init("application/json", .ref("BulkActionBody"))], limit: bulkLimit, isRequired: false),
            answers: bulkAnswers("BulkResult", "Done"))
    }

    /// Bytes of a body of a bulk operation without attributes.
    static let bulkLimit = 65_536

    private static func bulkAnswers(_ result: String, _ summary: String) -> [Answer] {
        [
            .json(.ok, .anyOf([.ref(result), .ref("BulkDryRun")]), "\(summary); with dry_run, what would be"),
            .problem(.badRequest, "The constraint cannot be read, or is true for all jobs and `all` is missing"),
            .problem(.forbidden, "All jobs that match belong to somebody else, or an attribute cannot be changed"),
            .problem(.notFound, "No job matches"),
            .problem(.conflict, "The number of matching jobs differs from `expect`"),
        ]
    }
}

/// The shapes of bulk operations, for the OpenAPI document.
extension JobSchemas {
    private static let bulkMembers: [Schema.Property] = [
        .optional("constraint", .string().example("JobBatchName == \"nightly\"")), .optional("reason", .string(maxLength: 4096)),
        .optional("dry_run", .boolean.defaulting(to: false)), .optional("expect", .integer(minimum: 0, maximum: Int64(Int32.max))),
        .optional("all", .boolean.defaulting(to: false)),
    ]

    private static let bulkResultMembers: [Schema.Property] = [
        .required("message", .string()), .required("constraint", .string()), .required("results", .ref("ActionCounts")),
    ]

    static let bulkComponents: [(String, Schema)] = [
        ("BulkRemoveBody", .object(bulkMembers)),
        ("BulkActionBody", .object(bulkMembers + [.optional("reason_code", .integer(minimum: 0, maximum: Int64(Int32.max)))])),
        ("BulkEditBody", .object(bulkMembers + [.required("attributes", .ref("JobEdit"))])),
        ("BulkResult", .object(bulkResultMembers)),
        ("BulkEditResult", .object(bulkResultMembers + [.required("jobs_edited", .integer(minimum: 0))])),
        (
            "BulkDryRun",
            .object([
                .required("dry_run", .constant(true)), .required("constraint", .string()), .required("matched", .integer(minimum: 0)),
                .required("job_ids", .array(of: .string(pattern: #"^\d+\.\d+$"#), maxItems: 1000)),
                .required("by_owner", .object([], additional: .each(.integer(minimum: 1)))),
                .required("by_status", .object([], additional: .each(.integer(minimum: 1)))),
            ])
        ),
    ]
}
