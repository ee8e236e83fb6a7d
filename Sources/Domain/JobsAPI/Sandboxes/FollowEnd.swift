package import HTTPEndpoints

/// A piece of a job's output, as an event of a stream.
package struct OutputPiece: ResourceValue, Hashable {
    package var text: String

    package init(text: String) {
        self.text = text
    }

    package static let resource = Resource("", make: OutputPiece.init) {
        Member.required("text", \.text, .string)
    }
}

/// The last event of a stream of a job's output or log.
package struct FollowEnd: ResourceValue, Hashable {
    package var jobID: String
    /// The number of events; set for a log.
    package var count: Int?
    /// The job's last known state; `nil` for a log that was not followed.
    package var ending: JobEnding?

    package init(jobID: String, count: Int? = nil, ending: JobEnding?) {
        self.jobID = jobID
        self.count = count
        self.ending = ending
    }

    package static let resource = Resource(
        "",
        make: { (jobID: String, count: Int?, status: String??, code: Int64?, signal: Int64?) in
            FollowEnd(jobID: jobID, count: count, ending: status.map { JobEnding(status: $0, exitCode: code, exitSignal: signal) })
        }
    ) {
        Member.required("job_id", \.jobID, .string)
        Member.optional("count", \.count, .integer(0...))
        Member.optional("status", \.ending?.status, .nullable(.string))
        Member.optional("exit_code", \.ending?.exitCode, .integer)
        Member.optional("exit_signal", \.ending?.exitSignal, .integer)
    }
}
