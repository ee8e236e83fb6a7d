import ClassAd
import HTTPEndpoints
import HTTPMessages

/// What a bulk operation was asked to do, from the query and the body together.
struct BulkRequest: Sendable {
    var constraint: ExprTree
    /// The constraint as the client wrote it.
    var constraintText: String
    var reason: String?
    var reasonCode: Int?
    /// For an edit: the attributes to set.
    var attributes: [(name: String, value: ExprTree)]
    /// Only tell what would be done.
    var isDryRun: Bool
    /// How many jobs must match.
    var expected: Int?

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
        let members = try await JSONBody.object(request, limit: bodyLimit) ?? []
        try JSONBody.refuseUnknown(members, known: kind.members)
        for item in request.target.query where members.contains(where: { $0.name == item.name }) {
            let detail = "\(item.name): given in the query and in the body"
            throw Problem(.badParameter, detail, errors: [.init(.parameter(item.name), detail)])
        }
        let inQuery = try request.query(JobEndpoints.constraint)
        guard let text = try inQuery ?? JSONBody.string("constraint", in: members) else {
            let detail = "constraint: missing; it says which jobs are meant, in the query or in the body"
            throw Problem(.badParameter, detail, errors: [.init(.parameter("constraint"), detail)])
        }
        constraintText = text
        constraint = try ListQuery.constraint(text)
        reason = try request.query(JobEndpoints.reason) ?? JSONBody.string("reason", in: members)
        try JobsService.checkReason(reason)
        reasonCode = try JSONBody.integer("reason_code", in: members, range: 0...Int64(Int32.max)).map { Int($0) }
        isDryRun = try request.query(JobEndpoints.dryRun) ?? JSONBody.boolean("dry_run", in: members) ?? false
        expected = try request.query(JobEndpoints.expect) ?? JSONBody.integer("expect", in: members, range: 0...Int64(Int32.max)).map { Int($0) }
        let all = try request.query(JobEndpoints.all) ?? JSONBody.boolean("all", in: members) ?? false
        attributes = []
        if case .edit = kind {
            guard let given = try JSONBody.members("attributes", in: members) else {
                let detail = "attributes: missing; an object of attributes to set is expected"
                throw Problem(.badBody, detail, errors: [.init(.pointer("/attributes"), detail)])
            }
            attributes = try JobsService.attributes(given, below: "/attributes")
        }
        if !isDryRun, !all, constraint.isTriviallyTrue {
            let detail = "constraint: it is true for all jobs; say all=true if they are all meant"
            throw Problem(.confirmationNeeded, detail, errors: [.init(.parameter("all"), detail)])
        }
    }
}

extension ExprTree {
    /// Whether the expression looks at no attribute of the jobs and is true, or a number other than 0.
    var isTriviallyTrue: Bool {
        guard let references = references(), references.internal.isEmpty, references.external.isEmpty else { return false }
        return switch evaluate() {
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .real(let value): value != 0
        default: false
        }
    }
}
