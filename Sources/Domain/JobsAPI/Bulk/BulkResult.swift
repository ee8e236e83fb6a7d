package import HTTPEndpoints
import JSON

/// The result of an action on all jobs that match a constraint.
package struct BulkResult: ResourceValue, Hashable {
    package var message: String
    /// The constraint as the client wrote it.
    package var constraint: String
    package var results: ActionCounts

    package init(message: String, constraint: String, results: ActionCounts) {
        self.message = message
        self.constraint = constraint
        self.results = results
    }

    package static let resource = Resource("BulkResult", make: BulkResult.init) {
        Member.required("message", \.message, .string)
        Member.required("constraint", \.constraint, .string)
        Member.required("results", \.results, .resource)
    }
}

/// The result of an edit of all jobs that match a constraint.
package struct BulkEditResult: ResourceValue, Hashable {
    package var message: String
    /// The constraint as the client wrote it.
    package var constraint: String
    package var results: ActionCounts
    package var jobsEdited: Int

    package init(message: String, constraint: String, results: ActionCounts, jobsEdited: Int) {
        self.message = message
        self.constraint = constraint
        self.results = results
        self.jobsEdited = jobsEdited
    }

    package static let resource = Resource("BulkEditResult", make: BulkEditResult.init) {
        Member.required("message", \.message, .string)
        Member.required("constraint", \.constraint, .string)
        Member.required("results", \.results, .resource)
        Member.required("jobs_edited", \.jobsEdited, .integer(0...))
    }
}

/// The jobs that an operation would affect.
package struct BulkDryRun: ResourceValue, Hashable {
    /// The constraint as the client wrote it.
    package var constraint: String
    package var matched: Int
    /// The first ids, no more than ``listedJobs``.
    package var jobIDs: [String]
    package var countsByOwner: [String: Int]
    package var countsByStatus: [String: Int]

    package init(constraint: String, matched: Int, jobIDs: [String], countsByOwner: [String: Int], countsByStatus: [String: Int]) {
        self.constraint = constraint
        self.matched = matched
        self.jobIDs = jobIDs
        self.countsByOwner = countsByOwner
        self.countsByStatus = countsByStatus
    }

    /// The largest number of ids in the answer.
    package static let listedJobs = 1000

    package static let resource = Resource("BulkDryRun", constant: ConstantMember("dry_run", true), make: BulkDryRun.init) {
        Member.required("constraint", \.constraint, .string)
        Member.required("matched", \.matched, .integer(0...))
        Member.required("job_ids", \.jobIDs, .array(of: .jobID, maxItems: listedJobs))
        Member.required("by_owner", \.countsByOwner, .map(of: .integer(1...)))
        Member.required("by_status", \.countsByStatus, .map(of: .integer(1...)))
    }
}
