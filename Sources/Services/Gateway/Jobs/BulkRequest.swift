import ClassAd
import HTTPEndpoints
import HTTPMessages
import JSON
import Jobs
import JobsAPI

/// A bulk operation as requested by the query and the body together.
struct BulkRequest: Sendable {
    /// The jobs to operate on.
    var jobs: MatchingRequest
    /// The constraint as the client wrote it.
    var constraintText: String
    var reason: String?
    var reasonCode: Int?
    /// The attributes to set, for an edit.
    var attributes: JSONValue.Object
    /// Only report what would be done.
    var isDryRun: Bool

    /// The position of an edit's attributes in the body.
    static let attributesPointer = "/attributes"

    /// Reads the request and checks everything that can be checked without the scheduler.
    /// - Parameter resource: describes the operation's body.
    init(_ request: Request, _ resource: Resource<BulkBody>, bodyLimit: Int) async throws {
        let body = try await request.body.decode(resource.codec, upTo: bodyLimit) ?? BulkBody()
        guard let text = try Self.one(ListParameters.constraint, request, body.constraint) else {
            let detail = "constraint: required, in the query or in the body"
            throw Problem(.badParameter, detail, errors: [.init(.parameter("constraint"), detail)])
        }
        constraintText = text
        reason = try Self.one(ChangeParameters.reason, request, body.reason)
        reasonCode = body.reasonCode
        isDryRun = try Self.one(ChangeParameters.dryRun, request, body.isDryRun) ?? false
        let all = try Self.one(ChangeParameters.all, request, body.all) ?? false
        jobs = MatchingRequest(
            try ListParameters.constraint(text), expected: try Self.one(ChangeParameters.expect, request, body.expectedCount))
        attributes = body.attributes
        if !isDryRun, !all, jobs.isForAllJobs {
            let detail = "constraint: true for all jobs; pass all=true to confirm"
            throw Problem(.confirmationNeeded, detail, errors: [.init(.parameter("all"), detail)])
        }
    }

    /// The value from the query or the body; giving it in both is an error.
    private static func one<Value>(_ parameter: Parameter<Value>, _ request: Request, _ inBody: Value?) throws(Problem) -> Value? {
        let inQuery = try request.query(parameter)
        guard inQuery == nil || inBody == nil else {
            let detail = "\(parameter.name): given in the query and in the body"
            throw Problem(.badParameter, detail, errors: [.init(.parameter(parameter.name), detail)])
        }
        return inQuery ?? inBody
    }
}
