import ClassAd
import CondorClient
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes

/// What the pool's collector knows.
struct PoolService: Sendable {
    let client: CondorClient

    /// `GET /pool/{kind}`
    func list(_ request: Request, _ caller: Caller) async throws -> Response {
        guard !client.configuration.collectors.isEmpty else { throw Problem(.noCollector, "COLLECTOR_HOST is not set") }
        let constraint = try request.query(PoolEndpoints.constraint).map(ListQuery.constraint)
        let kind = try request.path(PoolEndpoints.kind)
        let limit = try request.query(PoolEndpoints.limit)?.count
        let asked = try ListQuery.projection(try request.query(JobEndpoints.projection))
        let projection = try await ProjectionSpelling.resolve(asked) { hasSome in
            try await begin(CollectorQuery(kind, constraint: .conjunction([constraint ?? .boolean(true), hasSome]), limit: 1), caller).first?.first
        }
        let query = CollectorQuery(kind, constraint: constraint ?? .boolean(true), projection: projection, limit: limit)
        let format = ListFormat(accepting: request)
        let (first, rest) = try await begin(query, caller)
        return .stream(type: format.contentType) { body in
            var rest = rest
            var stream = AdListStream(format, member: "ads", projection: projection.isEmpty ? nil : AttributeProjection(projection), to: body)
            var batch = first
            while let ads = batch {
                try await stream.write(ads)
                do throws(CondorError) {
                    batch = try await rest.next()
                } catch {
                    return try await stream.fail(Self.ofCollector(Problem(error)))
                }
            }
            try await stream.end()
        }
    }

    /// Asks the collector, and waits for the beginning of its answer.
    private func begin(_ query: CollectorQuery, _ caller: Caller) async throws -> (first: [WireAd]?, rest: AdBatches<CollectorSummary>.AsyncIterator)
    {
        var iterator = client.collector(as: caller.credential).ads(query).makeAsyncIterator()
        do {
            let first = try await askingScheduler { () async throws(CondorError) in try await iterator.next() }
            return (first, iterator)
        } catch let problem as Problem {
            throw Self.ofCollector(problem)
        }
    }

    private static func ofCollector(_ problem: Problem) -> Problem {
        guard problem.kind == .schedulerUnavailable else { return problem }
        return Problem(.collectorUnavailable, problem.detail, headers: problem.headers)
    }
}
