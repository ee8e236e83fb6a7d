import ClassAd
import CondorClient
package import CondorProtocol

/// The jobs that match a constraint at a moment, as far as an operation on all of them has to know them.
package struct MatchingJobs: Sendable {
    struct Job: Sendable {
        var id: JobID
        var status: JobStatus?
        /// As far as the caller's token tells.
        var isOwn: Bool
        /// The job still shows the hold that waits for its input.
        var isSpooling: Bool
    }

    static let projection = ["ClusterId", "ProcId", "JobStatus", "HoldReasonCode", "Owner", "User"]

    private(set) var jobs: [Job] = []
    /// Jobs of each owner.
    package private(set) var countsByOwner: [String: Int] = [:]

    package var count: Int { jobs.count }
    var ownCount: Int { jobs.count { $0.isOwn } }

    /// Jobs in each state.
    package var countsByStatus: [String: Int] {
        jobs.reduce(into: [:]) { $0[$1.status.map { "\($0)" } ?? "unknown", default: 0] += 1 }
    }

    /// The first ids in order.
    package func ids(limit: Int) -> [JobID] { Array(jobs.map(\.id).sorted().prefix(limit)) }

    mutating func add(_ ad: WireAd, isOwn: Bool) {
        guard let id = JobID(ad) else { return }
        let status = ad.integer("JobStatus").flatMap(JobStatus.init)
        let isSpooling = status == .held && ad.integer("HoldReasonCode") == HoldReasonCode.spoolingInput
        jobs.append(Job(id: id, status: status, isOwn: isOwn, isSpooling: isSpooling))
        countsByOwner[ad.string("Owner") ?? "unknown", default: 0] += 1
    }

    /// How many jobs had which outcome. The scheduler passes over jobs whose state does not fit the action; their state is the outcome then.
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
            throw JobsError(.unexpectedCount, "\(found) instead of the \(expected) expected; nothing was done")
        }
        guard count > 0 else { throw .notFound(.constraint(request.constraint)) }
    }

    /// None of the jobs is the caller's.
    var notOwner: JobsError {
        JobsError(.notOwner, count == 1 ? "The job that matches belongs to somebody else" : "All \(count) jobs that match belong to others")
    }
}

extension Scheduler {
    /// The jobs that match a constraint now.
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
