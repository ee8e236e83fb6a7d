package import ClassAd
import CondorClient
package import CondorModel
import CondorProtocol

/// Jobs that have left the queue.
extension ListService {
    /// The largest number of records that are searched for the spelling of an attribute.
    private static let spellingScan = 1_000

    /// The newest record of one job.
    /// - Throws: `jobNotFound`, `commandFailed`, `cancelled`.
    package func record(_ id: JobID, _ caller: Caller) async throws(JobsError) -> WireAd {
        let selection = JobSelection.job(id)
        let found = try await commanding { () async throws(CondorError) in
            try await schedd(caller).records(HistoryQuery(constraint: selection.expression, projection: [], limit: 1))
        }
        guard let ad = found.first else { throw .notFound(selection) }
        return ad
    }

    /// History records, or those of one cluster, newest first. Without a limit they stream.
    /// - Throws: `clusterNotFound` if the cluster has no records at all; `cursorGone`, `commandFailed`, `cancelled`.
    package func history(_ query: HistoryListQuery, within selection: JobSelection? = nil, _ caller: Caller) async throws(JobsError) -> AdList {
        let schedd = schedd(caller)
        var query = query
        let isMeant = query.expression(within: selection)
        query.projection = try await ProjectionSpelling.resolve(query.projection) { hasSome throws(JobsError) in
            var question = HistoryQuery(constraint: .conjunction([isMeant, hasSome]), projection: [], limit: 1)
            question.scanLimit = Self.spellingScan
            let asked = question
            return try await commanding { () async throws(CondorError) in try await schedd.records(asked) }.first
        }
        let question = query.question(within: selection)
        var records = try await commanding { () async throws(CondorError) in try await HistoryRecords(question, at: schedd) }
        if records.isEmpty, let selection, try await isEmpty(selection, query, schedd) { throw .notFound(selection) }
        if let cursor = query.cursor {
            let isKept = try await commanding { () async throws(CondorError) in try await records.skip(to: cursor) }
            guard isKept else {
                throw JobsError(
                    .cursorGone, "The cursor's record is no longer kept, or is not part of this list; start again without a cursor")
            }
        }
        guard let limit = query.limit else { return AdList(first: nil, then: .records(records), projection: query.projection) }
        var ads: [WireAd] = []
        try await commanding { () async throws(CondorError) in
            while ads.count <= limit, let more = try await records.next(limit + 1 - ads.count) { ads += more }
        }
        let page = Array(ads.prefix(limit))
        let nextCursor = ads.count > limit ? page.last.flatMap(HistoryCursor.init(after:))?.text : nil
        return AdList(first: page, then: .none, projection: query.projection, nextCursor: nextCursor)
    }

    /// Whether the cluster has no records at all, rather than none that match the query.
    private func isEmpty(_ selection: JobSelection, _ query: HistoryListQuery, _ schedd: Schedd) async throws(JobsError) -> Bool {
        if query.constraint == nil, query.since == nil { return true }
        let question = HistoryQuery(constraint: selection.expression, projection: ["ClusterId"], limit: 1)
        return try await commanding { () async throws(CondorError) in try await schedd.records(question) }.isEmpty
    }
}
