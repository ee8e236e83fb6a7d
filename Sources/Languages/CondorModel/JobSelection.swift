package import ClassAd

/// The target of a command: one job, a cluster, or all jobs for which an expression is true.
package enum JobSelection: Sendable {
    case job(JobID)
    /// All jobs of a cluster, by its number (1 or more).
    case cluster(Int)
    case constraint(ExprTree)

    /// Parses `7.0` or `7`; nil for anything else.
    package init?(id text: some StringProtocol) {
        if let job = JobID(text) {
            self = .job(job)
        } else if let cluster = JobID.number(text.utf8), JobID(cluster: cluster, proc: 0) != nil {
            self = .cluster(cluster)
        } else {
            return nil
        }
    }

    /// The expression that is true for exactly these jobs.
    package var expression: ExprTree {
        switch self {
        case .job(let id):
            .conjunction([
                .binary(.equal, .attribute("ClusterId"), .integer(Int64(id.cluster))),
                .binary(.equal, .attribute("ProcId"), .integer(Int64(id.proc))),
            ])
        case .cluster(let cluster):
            .binary(.equal, .attribute("ClusterId"), .integer(Int64(cluster)))
        case .constraint(let expression):
            expression
        }
    }
}
