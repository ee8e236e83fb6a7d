import ClassAd
import CondorClient
import CondorProtocol
import HTTPMessages
import NIOCore
import Sandbox

extension JobsService {
    /// `PUT /jobs/{id}/input`
    func putInput(_ request: Request, _ caller: Caller) async throws -> Response {
        try await takeInput(request, caller) {
            do throws(SandboxError) {
                return try await staging.stage(request.body)
            } catch {
                throw Problem.staging(error)
            }
        }
    }

    /// `POST /jobs/{id}/input`
    func postInput(_ request: Request, _ caller: Caller) async throws -> Response {
        try await takeInput(request, caller) { try await SandboxForm(request).sandbox(staging) }
    }

    private func takeInput(_ request: Request, _ caller: Caller, _ stage: () async throws -> StagedSandbox) async throws -> Response {
        let selection = try Self.selection(request)
        // Before the body is asked for: a client that waits for 100 Continue is spared the upload.
        let ads = try await jobs(selection, caller, projection: SandboxRecipient.projection, limit: nil)
        guard !ads.isEmpty else { throw selection.notFound }
        guard ads.allSatisfy({ caller.owns($0) }) else { throw Problem(.notOwner, "\(Self.name(selection)) belongs to somebody else") }
        let recipients = ads.compactMap(SandboxRecipient.init).filter { !spools.contains($0.id) }.sorted { $0.id < $1.id }
        guard !recipients.isEmpty else { throw Self.notAwaiting(selection) }
        let delivery = SandboxDelivery(try await stage(), to: recipients)
        let bytes = try await deliver(delivery, to: recipients, of: selection, caller)
        return .json([
            "message": .string("Input of \(recipients.count == 1 ? "job \(recipients[0].id)" : "\(recipients.count) jobs") delivered"),
            "job_id": .string(selection.text),
            "accepted": .array(delivery.accepted.map { .string($0) }),
            "ignored": .array(delivery.ignored.map { .string($0) }),
            "bytes": .integer(bytes),
        ])
    }

    /// Whether one of the jobs is getting its input already, or has just got it.
    func areServed(_ recipients: [SandboxRecipient]) -> Bool {
        let ids = Set(recipients.map(\.id))
        return spools.contains { ids.contains($0) }
    }

    private static func notAwaiting(_ selection: JobSelection) -> Problem {
        Problem(.notAwaitingInput, "\(name(selection)) does not await input: it has got it, was not submitted with a sandbox, or was held or removed")
    }

    /// Sends the jobs what they declare. Returns the bytes sent.
    func deliver(_ delivery: SandboxDelivery, to recipients: [SandboxRecipient], of selection: JobSelection, _ caller: Caller) async throws -> Int64 {
        let missing = delivery.missing
        guard missing.isEmpty else {
            throw Self.missingFiles(missing, "which the job declares; nothing was sent and the job still awaits its input")
        }
        var bytes: Int64 = 0
        for group in delivery.groups {
            let files = try delivery.files(of: group.plan)
            guard spools.begin(group.jobs) else { throw Self.notAwaiting(selection) }
            do throws(CondorError) {
                bytes += try await schedd(caller).spool(group.jobs, files: files).bytes
                spools.end(group.jobs, delivered: true)
            } catch {
                spools.end(group.jobs, delivered: false)
                if error.code == .cancelled { throw CancellationError() }
                throw try await spoolFailure(error, group.jobs, caller)
            }
        }
        if recipients.contains(where: \.staysHeld) { try await explainHolds(of: selection, caller) }
        return bytes
    }

    static func missingFiles(_ missing: [String], _ consequence: String) -> Problem {
        let names = missing.map { "'\($0)'" }.joined(separator: ", ")
        return Problem(
            .missingFiles, "The sandbox lacks \(names), \(consequence)", errors: missing.map { .init(.body, "'\($0)' is missing in the sandbox") })
    }

    /// Jobs that were submitted on hold stay held when their input has come, but the schedd drops the reason with the release: it is said again here.
    func explainHolds(of selection: JobSelection, _ caller: Caller) async throws {
        guard try await isReleasedMeanwhile(selection, caller) else { return }
        let held = ExprTree.conjunction([
            selection.expression,
            .binary(.equal, .attribute("JobStatus"), .integer(JobStatus.held.rawValue)),
            .binary(.identical, .attribute("HoldReasonCode"), .undefined),
        ])
        let edit = JobEdit(
            .constraint(held),
            attributes: [
                ("HoldReasonCode", .integer(HoldReasonCode.submittedOnHold)), ("HoldReason", .string(HoldReasonCode.submittedOnHoldText)),
            ])
        // The jobs are queued and held; somebody may have released or removed them meanwhile.
        _ = try? await schedd(caller).edit(edit)
    }

    /// The scheduler's side failed: what became of the jobs is part of the answer.
    private func spoolFailure(_ error: CondorError, _ ids: [JobID], _ caller: Caller) async throws -> Problem {
        let problem = Problem(error, .spooling)
        guard problem.kind == .spoolFailed, let first = ids.first else { return problem }
        let state: String
        if let found = try? await jobs(.job(first), caller, projection: ["ClusterId", "ProcId", "JobStatus", "HoldReasonCode"], limit: 1) {
            switch found.first?.integer("JobStatus").flatMap(JobStatus.init) {
            case nil, .removed: state = "the scheduler removed the job; submit it again"
            case .held: state = "the job still awaits its input"
            case let status?: state = "the job is \(status)"
            }
        } else {
            state = "what became of the job is not known"
        }
        return Problem(.spoolFailed, "\(problem.detail); \(state)", headers: problem.headers)
    }
}

extension Problem {
    /// The problem an unusable archive or part stands for.
    init(_ error: SandboxError) {
        let entry = error.entry.map { "'\($0)': " } ?? ""
        let detail = entry + error.reason
        switch error.code {
        case .archiveTooLarge, .contentTooLarge, .tooManyEntries: self.init(.sandboxTooLarge, detail)
        case .interrupted: self.init(.incompleteBody, "The upload ended early; nothing was sent to the scheduler")
        case .storageFailed: self.init(.internalError, "The upload could not be staged: \(detail)")
        default: self.init(.badArchive, "\(detail); nothing was sent to the scheduler", errors: [.init(.body, detail)])
        }
    }

    /// The error to throw when staging fails: also what the request's body failed with.
    static func staging(_ error: SandboxError) -> any Error {
        if error.code == .cancelled { return CancellationError() }
        return error.cause as? Problem ?? Problem(error)
    }
}
