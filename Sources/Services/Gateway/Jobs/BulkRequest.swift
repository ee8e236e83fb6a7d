import ClassAd
import HTTPEndpoints
import HTTPMessages
import JSON
import Jobs
import JobsAPI

/// What a bulk operation was asked to do, from the query and the body together.
struct BulkRequest: Sendable {
    /// The jobs that are meant.
    var jobs: MatchingRequest
    /// The constraint as the client wrote it.
    var constraintText: String
    var reason: String?
    var reasonCode: Int?
    /// For an edit: the attributes to set.
    var attributes: JSONValue.Object
    /// Only say what would be done.
    var isDryRun: Bool

    /// Where the attributes of an edit are in the body.
    static let attributesPointer = "/attributes"

    /// Reads and checks everything that can be checked without asking the scheduler.
    /// - Parameter resource: the body of the operation.
    init(_ request: Request, _ resource: Resource<BulkBody>, bodyLimit: Int) async throws {
        let body = try await request.body.decode(resource.codec, upTo: bodyLimit) ?? BulkBody()
        guard let text = try Self.one(ListParameters.constraint, request, body.constraint) else {
            let detail = "constraint: missing; it says which jobs are meant, in the query or in the body"
            throw Problem(.badParameter, detail, errors: [.init(.parameter("constraint"), detail)])
        }
        constraintText = text
        reason = try Self.one(JobEndpoints.reason, request, body.reason)
        reasonCode = body.reasonCode
        isDryRun = try Self.one(JobEndpoints.dryRun, request, body.isDryRun) ?? false
        let all = try Self.one(JobEndpoints.all, request, body.all) ?? false
        jobs = MatchingRequest(
            try ListParameters.constraint(text), expected: try Self.one(JobEndpoints.expect, request, body.expectedCount))
        attributes = body.attributes
        if !isDryRun, !all, jobs.isForAllJobs {
            let detail = "constraint: it is true for all jobs; say all=true if they are all meant"
            throw Problem(.confirmationNeeded, detail, errors: [.init(.parameter("all"), detail)])
        }
    }

    /// The value from the query or from the body, which may not both have it.
    private static func one<Value>(_ parameter: Parameter<Value>, _ request: Request, _ inBody: Value?) throws(Problem) -> Value? {
        let inQuery = try request.query(parameter)
        guard inQuery == nil || inBody == nil else {
            let detail = "\(parameter.name): given in the query and in the body"
            throw Problem(.badParameter, detail, errors: [.init(.parameter(parameter.name), detail)])
        }
        return inQuery ?? inBody
    }
}
