import ClassAd
import CondorClient
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import Sandbox

/// Jobs of one scheduler, for callers who each bring their own credential.
struct JobsService: Sendable {
    let client: CondorClient
    let staging: SandboxStaging
    /// Completes the facts of submissions.
    let uidDomain: String
    let spools: SpoolLedger
    let submissions: KeyedSubmissions

    func schedd(_ caller: Caller) -> Schedd { client.schedd(as: caller.credential) }

    /// A path's `{id}`: a job or a cluster.
    static func selection(_ request: Request) throws(Problem) -> JobSelection {
        let text = try request.path(JobEndpoints.id)
        guard let selection = JobSelection(id: text) else {
            let detail = "'\(text.prefix(64))' is no job id; CLUSTER.PROC such as 7.0, or CLUSTER such as 7, is expected"
            throw Problem(.badJobID, detail, errors: [.init(.parameter("id"), detail)])
        }
        return selection
    }

    /// A path's `{id}` where only one job will do.
    static func job(_ request: Request) throws(Problem) -> JobID {
        guard case .job(let id) = try selection(request) else {
            let detail = "a cluster is not enough here; CLUSTER.PROC such as 7.0 is expected"
            throw Problem(.badJobID, detail, errors: [.init(.parameter("id"), detail)])
        }
        return id
    }
}

extension JobSelection {
    /// `7.0` or `7`, as the path had it.
    var text: String {
        switch self {
        case .job(let id): id.description
        case .cluster(let cluster): String(cluster)
        case .constraint(let expression): expression.unparsed(.old)
        }
    }

    var notFound: Problem {
        switch self {
        case .job(let id): Problem(.jobNotFound, "There is no job \(id)")
        case .cluster(let cluster): Problem(.clusterNotFound, "There is no cluster \(cluster)")
        case .constraint: Problem(.noJobsMatched, "No job matches the constraint")
        }
    }
}
