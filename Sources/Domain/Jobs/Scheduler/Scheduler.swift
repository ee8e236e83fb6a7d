package import ClassAd
package import CondorClient
package import CondorModel
package import CondorProtocol
import Tokens

/// The commands that services use to read and change jobs, sent with one identity. Implemented by a schedd in the program and by a script in tests.
///
/// Lists and sandboxes are streams and are read from the ``Schedd`` itself.
package protocol Scheduler: Sendable {
    /// Passes jobs' ads to `body` as they arrive.
    func read(_ query: JobQuery, _ body: ([WireAd]) -> Void) async throws(CondorError)
    /// A few records of jobs that have left the queue, as an array; empty if the schedd keeps no history.
    func records(_ query: HistoryQuery) async throws(CondorError) -> [WireAd]
    /// Whether the scheduler gives the caller access to the job's sandbox: the caller owns the job or is a queue superuser.
    func givesSandbox(of id: JobID) async throws(CondorError) -> Bool
    func act(_ request: JobActionRequest, isWanted: (JobActionResult) -> Bool) async throws(CondorError) -> JobActionResult
    @discardableResult
    func edit(_ edit: JobEdit) async throws(CondorError) -> Int
    func submit(_ submission: JobSubmission) async throws(CondorError) -> SubmittedCluster
    func submit(_ submission: JobSubmission, unless existing: (_ user: String) -> ExprTree) async throws(CondorError) -> SubmissionOutcome
    func spool(_ jobs: [JobID], files: [any SpoolFile]) async throws(CondorError) -> SpoolSummary
}

extension Scheduler {
    /// The ads of a few jobs, as an array.
    func ads(_ query: JobQuery) async throws(CondorError) -> [WireAd] {
        var found: [WireAd] = []
        try await read(query) { found += $0 }
        return found
    }

    /// The ads of selected jobs.
    func ads(_ selection: JobSelection, projection: [String], limit: Int? = nil) async throws(JobsError) -> [WireAd] {
        var query = JobQuery(selection, projection: projection)
        if let limit { query.limit = limit }
        let asked = query
        return try await commanding { () async throws(CondorError) in try await ads(asked) }
    }

    /// Checks that the scheduler accepts the caller's credential, by a query that matches no jobs.
    func verifyCredential() async throws(JobsError) {
        _ = try await ads(.constraint(.boolean(false)), projection: ["ClusterId"], limit: 1)
    }

    /// The ad of a job whose sandbox the caller may see: the caller's own job, or any job for a queue superuser.
    /// - Throws: `jobNotFound`, or `notOwner` if the job belongs to somebody else.
    func sandboxJob(_ id: JobID, of caller: Caller, projection: [String]) async throws(JobsError) -> WireAd {
        guard let ad = try await ads(.job(id), projection: projection, limit: 1).first else { throw .notFound(.job(id)) }
        if caller.owns(ad) { return ad }
        guard try await commanding(.reading, { () async throws(CondorError) in try await givesSandbox(of: id) }) else { throw .notOwner(.job(id)) }
        return ad
    }
}

extension Schedd: Scheduler {
    package func read(_ query: JobQuery, _ body: ([WireAd]) -> Void) async throws(CondorError) {
        var iterator = jobs(query).makeAsyncIterator()
        while let ads = try await iterator.next() { body(ads) }
    }

    package func records(_ query: HistoryQuery) async throws(CondorError) -> [WireAd] {
        var iterator = history(query).makeAsyncIterator()
        guard var found = try await firstRecords(&iterator) else { return [] }
        while let ads = try await iterator.next() { found += ads }
        return found
    }

    package func givesSandbox(of id: JobID) async throws(CondorError) -> Bool {
        var events = retrieve(.job(id)).makeAsyncIterator()
        if case .job = try await events.next() { return true }
        return false
    }

    /// The first batch of an answer; nil if there is none.
    ///
    /// A schedd without a history file just closes the connection (observed with 25.14.1). If it still answers other queries, there are no records.
    func firstRecords(_ iterator: inout AdBatches<HistorySummary>.AsyncIterator) async throws(CondorError) -> [WireAd]? {
        do throws(CondorError) {
            return try await iterator.next()
        } catch {
            guard error.code == .unreachable else { throw error }
            _ = try await ads(JobQuery(constraint: .boolean(false), projection: ["ClusterId"], limit: 1))
            return nil
        }
    }
}
