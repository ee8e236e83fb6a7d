import ClassAd
import CondorClient
import CondorProtocol
import HTTPKit
import HTTPTypes

/// What the pool's collector knows.
struct PoolService: Sendable {
    let client: CondorClient

    /// `GET /pool/{kind}`
    func list(_ request: Request, _ caller: Caller) async throws -> Response {
        guard !client.configuration.collectors.isEmpty else { throw Problem(.noCollector, "COLLECTOR_HOST is not set") }
        let constraint = try request.query(PoolEndpoints.constraint).map(ListQuery.constraint)
        let projection = try ListQuery.projection(try request.query(JobEndpoints.projection))
        let query = CollectorQuery(
            try request.path(PoolEndpoints.kind), constraint: constraint ?? .boolean(true), projection: projection,
            limit: try request.query(PoolEndpoints.limit)?.count)
        let format = ListFormat(accepting: request)
        var iterator = client.collector(as: caller.credential).ads(query).makeAsyncIterator()
        let first: [WireAd]?
        do {
            first = try await askingScheduler { () async throws(CondorError) in try await iterator.next() }
        } catch let problem as Problem {
            throw Self.ofCollector(problem)
        }
        let rest = iterator
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

    private static func ofCollector(_ problem: Problem) -> Problem {
        guard problem.kind == .schedulerUnavailable else { return problem }
        return Problem(.collectorUnavailable, problem.detail, headers: problem.headers)
    }
}
