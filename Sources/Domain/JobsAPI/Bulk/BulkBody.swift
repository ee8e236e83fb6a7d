package import HTTPEndpoints
package import JSON

/// The body of an operation on all jobs that match a constraint. Each member except `attributes` may be given in the query instead.
package struct BulkBody: Sendable {
    package var constraint: String?
    package var reason: String?
    /// Only for actions. Becomes `HoldReasonSubCode`.
    package var reasonCode: Int?
    /// Only report what would be done.
    package var isDryRun: Bool?
    /// The number of jobs that must match.
    package var expectedCount: Int?
    /// Confirms a constraint that is true for all jobs.
    package var all: Bool?
    /// Only for edits: the attributes to set.
    package var attributes: JSONValue.Object

    package init(
        constraint: String? = nil, reason: String? = nil, reasonCode: Int? = nil, isDryRun: Bool? = nil, expectedCount: Int? = nil,
        all: Bool? = nil, attributes: JSONValue.Object = [:]
    ) {
        self.constraint = constraint
        self.reason = reason
        self.reasonCode = reasonCode
        self.isDryRun = isDryRun
        self.expectedCount = expectedCount
        self.all = all
        self.attributes = attributes
    }

    /// The largest number that can be expected.
    package static let maximumCount = Int(Int32.max)

    private static let constraint = Member.optional(
        "constraint", \BulkBody.constraint, .string().example("JobBatchName == \"nightly\""))
    private static let reason = Member.optional("reason", \BulkBody.reason, .reason)
    private static let dryRun = Member.optional("dry_run", \BulkBody.isDryRun, Codec.boolean.documented { $0.defaulting(to: false) })
    private static let expect = Member.optional("expect", \BulkBody.expectedCount, .integer(0...maximumCount))
    private static let all = Member.optional("all", \BulkBody.all, Codec.boolean.documented { $0.defaulting(to: false) })

    /// The body of a removal.
    package static let remove = Resource(
        "BulkRemoveBody",
        make: {
            BulkBody(constraint: $0, reason: $1, isDryRun: $2, expectedCount: $3, all: $4)
        }
    ) {
        constraint
        reason
        dryRun
        expect
        all
    }

    /// The body of any other action.
    package static let action = Resource(
        "BulkActionBody",
        make: {
            BulkBody(constraint: $0, reason: $1, reasonCode: $5, isDryRun: $2, expectedCount: $3, all: $4)
        }
    ) {
        constraint
        reason
        dryRun
        expect
        all
        Member.optional("reason_code", \.reasonCode, .reasonCode)
    }

    /// The body of an edit.
    package static let edit = Resource(
        "BulkEditBody",
        make: {
            BulkBody(constraint: $0, reason: $1, isDryRun: $2, expectedCount: $3, all: $4, attributes: $5)
        }
    ) {
        constraint
        reason
        dryRun
        expect
        all
        Member.required("attributes", \.attributes, EditBody.codec)
    }
}
