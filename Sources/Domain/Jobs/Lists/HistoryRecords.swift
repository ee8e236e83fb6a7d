import ClassAd
import CondorClient
import CondorProtocol

/// The records of an answer. Some that were read already can be put back in front.
struct HistoryRecords: Sendable {
    private var iterator: AdBatches<HistorySummary>.AsyncIterator
    private var front: ArraySlice<WireAd>
    private var isOver: Bool

    /// Asks the schedd, and waits for the beginning of its answer.
    init(_ query: HistoryQuery, at schedd: Schedd) async throws(CondorError) {
        iterator = schedd.history(query).makeAsyncIterator()
        let first = try await schedd.firstRecords(&iterator)
        front = (first ?? [])[...]
        isOver = first == nil
    }

    /// Whether nothing came at all.
    var isEmpty: Bool { front.isEmpty && isOver }

    /// The next records, at most `limit`; nil at the end.
    mutating func next(_ limit: Int) async throws(CondorError) -> [WireAd]? {
        if front.isEmpty, !isOver {
            if let batch = try await iterator.next() { front = batch[...] } else { isOver = true }
        }
        guard !front.isEmpty else { return nil }
        let taken = front.prefix(limit)
        front = front.dropFirst(taken.count)
        return Array(taken)
    }

    /// Passes over everything up to the cursor's record; false if it does not come.
    mutating func skip(to cursor: HistoryCursor) async throws(CondorError) -> Bool {
        while let ads = try await next(.max) {
            if let index = ads.firstIndex(where: { HistoryCursor(after: $0) == cursor }) {
                front = ads[(index + 1)...]
                return true
            }
        }
        return false
    }
}
