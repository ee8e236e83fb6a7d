package import ClassAd
import CondorClient
import CondorModel
import CondorProtocol

/// A list of ads that streams from a daemon with constant memory: jobs, history records, or the pool's daemons.
///
/// A list exists once the daemon has accepted the identity and begun to answer. Nothing is read from the daemon until the list is read. Copies
/// share one connection, so only one task may read a list.
package struct AdList: Sendable {
    /// The source of the ads that follow the first batch.
    enum Source: Sendable {
        /// There are no more ads.
        case none
        case jobs(AdBatches<JobQuerySummary>.AsyncIterator)
        case records(HistoryRecords)
        case daemons(AdBatches<CollectorSummary>.AsyncIterator)
        /// Known jobs, whose ads are requested in chunks.
        case known(KnownJobs)
    }

    /// The attributes of the ads; nil for all.
    package let projection: AttributeProjection?
    /// The start of the next page; nil if this page is the last.
    package let nextCursor: String?
    private var first: [WireAd]?
    private var source: Source

    /// - Parameter projection: names of attributes; empty for all.
    init(first: [WireAd]?, then source: Source, projection: [String], nextCursor: String? = nil) {
        self.first = first
        self.source = source
        self.projection = projection.isEmpty ? nil : AttributeProjection(projection)
        self.nextCursor = nextCursor
    }

    /// The next ads; nil at the end.
    /// - Throws: `commandFailed`, `cancelled`. The list is incomplete then.
    package mutating func next() async throws(JobsError) -> [WireAd]? {
        if let ads = first {
            first = nil
            return ads
        }
        // The source is taken out while it reads: what waits in it would be copied otherwise.
        let current = source
        source = .none
        switch consume current {
        case .none:
            return nil
        case .jobs(var iterator):
            let ads = try await commanding { () async throws(CondorError) in try await iterator.next() }
            source = .jobs(iterator)
            return ads
        case .records(var records):
            let ads = try await commanding { () async throws(CondorError) in try await records.next(.max) }
            source = .records(records)
            return ads
        case .daemons(var iterator):
            let ads = try await commanding(.askingCollector) { () async throws(CondorError) in try await iterator.next() }
            source = .daemons(iterator)
            return ads
        case .known(var jobs):
            let ads = try await commanding { () async throws(CondorError) in try await jobs.next() }
            source = .known(jobs)
            return ads
        }
    }
}

/// Requests the ads of known jobs, in order.
struct KnownJobs: Sendable {
    /// Number of jobs per request.
    private static let chunk = 256

    private let schedd: Schedd
    private let projection: [String]
    private let onlyMine: Bool
    private var left: ArraySlice<JobID>

    init(_ ids: [JobID], at schedd: Schedd, projection: [String], onlyMine: Bool) {
        self.schedd = schedd
        self.projection = projection
        self.onlyMine = onlyMine
        left = ids[...]
    }

    /// The next ads; nil at the end. Jobs that have left the queue in the meantime are skipped.
    mutating func next() async throws(CondorError) -> [WireAd]? {
        guard !left.isEmpty else { return nil }
        let ids = left.prefix(Self.chunk)
        left = left.dropFirst(Self.chunk)
        var clusters: [Int: [Int]] = [:]
        for id in ids { clusters[id.cluster, default: []].append(id.proc) }
        let selection = clusters.keys.sorted().map { cluster in
            ExprTree.conjunction([
                .binary(.equal, .attribute("ClusterId"), .integer(cluster)),
                .disjunction((clusters[cluster] ?? []).map { .binary(.equal, .attribute("ProcId"), .integer($0)) }),
            ])
        }
        var found: [JobID: WireAd] = [:]
        for ad in try await schedd.ads(JobQuery(constraint: .disjunction(selection), projection: projection, onlyMine: onlyMine)) {
            if let id = JobID(ad) { found[id] = ad }
        }
        return ids.compactMap { found[$0] }
    }
}
