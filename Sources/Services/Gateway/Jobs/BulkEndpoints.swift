import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import JSON

/// The operations on all jobs that match a constraint.
extension JobEndpoints {
    private static let bulkDetails =
        """
        Everything may be given either in the query or in the body. `dry_run` lists the jobs first. With `expect`, nothing changes unless exactly \
        that many jobs match.
        """
    private static let bulkQuery: [any ParameterDescription] = [
        ListParameters.constraint, ChangeParameters.reason, ChangeParameters.dryRun, ChangeParameters.expect, ChangeParameters.all,
    ]

    static let removeMatching = Endpoint(
        .delete, JobPath.base, operationID: "removeJobs", summary: "Remove all jobs that match a constraint", details: bulkDetails, tags: ["jobs"],
        query: bulkQuery,
        body: BodyDescription([.init("application/json", BulkBody.remove.schema)], limit: bodyLimit, isRequired: false),
        answers: bulkAnswers(BulkResult.resource.schema, "Removed"))

    static func editMatching(_ limit: Int) -> Endpoint {
        Endpoint(
            .patch, JobPath.base, operationID: "editJobs", summary: "Edit attributes of all jobs that match a constraint",
            details: "Either all attributes are set in all jobs, or nothing is changed. " + bulkDetails, tags: ["jobs"], query: bulkQuery,
            body: BodyDescription([.init("application/json", BulkBody.edit.schema)], limit: limit),
            answers: bulkAnswers(BulkEditResult.resource.schema, "Edited"))
    }

    static func actionOnMatching(_ action: JobActionName) -> Endpoint {
        Endpoint(
            .post, JobPath.base + PathPattern("/\(action.rawValue)"), operationID: action.operationID + "Jobs", summary: action.bulkSummary,
            details: bulkDetails,
            tags: ["jobs"], query: bulkQuery,
            body: BodyDescription([.init("application/json", BulkBody.action.schema)], limit: bodyLimit, isRequired: false),
            answers: bulkAnswers(BulkResult.resource.schema, "Done"))
    }

    private static func bulkAnswers(_ result: Schema, _ summary: String) -> [Answer] {
        [
            .json(.ok, .anyOf([result, BulkDryRun.resource.schema]), "\(summary); with dry_run, a preview"),
            .problem(.badRequest, "The constraint cannot be read, or is true for all jobs and `all` is missing"),
            .problem(.forbidden, "All jobs that match belong to somebody else, or an attribute cannot be changed"),
            .problem(.notFound, "No job matches"),
            .problem(.conflict, "The number of matching jobs differs from `expect`"),
        ]
    }
}
