import ClassAd
import Crypto
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JSON
import NIOCore

/// Reads of jobs in the queue.
struct ReadRoutes: Sendable {
    let lists: ListService

    /// `GET /jobs`
    func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = try JobListQuery(request)
        return .list(try await answering { try await lists.jobs(query, caller) }, as: "jobs", answering: request)
    }

    /// `GET /jobs/{id}`: a job's ad, or a cluster's list.
    func get(_ request: Request, _ caller: Caller) async throws -> Response {
        let selection = try request.selection()
        guard case .job(let id) = selection else {
            let query = try JobListQuery(request)
            return .list(try await answering { try await lists.jobs(query, within: selection, caller) }, as: "jobs", answering: request)
        }
        try ListParameters.refuseOthersThanProjection(request)
        let projection = try ListParameters.projection(request)
        let ad = try await answering { try await lists.job(id, caller) }
        var json = JSONWriter(capacity: ad.byteCount + ad.byteCount / 4 + 64)
        ad.writeJSON(into: &json)
        let tag = JobTag.tag(of: json)
        if request.headers[.ifNoneMatch].map({ JobTag.matches($0, tag, weakly: true) }) ?? false {
            return Response(status: .notModified, headers: [.eTag: tag])
        }
        if !projection.isEmpty {
            json.removeAll()
            ad.writeJSON(into: &json, projection: AttributeProjection(projection))
        }
        let bytes = json.withUnsafeBytes { ByteBuffer(bytes: $0) }
        return .bytes(bytes, type: "application/json", headers: [.eTag: tag])
    }
}

/// Entity tags of jobs.
enum JobTag {
    /// The tag of a job's whole ad, whatever part of it an answer shows: it changes with every change of the job.
    static func tag(of json: borrowing JSONWriter) -> String {
        let digest = json.withUnsafeBytes { SHA256.hash(data: $0) }
        let hex = digest.prefix(12).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return "\"\(hex)\""
    }

    /// Whether a list of entity tags (`If-Match`, `If-None-Match`) has this one; `*` has any.
    /// - Parameter weakly: a weak tag counts as well; `If-Match` does not take one (RFC 9110, section 13.1.1).
    static func matches(_ field: String, _ tag: String, weakly: Bool) -> Bool {
        field.split(separator: ",").contains { item in
            var item = item.drop { $0 == " " }
            while item.last == " " { item = item.dropLast() }
            if weakly, item.hasPrefix("W/") { item = item.dropFirst(2) }
            return item == "*" || item == tag
        }
    }
}
