import ClassAd
import CondorClient
import CondorProtocol

/// The pool's machines and daemons, as the collector knows them.
extension ListService {
    /// - Throws: `noCollector`, `commandFailed`, `cancelled`.
    package func daemons(_ query: PoolListQuery, _ caller: Caller) async throws(JobsError) -> AdList {
        guard !client.configuration.collectors.isEmpty else { throw JobsError(.noCollector, "COLLECTOR_HOST is not set") }
        let collector = client.collector(as: caller.credential)
        let isMeant = query.constraint ?? .boolean(true)
        let projection = try await ProjectionSpelling.resolve(query.projection) { hasSome throws(JobsError) in
            try await Self.begin(CollectorQuery(query.kind, constraint: .conjunction([isMeant, hasSome]), limit: 1), collector).first?.first
        }
        let question = CollectorQuery(query.kind, constraint: isMeant, projection: projection, limit: query.limit)
        let (first, rest) = try await Self.begin(question, collector)
        return AdList(first: first, then: first == nil ? .none : .daemons(rest), projection: projection)
    }

    /// Queries the collector and waits for the start of its answer.
    private static func begin(
        _ query: CollectorQuery, _ collector: Collector
    ) async throws(JobsError) -> (first: [WireAd]?, rest: AdBatches<CollectorSummary>.AsyncIterator) {
        var iterator = collector.ads(query).makeAsyncIterator()
        do throws(CondorError) {
            return (try await iterator.next(), iterator)
        } catch {
            throw JobsError(error, .askingCollector)
        }
    }
}
