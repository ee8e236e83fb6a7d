import ClassAd
import CondorModel
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import JSON
import NIOCore

/// Reads of jobs in the queue.
struct ReadRoutes: Sendable {
    let lists: ListService

    /// `GET /jobs`
    func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = try JobListQuery(request)
        return .list(try await lists.jobs(query, caller), as: .jobs, answering: request)
    }

    /// `GET /jobs/{id}`: a job's ad, or a cluster's list.
    func get(_ request: Request, _ caller: Caller) async throws -> Response {
        let selection = try request.selection()
        guard case .job(let id) = selection else {
            let query = try JobListQuery(request)
            return .list(try await lists.jobs(query, within: selection, caller), as: .jobs, answering: request)
        }
        try ListParameters.refuseOthersThanProjection(request)
        let projection = try ListParameters.projection(request)
        let ad = try await lists.job(id, caller)
        var json = JSONWriter(capacity: ad.byteCount + ad.byteCount / 4 + 64)
        ad.writeJSON(into: &json)
        let tag = EntityTag(job: json)
        if request.headers[.ifNoneMatch].map({ tag.isKnown(ifNoneMatch: $0) }) ?? false {
            return Response(status: .notModified, headers: [.eTag: tag.description])
        }
        if !projection.isEmpty {
            json.removeAll()
            ad.writeJSON(into: &json, projection: AttributeProjection(projection))
        }
        let bytes = json.withUnsafeBytes { ByteBuffer(bytes: $0) }
        return .bytes(bytes, type: "application/json", headers: [.eTag: tag.description])
    }
}
