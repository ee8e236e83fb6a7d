import CondorModel
import CondorProtocol
import Jobs
import JobsAPI

extension ActionCounts {
    /// Counts jobs by outcome.
    init(_ outcomes: [JobActionOutcome: Int]) {
        func count(_ outcome: JobActionOutcome) -> Int { outcomes[outcome] ?? 0 }
        self.init(
            total: outcomes.values.reduce(0, +), success: count(.success), notFound: count(.notFound),
            permissionDenied: count(.permissionDenied), badStatus: count(.badStatus), alreadyDone: count(.alreadyDone),
            error: count(.error) + count(.limitExceeded))
    }
}

extension BulkDryRun {
    /// A preview of the jobs that match a constraint.
    /// - Parameter constraint: as the client wrote it.
    init(_ matching: MatchingJobs, of constraint: String) {
        self.init(
            constraint: constraint, matched: matching.count, jobIDs: matching.ids(limit: Self.listedJobs).map(\.description),
            countsByOwner: matching.countsByOwner, countsByStatus: matching.countsByStatus)
    }
}
