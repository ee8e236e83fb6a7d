import ClassAd
import HTTPEndpoints
import HTTPMessages
import Jobs
import JSON

/// What a bulk operation was asked to do, from the query and the body together.
struct BulkBody: Sendable {
    /// The jobs that are meant.
    var jobs: MatchingRequest
    /// The constraint as the client wrote it.
    var constraintText: String
    var reason: String?
    var reasonCode: Int?
    /// For an edit: the attributes to set.
    var edits: AttributeEdits?
    /// Only tell what would be done.
    var isDryRun: Bool

    /// Where the attributes of an edit are in the body.
    static let attributesPointer = "/attributes"

    enum Kind {
        case remove
        case action
        case edit

        var members: [String] {
            let common = ["constraint", "reason", "dry_run", "expect", "all"]
            return switch self {
            case .remove: common
            case .action: common + ["reason_code"]
            case .edit: common + ["attributes"]
            }
        }
    }

    /// Reads and checks everything that can be checked without asking the scheduler, in the order syntax, `all`.
    init(_ request: Request, _ kind: Kind, bodyLimit: Int) async throws {
        let members = try await JSONBody.object(request, limit: bodyLimit) ?? [:]
        try JSONBody.refuseUnknown(members, known: kind.members)
        for item in request.target.query where members.contains(where: { $0.name == item.name }) {
            let detail = "\(item.name): given in the query and in the body"
            throw Problem(.badParameter, detail, errors: [.init(.parameter(item.name), detail)])
        }
        let inQuery = try request.query(ListParameters.constraint)
        guard let text = try inQuery ?? JSONBody.string("constraint", in: members) else {
            let detail = "constraint: missing; it says which jobs are meant, in the query or in the body"
            throw Problem(.badParameter, detail, errors: [.init(.parameter("constraint"), detail)])
        }
        constraintText = text
        let constraint = try ListParameters.constraint(text)
        reason = try request.query(JobEndpoints.reason) ?? JSONBody.string("reason", in: members)
        try ActionBody.checkReason(reason)
        reasonCode = try JSONBody.integer("reason_code", in: members, range: 0...Int64(Int32.max)).map { Int($0) }
        isDryRun = try request.query(JobEndpoints.dryRun) ?? JSONBody.boolean("dry_run", in: members) ?? false
        let expected = try request.query(JobEndpoints.expect) ?? JSONBody.integer("expect", in: members, range: 0...Int64(Int32.max)).map { Int($0) }
        let all = try request.query(JobEndpoints.all) ?? JSONBody.boolean("all", in: members) ?? false
        jobs = MatchingRequest(constraint, expected: expected)
        if case .edit = kind {
            guard let given = try JSONBody.members("attributes", in: members) else {
                let detail = "attributes: missing; an object of attributes to set is expected"
                throw Problem(.badBody, detail, errors: [.init(.pointer("/attributes"), detail)])
            }
            edits = try AttributeEdits(given, at: Self.attributesPointer)
        }
        if !isDryRun, !all, jobs.isForAllJobs {
            let detail = "constraint: it is true for all jobs; say all=true if they are all meant"
            throw Problem(.confirmationNeeded, detail, errors: [.init(.parameter("all"), detail)])
        }
    }
}
