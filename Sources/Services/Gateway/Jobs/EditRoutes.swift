import ClassAd
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JSON
import NIOCore

/// Edits of jobs.
struct EditRoutes: Sendable {
    let edits: EditService
    /// Bytes of a body.
    let bodyLimit: Int

    /// `PATCH /jobs/{id}`
    func edit(_ request: Request, _ caller: Caller) async throws -> Response {
        let selection = try request.selection()
        let edits = try AttributeEdits(try await JSONBody.object(request, limit: bodyLimit) ?? [:], at: "")
        let wanted = request.headers[.ifMatch]
        try await answering(at: .pointer("")) {
            guard let wanted else { return try await self.edits.edit(selection, edits, caller) }
            guard case .job(let id) = selection else {
                throw Problem(
                    .badRequest, "If-Match is for one job, not for a cluster", errors: [.init(.parameter("If-Match"), "only for CLUSTER.PROC")])
            }
            try await self.edits.edit(id, edits, if: { Self.hasTag(wanted, $0) }, caller)
        }
        var json = JSONWriter()
        json.beginObject()
        json.name("message")
        json.value("\(selection.subject) edited")
        json.name("job_id")
        json.value(selection.text)
        json.name("attributes")
        json.beginObject()
        for (name, value) in edits.attributes {
            json.name(name)
            value.writeJSON(into: &json)
        }
        json.endObject()
        json.endObject()
        return .bytes(.init(bytes: json.bytes), type: "application/json")
    }

    private static func hasTag(_ wanted: String, _ ad: WireAd) -> Bool {
        var json = JSONWriter()
        ad.writeJSON(into: &json)
        return JobTag.matches(wanted, JobTag.tag(of: json), weakly: false)
    }

    /// `PATCH /jobs`
    func editMatching(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await BulkBody(request, .edit, bodyLimit: bodyLimit)
        if body.isDryRun { return .json(JSONValue(try await edits.matching(body.jobs, caller), of: body.constraintText)) }
        guard let attributes = body.edits else { throw Problem(.badBody, "attributes: missing") }
        let (edited, matched) = try await answering(at: .pointer(BulkBody.attributesPointer)) {
            try await edits.edit(matching: body.jobs, attributes, caller)
        }
        var outcomes: [JobActionOutcome: Int] = [.success: edited]
        if edited < matched { outcomes[.permissionDenied] = matched - edited }
        return .json([
            "message": .string("\(ActionRoutes.jobs(edited)) edited"),
            "constraint": .string(body.constraintText),
            "results": JSONValue(outcomes: outcomes),
            "jobs_edited": .integer(Int64(edited)),
        ])
    }
}
