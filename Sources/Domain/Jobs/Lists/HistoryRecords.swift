import ClassAd
import CondorClient
import CondorProtocol

/// The records of an answer. Records that were already read can be put back.
struct HistoryRecords: Sendable {
    private var iterator: AdBatches<HistorySummary>.AsyncIterator
    private var front: ArraySlice<WireAd>
    private var isOver: Bool

    /// Queries the schedd and waits for the start of the answer.
    init(_ query: HistoryQuery, at schedd: Schedd) async throws(CondorError) {
        iterator = schedd.history(query).makeAsyncIterator()
        let first = try await schedd.firstRecords(&iterator)
        front = (first ?? [])[...]
        isOver = first == nil
    }

    /// Whether the answer has no records.
    var isEmpty: Bool { front.isEmpty && isOver }

    /// The next records, no more than `limit`; nil at the end.
    mutating func next(_ limit: Int) async throws(CondorError) -> [WireAd]? {
        if front.isEmpty, !isOver {
            if let batch = try await iterator.next() { front = batch[...] } else { isOver = true }
        }
        guard !front.isEmpty else { return nil }
        let taken = front.prefix(limit)
        front = front.dropFirst(taken.count)
        return Array(taken)
    }

    /// Skips everything up to and including the cursor's record. Returns false if the record does not occur.
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
