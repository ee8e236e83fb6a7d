package import HTTPEndpoints

/// Explains why a job does not run, or where it runs.
package struct ExplanationResult: ResourceValue, Hashable {
    package var jobID: String
    package var status: ExplainedStatus
    /// Human-readable.
    package var summary: String
    /// Human-readable suggestions.
    package var advice: [String]
    package var requirements: ExplainedRequirements?
    package var hold: ExplainedHold?
    package var lastRejection: ExplainedRejection?
    package var priority: Int64?
    package var ahead: Int?

    package init(
        jobID: String, status: ExplainedStatus, summary: String, advice: [String], requirements: ExplainedRequirements? = nil,
        hold: ExplainedHold? = nil, lastRejection: ExplainedRejection? = nil, priority: Int64? = nil, ahead: Int? = nil
    ) {
        self.jobID = jobID
        self.status = status
        self.summary = summary
        self.advice = advice
        self.requirements = requirements
        self.hold = hold
        self.lastRejection = lastRejection
        self.priority = priority
        self.ahead = ahead
    }

    /// Jobs ahead are counted up to this number.
    package static let countedAhead = 1000

    package static let resource = Resource("JobExplanation", make: ExplanationResult.init) {
        Member.required("job_id", \.jobID, .string)
        Member.required("status", \.status, .word, "`not_made`: the cluster makes its jobs gradually and has not made this one yet")
        Member.required("summary", \.summary, .string)
        Member.required("advice", \.advice, .array(of: .string))
        Member.optional("requirements", \.requirements, .resource, "Present for an idle job that needs a machine of the pool")
        Member.optional("hold", \.hold, .resource)
        Member.optional("last_rejection", \.lastRejection, .resource, "What the negotiator last said about the job")
        Member.optional("priority", \.priority, .integer, "JobPrio of an idle job")
        Member.optional("ahead", \.ahead, .integer(0...countedAhead), "The user's idle jobs with a higher JobPrio, counted up to 1000")
    }
}

/// The status of an explanation: a job's state, or one of two for jobs that have no ad.
package enum ExplainedStatus: String, Sendable, Hashable, CaseIterable {
    case idle
    case running
    case removed
    case completed
    case held
    case transferringOutput = "transferring_output"
    case suspended
    case failed
    case blocked
    /// The cluster makes its jobs gradually and has not made this one yet.
    case notMade = "not_made"
    case unknown
}

/// Why a job is held.
package struct ExplainedHold: ResourceValue, Hashable {
    package var code: Int64
    package var subcode: Int64
    package var name: String
    package var reason: String?
    package var advice: String

    package init(code: Int64, subcode: Int64, name: String, reason: String?, advice: String) {
        self.code = code
        self.subcode = subcode
        self.name = name
        self.reason = reason
        self.advice = advice
    }

    package static let resource = Resource("", make: ExplainedHold.init) {
        Member.required("code", \.code, .integer)
        Member.required("subcode", \.subcode, .integer)
        Member.required("name", \.name, .string)
        Member.required("reason", \.reason, .nullable(.string))
        Member.required("advice", \.advice, .string)
    }
}

/// What the negotiator last said about a job.
package struct ExplainedRejection: ResourceValue, Hashable {
    /// RFC 3339.
    package var time: String?
    package var reason: String

    package init(time: String?, reason: String) {
        self.time = time
        self.reason = reason
    }

    package static let resource = Resource("", make: ExplainedRejection.init) {
        Member.required("time", \.time, .nullable(.string(format: "date-time")))
        Member.required("reason", \.reason, .string)
    }
}
