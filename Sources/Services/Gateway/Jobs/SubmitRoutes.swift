import ClassAd
import Diagnostics
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JSON
import NIOCore
import Sandbox

/// Submissions.
struct SubmitRoutes: Sendable {
    let submissions: SubmissionService
    let staging: SandboxStaging
    /// Bytes of a submit description.
    let bodyLimit: Int

    /// `POST /jobs`
    func submit(_ request: Request, _ caller: Caller) async throws -> Response {
        let isDryRun = try request.query(JobEndpoints.dryRun) ?? false
        let key = try request.header(JobEndpoints.idempotencyKey)
        // A sandbox is not taken in for somebody whom the scheduler does not know, nor is a dry run answered.
        if isDryRun || request.contentType == SubmissionBody.formType { try await submissions.verifyCredential(caller) }
        let body = try await SubmissionBody(request, limit: bodyLimit, staging: staging)
        let itemTexts = try await body.itemTexts(limit: bodyLimit)
        return try await answering(at: body.place) {
            let submission = try await submissions.prepare(
                body.description, sandbox: body.sandbox, itemTexts: itemTexts, key: key.map { ($0, body.digest) }, caller)
            if isDryRun { return try Self.dryRun(submission) }
            return Self.answer(try await submissions.submit(submission, caller), submission)
        }
    }

    private static func answer(_ queued: QueuedCluster, _ submission: Submission) -> Response {
        var headers: HTTPFields = [.location: "/api/v1/jobs/\(queued.cluster)"]
        if queued.isReplay, let name = HTTPField.Name("Idempotency-Replayed") { headers[name] = "true" }
        let warnings = submission.warnings.map(Self.json) + queued.warnings.map { ["message": .string($0)] as JSONValue }
        return .json(
            [
                "cluster_id": .integer(Int64(queued.cluster)),
                "job_ids": .array((0..<queued.jobCount).map { .string("\(queued.cluster).\($0)") }),
                "awaiting_input": .bool(submission.awaitsInput),
                "warnings": .array(warnings),
            ], status: .created, headers: headers)
    }

    /// Proc ads a dry run shows.
    private static let shownProcs = 100

    private static func dryRun(_ submission: Submission) throws -> Response {
        let (clusterAd, procAds) = try submission.preview(limit: shownProcs)
        var json = JSONWriter()
        json.beginObject()
        json.name("dry_run")
        json.value(true)
        json.name("procs")
        json.value(submission.jobCount)
        json.name("cluster_ad")
        clusterAd.writeJSON(into: &json)
        json.name("proc_ads")
        json.beginArray()
        for ad in procAds { ad.writeJSON(into: &json) }
        json.endArray()
        json.name("warnings")
        json.raw(json: JSONValue.array(submission.warnings.map(Self.json)).serialized())
        json.endObject()
        return .bytes(ByteBuffer(bytes: json.bytes), type: "application/json")
    }

    private static func json(_ warning: Diagnostic) -> JSONValue {
        var object: JSONValue.Object = ["message": .string(warning.summary)]
        if warning.line > 0 { object.append("line", .integer(Int64(warning.line))) }
        if warning.column > 0 { object.append("column", .integer(Int64(warning.column))) }
        return .object(object)
    }
}

extension IdempotencyKey: ParameterValue {
    init?(parameter text: String) { self.init(text) }

    static var parameterSchema: Schema { .string(pattern: "^[!-~]{1,128}$", minLength: 1, maxLength: 128) }
}
