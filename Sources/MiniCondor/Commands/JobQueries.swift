import Cedar
import ClassAd
import CondorProtocol

/// QUERY_JOB_ADS (516) and QUERY_JOB_ADS_WITH_AUTH (519).
enum JobQueries {
    static func run(_ call: CommandCall) async throws(ServerError) {
        _ = try await call.connection.message { message throws(CedarError) in try JobQuery(from: &message) }
        let summary = JobQuerySummary(serverTime: call.scheduler.now(), matched: 0, total: 0)
        try await call.connection.send { summary.encode(into: &$0) }
    }
}
