package import HTTPEndpoints

/// The result of an upload of input.
package struct InputResult: ResourceValue, Hashable {
    package var message: String
    /// CLUSTER.PROC or CLUSTER, as in the request.
    package var jobID: String
    /// Names of files that the jobs declare.
    package var accepted: [String]
    /// Names of files that no job declares.
    package var ignored: [String]
    package var bytes: Int64

    package init(message: String, jobID: String, accepted: [String], ignored: [String], bytes: Int64) {
        self.message = message
        self.jobID = jobID
        self.accepted = accepted
        self.ignored = ignored
        self.bytes = bytes
    }

    package static let resource = Resource("InputResult", make: InputResult.init) {
        Member.required("message", \.message, .string)
        Member.required("job_id", \.jobID, .string)
        Member.required("accepted", \.accepted, .array(of: .string))
        Member.required("ignored", \.ignored, .array(of: .string))
        Member.required("bytes", \.bytes, .integer(0...))
    }
}
