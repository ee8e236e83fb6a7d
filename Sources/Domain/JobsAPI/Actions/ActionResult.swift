package import HTTPEndpoints

/// The number of jobs with each outcome of an action.
package struct ActionCounts: ResourceValue, Hashable {
    package var total = 0
    package var success = 0
    package var notFound = 0
    package var permissionDenied = 0
    package var badStatus = 0
    package var alreadyDone = 0
    package var error = 0

    package init(
        total: Int = 0, success: Int = 0, notFound: Int = 0, permissionDenied: Int = 0, badStatus: Int = 0, alreadyDone: Int = 0, error: Int = 0
    ) {
        self.total = total
        self.success = success
        self.notFound = notFound
        self.permissionDenied = permissionDenied
        self.badStatus = badStatus
        self.alreadyDone = alreadyDone
        self.error = error
    }

    package static let resource = Resource(
        "ActionCounts", make: ActionCounts.init(total:success:notFound:permissionDenied:badStatus:alreadyDone:error:)
    ) {
        Member.required("total", \.total, .integer(0...))
        Member.required("success", \.success, .integer(0...))
        Member.required("not_found", \.notFound, .integer(0...))
        Member.required("permission_denied", \.permissionDenied, .integer(0...))
        Member.required("bad_status", \.badStatus, .integer(0...))
        Member.required("already_done", \.alreadyDone, .integer(0...))
        Member.required("error", \.error, .integer(0...))
    }
}

/// The result of an action on a job or a cluster.
package struct ActionResult: ResourceValue, Hashable {
    package var message: String
    /// CLUSTER.PROC or CLUSTER, as in the request.
    package var jobID: String
    package var results: ActionCounts

    package init(message: String, jobID: String, results: ActionCounts) {
        self.message = message
        self.jobID = jobID
        self.results = results
    }

    package static let resource = Resource("ActionResult", make: ActionResult.init) {
        Member.required("message", \.message, .string)
        Member.required("job_id", \.jobID, .string)
        Member.required("results", \.results, .resource)
    }
}
