import CondorModel
import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI

extension Request {
    /// The path's `{id}`: a job or a cluster.
    func selection() throws(Problem) -> JobSelection {
        let text = try path(JobPath.id)
        guard let selection = JobSelection(id: text) else {
            let detail = "'\(text.prefix(64))' is not a job id; use CLUSTER.PROC such as 7.0, or CLUSTER such as 7"
            throw Problem(.badJobID, detail, errors: [.init(.parameter("id"), detail)])
        }
        return selection
    }

    /// The path's `{id}`, which must be a single job.
    func job() throws(Problem) -> JobID {
        guard case .job(let id) = try selection() else {
            let detail = "a single job is needed here; use CLUSTER.PROC such as 7.0"
            throw Problem(.badJobID, detail, errors: [.init(.parameter("id"), detail)])
        }
        return id
    }
}
