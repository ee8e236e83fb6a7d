import Cedar
import ClassAd
import CondorClient
import CondorProtocol
import Diagnostics
import Glibc
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore
import Sandbox
import SubmitDescription

extension JobsService {
    /// `POST /jobs`
    func submit(_ request: Request, _ caller: Caller, bodyLimit: Int) async throws -> Response {
        let isDryRun = try request.query(JobEndpoints.dryRun) ?? false
        let key = try request.header(JobEndpoints.idempotencyKey)
        // A sandbox is not taken in for somebody whom the scheduler does not know, nor is a dry run answered.
        if isDryRun || request.contentType == SubmissionBody.formType { try await introduce(caller) }
        let body = try await SubmissionBody(request, limit: bodyLimit, staging: staging)
        let plan = try await plan(body, caller, limit: bodyLimit)
        if let sandbox = body.sandbox {
            let inputs = InputPlan(DeclaredInput(plan.inputs), candidates: sandbox.candidates)
            guard inputs.missing.isEmpty else { throw Self.missingFiles(inputs.missing, "which the description declares; nothing was queued") }
        }
        if isDryRun { return try Self.dryRun(plan, of: body.place) }
        let submission = Submission(plan: plan, sandbox: body.sandbox, stamp: key.map { SubmissionStamp(key: $0, digest: body.digest) })
        // A client that goes away from here on does not stop the work in the middle: the jobs would be queued and never get their input.
        let queued = try await Task { try await queue(submission, caller) }.value
        var headers: HTTPFields = [.location: "/api/v1/jobs/\(queued.cluster)"]
        if queued.isReplay, let name = HTTPField.Name("Idempotency-Replayed") { headers[name] = "true" }
        let warnings = plan.warnings.map(Self.json) + queued.warnings.map { ["message": .string($0)] as JSON }
        return .json(
            [
                "cluster_id": .integer(Int64(queued.cluster)),
                "job_ids": .array((0..<queued.jobCount).map { .string("\(queued.cluster).\($0)") }),
                "awaiting_input": .bool(submission.awaitsInput),
                "warnings": .array(warnings),
            ], status: .created, headers: headers)
    }

    /// Asks the scheduler nothing in particular, so that it accepts the caller's credential or not.
    func introduce(_ caller: Caller) async throws {
        _ = try await jobs(.constraint(.boolean(false)), caller, projection: ["ClusterId"], limit: 1)
    }

    /// Reads a description; every mistake is told with its place.
    private func plan(_ body: SubmissionBody, _ caller: Caller, limit: Int) async throws -> SubmitPlan {
        var parameters = SubmitParameters()
        parameters.submitTime = Int64(time(nil))
        parameters.submitMethod = Self.submitMethod
        parameters.configuration["UID_DOMAIN"] = uidDomain
        parameters.submitter = caller.userName ?? ""
        parameters.jobLimit = Self.jobLimit
        parameters.expandsFactories = true
        parameters.holdsAfterSpooling = true
        parameters.itemTexts = try await body.itemTexts(limit: limit)
        for entry in body.sandbox?.entries ?? [] where entry.kind == .file { parameters.inputSizes[entry.path.string] = entry.size }
        if let version = try? await client.scheddAddress().version { parameters.scheddVersion = version }
        let plan: SubmitPlan
        do {
            plan = try SubmitDescription.parse(bytes: body.description, mode: .remote, parameters: parameters)
        } catch {
            throw Self.problem(error, at: body.place)
        }
        guard plan.procCount > 0 else { throw Problem(.submitSyntax, "The description queues no jobs: it has no queue statement, or an empty one") }
        return plan
    }

    /// `JobSubmitMethod` of jobs submitted through the gateway; numbers from 100 on are free for portals.
    static let submitMethod: Int64 = 100
    /// Jobs one submission may queue.
    static let jobLimit = 100_000
    /// Proc ads a dry run shows.
    private static let shownProcs = 100

    private static func dryRun(_ plan: SubmitPlan, of place: Problem.Item.Place) throws -> Response {
        var json = JSONWriter()
        do throws(SubmitError) {
            var ads = try plan.ads()
            json.beginObject()
            json.name("dry_run")
            json.value(true)
            json.name("procs")
            json.value(plan.procCount)
            json.name("cluster_ad")
            ads.clusterAd.writeJSON(into: &json)
            json.name("proc_ads")
            json.beginArray()
            var count = 0
            while count < shownProcs, let ad = try ads.next() {
                ad.writeJSON(into: &json)
                count += 1
            }
            json.endArray()
        } catch {
            throw problem(error, at: place)
        }
        json.name("warnings")
        json.raw(json: JSON.array(plan.warnings.map(Self.json)).serialized())
        json.endObject()
        return .bytes(ByteBuffer(bytes: json.bytes), type: "application/json")
    }

    static func refusal(_ error: SubmitError) -> CondorError {
        CondorError(
            .refused, error.diagnostics.first.map { $0.line > 0 ? "line \($0.line): \($0.summary)" : $0.summary } ?? "the description has errors")
    }

    private static func problem(_ error: SubmitError, at place: Problem.Item.Place) -> Problem {
        let errors = error.diagnostics.filter { $0.severity == .error }
        let first = errors.first.map { $0.line > 0 ? "line \($0.line): \($0.summary)" : $0.summary } ?? "the description has errors"
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        return Problem(
            .submitSyntax, first + more,
            errors: errors.map { .init(place, $0.summary, line: $0.line > 0 ? $0.line : nil, column: $0.column > 0 ? $0.column : nil) })
    }

    private static func json(_ warning: Diagnostic) -> JSON {
        var object: JSON.Object = ["message": .string(warning.summary)]
        if warning.line > 0 { object.append("line", .integer(Int64(warning.line))) }
        if warning.column > 0 { object.append("column", .integer(Int64(warning.column))) }
        return .object(object)
    }
}

extension DeclaredInput {
    /// What a submit description declares, for all its jobs together.
    init(_ inputs: [SandboxInput]) {
        self.init(entries: inputs.map { Entry(path: $0.path, contentsOnly: $0.isContents, mustBeFile: false) })
    }
}

extension Caller {
    /// The user's name without domain, as far as the token tells.
    var userName: String? {
        guard case .token(let token) = credential else { return nil }
        return token.subject?.split(separator: "@", maxSplits: 1).first.map(String.init)
    }
}
