import ClassAd
import Diagnostics
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import JSON
import Sandbox
import Tokens

/// Submissions.
struct SubmitRoutes: Sendable {
    let submissions: SubmissionService
    let staging: SandboxStaging
    /// The largest submit description, in bytes.
    let bodyLimit: Int

    /// `POST /jobs`
    func submit(_ request: Request, _ caller: Caller) async throws -> Response {
        let isDryRun = try request.query(ChangeParameters.dryRun) ?? false
        let key = try request.header(JobEndpoints.idempotencyKey)
        // Neither accept a sandbox nor answer a dry run for a user whom the scheduler rejects.
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
        return .json(
            SubmissionResult(
                cluster: Int(queued.cluster), jobIDs: (0..<queued.jobCount).map { "\(queued.cluster).\($0)" },
                awaitsInput: submission.awaitsInput,
                warnings: submission.warnings.map(SubmitWarning.init) + queued.warnings.map { SubmitWarning(message: $0) }),
            status: .created, headers: headers)
    }

    private static func dryRun(_ submission: Submission) throws -> Response {
        let (clusterAd, procAds) = try submission.preview(limit: SubmissionDryRun.shownProcs)
        return .json(
            SubmissionDryRun(
                procs: submission.jobCount, clusterAd: RawJSON { clusterAd.writeJSON(into: &$0) },
                procAds: procAds.map { ad in RawJSON { ad.writeJSON(into: &$0) } }, warnings: submission.warnings.map(SubmitWarning.init)))
    }
}

extension SubmitWarning {
    init(_ finding: Diagnostic) {
        self.init(
            message: finding.summary, line: finding.line > 0 ? finding.line : nil, column: finding.column > 0 ? finding.column : nil)
    }
}

extension IdempotencyKey: ParameterValue {
    init?(parameter text: String) { self.init(text) }

    static var parameterSchema: Schema { .string(pattern: "^[!-~]{1,128}$", minLength: 1, maxLength: 128) }
}
