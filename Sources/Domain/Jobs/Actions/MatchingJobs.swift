import ClassAd
import CondorClient
package import CondorModel
import CondorProtocol

/// The jobs that match a constraint at one moment, with the facts that bulk operations need.
package struct MatchingJobs: Sendable {
    struct Job: Sendable {
        var id: JobID
        var status: JobStatus?
        /// Whether the caller owns the job, judged by the token's subject.
        var isOwn: Bool
        /// Whether the job is still held to wait for its input.
        var isSpooling: Bool
    }

    static let projection = ["ClusterId", "ProcId", "JobStatus", "HoldReasonCode", "Owner", "User"]

    private(set) var jobs: [Job] = []
    /// Number of jobs by owner.
    package private(set) var countsByOwner: [String: Int] = [:]

    package var count: Int { jobs.count }
    var ownCount: Int { jobs.count { $0.isOwn } }

    /// Number of jobs by state.
    package var countsByStatus: [String: Int] {
        jobs.reduce(into: [:]) { $0[$1.status.map { "\($0)" } ?? "unknown", default: 0] += 1 }
    }

    /// The first ids, in order.
    package func ids(limit: Int) -> [JobID] { Array(jobs.map(\.id).sorted().prefix(limit)) }

    mutating func add(_ ad: WireAd, isOwn: Bool) {
        guard let id = JobID(ad) else { return }
        let status = JobStatus(ad)
        let isSpooling = status == .held && HoldReasonCode(ad) == .spoolingInput
        jobs.append(Job(id: id, status: status, isOwn: isOwn, isSpooling: isSpooling))
        countsByOwner[ad.string("Owner") ?? "unknown", default: 0] += 1
    }

    /// The number of jobs with each outcome. The scheduler skips jobs whose state does not fit the action; for those the state is the outcome.
    func outcomes(of action: JobActionName, _ result: JobActionResult) -> [JobActionOutcome: Int] {
        var counts = result.totals
        for job in jobs where result.jobs[job.id] == nil {
            let outcome: JobActionOutcome = !job.isOwn ? .permissionDenied : action == .remove && job.status == .removed ? .alreadyDone : .badStatus
            counts[outcome, default: 0] += 1
        }
        return counts
    }

    /// - Throws: `unexpectedCount`, `noJobsMatched`.
    func check(against request: MatchingRequest) throws(JobsError) {
        if let expected = request.expected, expected != count {
            let found = count == 1 ? "1 job matches" : "\(count) jobs match"
            throw JobsError(.unexpectedCount, "\(found), but \(expected) expected; nothing was done")
        }
        guard count > 0 else { throw .notFound(.constraint(request.constraint)) }
    }

    /// The error for the case that the caller owns none of the jobs.
    var notOwner: JobsError {
        JobsError(.notOwner, count == 1 ? "The job that matches belongs to somebody else" : "All \(count) jobs that match belong to others")
    }
}

extension Scheduler {
    /// The jobs that match the request now.
    package func matching(_ request: MatchingRequest, _ caller: Caller) async throws(JobsError) -> MatchingJobs {
        let query = JobQuery(constraint: request.constraint, projection: MatchingJobs.projection)
        var found = MatchingJobs()
        try await commanding { () async throws(CondorError) in
            try await read(query) { ads in
                for ad in ads { found.add(ad, isOwn: caller.owns(ad)) }
            }
        }
        return found
    }
}
