import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import Jobs
import JSON

/// The paths of jobs.
enum JobPath {
    static let base: PathPattern = "/api/v1/jobs"

    static let id = Parameter<String>(
        "id", .string(pattern: #"^[1-9][0-9]{0,8}(\.(0|[1-9][0-9]{0,8}))?$"#).example("7.0"),
        "A job, CLUSTER.PROC, or where the operation allows it a whole cluster, CLUSTER")
    /// Where a cluster will not do.
    static let job = Parameter<String>("id", .string(pattern: #"^[1-9][0-9]{0,8}\.(0|[1-9][0-9]{0,8})$"#).example("7.0"), "A job, CLUSTER.PROC")
}

extension Request {
    /// The path's `{id}`: a job or a cluster.
    func selection() throws(Problem) -> JobSelection {
        let text = try path(JobPath.id)
        guard let selection = JobSelection(id: text) else {
            let detail = "'\(text.prefix(64))' is no job id; CLUSTER.PROC such as 7.0, or CLUSTER such as 7, is expected"
            throw Problem(.badJobID, detail, errors: [.init(.parameter("id"), detail)])
        }
        return selection
    }

    /// The path's `{id}` where only one job will do.
    func job() throws(Problem) -> JobID {
        guard case .job(let id) = try selection() else {
            let detail = "a cluster is not enough here; CLUSTER.PROC such as 7.0 is expected"
            throw Problem(.badJobID, detail, errors: [.init(.parameter("id"), detail)])
        }
        return id
    }
}
