import ClassAd
import CondorModel
import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI
import JSON
import NIOCore

extension HistoryListQuery {
    init(_ request: Request) throws(Problem) {
        self.init(
            constraint: try request.query(ListParameters.constraint).map(ListParameters.constraint),
            projection: try ListParameters.projection(request), limit: try request.query(ListParameters.recordLimit)?.count,
            cursor: try request.query(ListParameters.cursor).map { text throws(Problem) in
                guard let cursor = HistoryCursor(text) else { throw ListParameters.badCursor }
                return cursor
            },
            since: try request.query(HistoryEndpoints.since))
    }
}

extension HistorySince: ParameterValue {
    init?(parameter text: String) { self.init(text) }

    static var parameterSchema: Schema {
        .anyOf([.string(pattern: #"^\d+\.\d+$"#), .integer(minimum: 0), .string(format: "date-time")])
            .described("a job id, seconds since 1970, or a time such as 2026-11-21T08:00:00Z")
    }
}

/// Reads of jobs that have left the queue.
struct HistoryRoutes: Sendable {
    let lists: ListService

    /// `GET /history`
    func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = try HistoryListQuery(request)
        return .list(try await lists.history(query, caller), as: .jobs, answering: request)
    }

    /// `GET /history/{id}`: a job's newest record, or a cluster's list.
    func get(_ request: Request, _ caller: Caller) async throws -> Response {
        let selection = try request.selection()
        guard case .job(let id) = selection else {
            let query = try HistoryListQuery(request)
            return .list(try await lists.history(query, within: selection, caller), as: .jobs, answering: request)
        }
        try ListParameters.refuseOthersThanProjection(request)
        let projection = try ListParameters.projection(request)
        let ad = try await lists.record(id, caller)
        var json = JSONWriter(capacity: ad.byteCount + ad.byteCount / 4 + 64)
        ad.writeJSON(into: &json, projection: projection.isEmpty ? nil : AttributeProjection(projection))
        return .bytes(json.withUnsafeBytes { ByteBuffer(bytes: $0) }, type: "application/json")
    }
}
