import ClassAd
import CondorClient
import CondorProtocol
import HTTPKit

/// Jobs that have left the queue.
struct HistoryService: Sendable {
    let client: CondorClient

    func schedd(_ caller: Caller) -> Schedd { client.schedd(as: caller.credential) }

    /// A few records, for decisions.
    func records(_ query: HistoryQuery, _ caller: Caller) async throws -> [WireAd] {
        var iterator = schedd(caller).history(query).makeAsyncIterator()
        var found: [WireAd] = []
        guard let first = try await firstBatch(&iterator, caller) else { return [] }
        found += first
        try await askingScheduler { () async throws(CondorError) in
            while let ads = try await iterator.next() { found += ads }
        }
        return found
    }

    /// The first batch of an answer; nil when there is none.
    ///
    /// A schedd that has no history file yet just closes the connection (observed against 25.14.1): if it answers other questions, there are no records.
    func firstBatch(_ iterator: inout AdBatches<HistorySummary>.AsyncIterator, _ caller: Caller) async throws -> [WireAd]? {
        do throws(CondorError) {
            return try await iterator.next()
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            guard error.code == .unreachable else { throw Problem(error) }
            var queue = schedd(caller).jobs(JobQuery(constraint: .boolean(false), projection: ["ClusterId"], limit: 1)).makeAsyncIterator()
            return try await askingScheduler { () async throws(CondorError) in
                while try await queue.next() != nil {}
                return nil
            }
        }
    }
}
