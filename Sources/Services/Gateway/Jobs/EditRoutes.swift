import ClassAd
import CondorModel
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import JSON
import NIOCore

/// Edits of jobs.
struct EditRoutes: Sendable {
    let edits: EditService
    /// The largest body, in bytes.
    let bodyLimit: Int

    /// `PATCH /jobs/{id}`
    func edit(_ request: Request, _ caller: Caller) async throws -> Response {
        let selection = try request.selection()
        let edits = try AttributeEdits(try await request.body.decode(EditBody.codec, upTo: bodyLimit) ?? [:], at: "")
        let wanted = request.headers[.ifMatch]
        try await answering(at: .pointer("")) {
            guard let wanted else { return try await self.edits.edit(selection, edits, caller) }
            guard case .job(let id) = selection else {
                throw Problem(
                    .badRequest, "If-Match applies to a single job, not to a cluster",
                    errors: [.init(.parameter("If-Match"), "only for CLUSTER.PROC")])
            }
            try await self.edits.edit(id, edits, if: { Self.hasTag(wanted, $0) }, caller)
        }
        return .json(
            EditResult(
                message: "\(selection.subject) edited", jobID: selection.text,
                attributes: RawJSON { json in
                    json.beginObject()
                    for (name, value) in edits.attributes {
                        json.name(name)
                        value.writeJSON(into: &json)
                    }
                    json.endObject()
                }))
    }

    private static func hasTag(_ wanted: String, _ ad: WireAd) -> Bool {
        var json = JSONWriter()
        ad.writeJSON(into: &json)
        return EntityTag(job: json).satisfies(ifMatch: wanted)
    }

    /// `PATCH /jobs`
    func editMatching(_ request: Request, _ caller: Caller) async throws -> Response {
        let bulk = try await BulkRequest(request, BulkBody.edit, bodyLimit: bodyLimit)
        let attributes = try AttributeEdits(bulk.attributes, at: BulkRequest.attributesPointer)
        if bulk.isDryRun {
            return .json(BulkDryRun(try await edits.matching(bulk.jobs, caller), of: bulk.constraintText))
        }
        let (edited, matched) = try await answering(at: .pointer(BulkRequest.attributesPointer)) {
            try await edits.edit(matching: bulk.jobs, attributes, caller)
        }
        var outcomes: [JobActionOutcome: Int] = [.success: edited]
        if edited < matched { outcomes[.permissionDenied] = matched - edited }
        return .json(
            BulkEditResult(
                message: "\(ActionRoutes.jobs(edited)) edited", constraint: bulk.constraintText, results: ActionCounts(outcomes),
                jobsEdited: edited))
    }
}
