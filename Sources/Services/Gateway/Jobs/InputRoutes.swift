import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI
import JSON
import Sandbox

/// Uploads of input sandboxes.
struct InputRoutes: Sendable {
    let input: InputService
    let staging: SandboxStaging

    /// `PUT /jobs/{id}/input`
    func put(_ request: Request, _ caller: Caller) async throws -> Response {
        try await take(request, caller) {
            do throws(SandboxError) {
                return try await staging.stage(request.body)
            } catch {
                throw Problem.staging(error)
            }
        }
    }

    /// `POST /jobs/{id}/input`
    func post(_ request: Request, _ caller: Caller) async throws -> Response {
        try await take(request, caller) { try await SandboxForm(request).sandbox(staging) }
    }

    private func take(_ request: Request, _ caller: Caller, _ stage: () async throws -> StagedSandbox) async throws -> Response {
        let selection = try request.selection()
        // Check before asking for the body, so that a client that waits for 100 Continue is spared the upload.
        let recipients = try await input.recipients(of: selection, caller)
        let delivery = try await input.deliver(try await stage(), to: recipients, of: selection, caller)
        let jobs = delivery.jobs.count == 1 ? "job \(delivery.jobs[0])" : "\(delivery.jobs.count) jobs"
        return .json(
            InputResult(
                message: "Input of \(jobs) delivered", jobID: selection.text, accepted: delivery.accepted, ignored: delivery.ignored,
                bytes: delivery.bytes))
    }
}
