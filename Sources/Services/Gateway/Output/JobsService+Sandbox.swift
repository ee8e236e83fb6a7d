import ClassAd
import CondorClient
import CondorProtocol
import HTTPMessages

extension JobsService {
    /// The ad of a job whose sandbox the caller may see: one of the caller's own, or of anybody's for a superuser of the queue.
    /// - Throws: 404 for a job that is not there, 403 for somebody else's.
    func sandboxJob(_ id: JobID, _ caller: Caller, projection: [String]) async throws -> WireAd {
        guard let ad = try await jobs(.job(id), caller, projection: projection, limit: 1).first else { throw JobSelection.job(id).notFound }
        if caller.owns(ad) { return ad }
        guard try await givesSandbox(of: id, caller) else { throw Problem(.notOwner, "Job \(id) belongs to somebody else") }
        return ad
    }

    /// Whether the scheduler lets the caller have the sandbox: whether the job is the caller's own, or anybody's for a superuser of the queue.
    func givesSandbox(of id: JobID, _ caller: Caller) async throws -> Bool {
        var events = schedd(caller).retrieve(.job(id)).makeAsyncIterator()
        let first = try await askingScheduler { () async throws(CondorError) in try await events.next() }
        if case .job = first { return true }
        return false
    }
}
