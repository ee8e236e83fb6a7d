package import HTTPEndpoints
import JSON

/// A remark about a submit description that did not prevent the submission.
package struct SubmitWarning: ResourceValue, Hashable {
    package var message: String
    /// Counted from 1; `nil` if the remark has no position.
    package var line: Int?
    package var column: Int?

    package init(message: String, line: Int? = nil, column: Int? = nil) {
        self.message = message
        self.line = line
        self.column = column
    }

    package static let resource = Resource("", make: SubmitWarning.init) {
        Member.required("message", \.message, .string)
        Member.optional("line", \.line, .integer(1...))
        Member.optional("column", \.column, .integer(1...))
    }
}

/// The result of a submission.
package struct SubmissionResult: ResourceValue, Hashable {
    package var cluster: Int
    package var jobIDs: [String]
    package var awaitsInput: Bool
    package var warnings: [SubmitWarning]

    package init(cluster: Int, jobIDs: [String], awaitsInput: Bool, warnings: [SubmitWarning]) {
        self.cluster = cluster
        self.jobIDs = jobIDs
        self.awaitsInput = awaitsInput
        self.warnings = warnings
    }

    package static let resource = Resource(
        "Submission", example: ["cluster_id": 7, "job_ids": ["7.0"], "awaiting_input": false, "warnings": []], make: SubmissionResult.init
    ) {
        Member.required("cluster_id", \.cluster, .integer(1...))
        Member.required("job_ids", \.jobIDs, .array(of: .jobID))
        Member.required("awaiting_input", \.awaitsInput, .boolean, "Whether the jobs wait for `PUT /jobs/{id}/input`")
        Member.required("warnings", \.warnings, .array(of: .resource))
    }
}

/// The jobs that a submission would queue.
package struct SubmissionDryRun: ResourceValue {
    /// The number of jobs.
    package var procs: Int
    package var clusterAd: RawJSON
    package var procAds: [RawJSON]
    package var warnings: [SubmitWarning]

    package init(procs: Int, clusterAd: RawJSON, procAds: [RawJSON], warnings: [SubmitWarning]) {
        self.procs = procs
        self.clusterAd = clusterAd
        self.procAds = procAds
        self.warnings = warnings
    }

    /// The number of jobs whose ads are shown.
    package static let shownProcs = 100

    package static let resource = Resource("SubmissionDryRun", constant: ConstantMember("dry_run", true), make: SubmissionDryRun.init) {
        Member.required("procs", \.procs, .integer(1...))
        Member.required("cluster_ad", \.clusterAd, JobAd.codec)
        Member.required(
            "proc_ads", \.procAds, .array(of: JobAd.codec, maxItems: shownProcs),
            "Attributes that differ from the cluster ad, for the first hundred jobs")
        Member.required("warnings", \.warnings, .array(of: .resource))
    }
}
