import ClassAd
import CondorClient
import CondorProtocol
import HTTPKit
import NIOCore
import Sandbox

extension JobsService {
    /// A job that awaits its sandbox, and what it wants.
    private struct Recipient {
        var id: JobID
        var declared: DeclaredInput
    }

    private static let recipientProjection = [
        "ClusterId", "ProcId", "JobStatus", "HoldReasonCode", "StageInFinish", "Owner", "User", "Cmd", "SUBMIT_Cmd", "TransferExecutable",
        "In", "SUBMIT_In", "TransferIn", "TransferInput", "SUBMIT_TransferInput",
    ]

    /// `PUT /jobs/{id}/input`
    func putInput(_ request: Request, _ caller: Caller) async throws -> Response {
        let selection = try Self.selection(request)
        // Before the body is asked for: a client that waits for 100 Continue is spared the upload.
        let recipients = try await recipients(selection, caller)
        let staged = try await stage(request)
        return try await deliver(staged, to: recipients, of: selection, caller)
    }

    /// The jobs that await input, or why there are none.
    private func recipients(_ selection: JobSelection, _ caller: Caller) async throws -> [Recipient] {
        let ads = try await jobs(selection, caller, projection: Self.recipientProjection, limit: nil)
        guard !ads.isEmpty else { throw selection.notFound }
        guard ads.allSatisfy({ caller.owns($0) }) else { throw Problem(.notOwner, "\(Self.name(selection)) belongs to somebody else") }
        let waiting = ads.filter { ad in
            ad.integer("JobStatus") == JobStatus.held.rawValue && ad.integer("HoldReasonCode") == HoldReasonCode.spoolingInput
                && ad.integer("StageInFinish") ?? 0 == 0
        }
        let ids = waiting.compactMap(JobID.init)
        guard !waiting.isEmpty, !spools.contains({ ids.contains($0) }) else { throw Self.notAwaiting(selection) }
        return waiting.compactMap { ad in JobID(ad).map { Recipient(id: $0, declared: DeclaredInput(ad)) } }.sorted { $0.id < $1.id }
    }

    private static func notAwaiting(_ selection: JobSelection) -> Problem {
        Problem(.notAwaitingInput, "\(name(selection)) does not await input: it has got it, was not submitted with a sandbox, or was held or removed")
    }

    /// Takes the archive in, whole, and checks it.
    private func stage(_ request: Request) async throws -> StagedSandbox {
        do throws(SandboxError) {
            return try await staging.stage(request.body)
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            if let problem = error.cause as? Problem { throw problem }
            throw Problem(error)
        }
    }

    private func deliver(_ staged: StagedSandbox, to recipients: [Recipient], of selection: JobSelection, _ caller: Caller) async throws -> Response {
        let candidates = staged.entries.map { InputPlan.Candidate(path: $0.path.string, isDirectory: $0.kind == .directory) }
        var groups: [(plan: InputPlan, jobs: [JobID])] = []
        for recipient in recipients {
            if let index = groups.firstIndex(where: { $0.plan.declared == recipient.declared }) {
                groups[index].jobs.append(recipient.id)
            } else {
                groups.append((InputPlan(recipient.declared, candidates: candidates), [recipient.id]))
            }
        }
        let missing = groups.flatMap(\.plan.missing).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        guard missing.isEmpty else {
            let names = missing.map { "'\($0)'" }.joined(separator: ", ")
            throw Problem(
                .missingFiles, "The archive lacks \(names), which the job declares; nothing was sent and the job still awaits its input",
                errors: missing.map { .init(.body, "'\($0)' is missing in the archive") })
        }
        var bytes: Int64 = 0
        for group in groups {
            let files = try group.plan.items.map { try StagedSpoolFile($0, of: staged) }
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
        let accepted = groups.reduce(into: Set<String>()) { $0.formUnion($1.plan.accepted) }
        let files = staged.entries.filter { $0.kind == .file }.map(\.path.string)
        return .json([
            "message": .string("Input of \(recipients.count == 1 ? "job \(recipients[0].id)" : "\(recipients.count) jobs") delivered"),
            "job_id": .string(selection.text),
            "accepted": .array(files.filter { accepted.contains($0) }.map { .string($0) }),
            "ignored": .array(files.filter { !accepted.contains($0) }.map { .string($0) }),
            "bytes": .integer(bytes),
        ])
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

extension DeclaredInput {
    /// What a job's ad declares.
    init(_ ad: WireAd) {
        self.init(
            executable: ad.boolean("TransferExecutable") == false ? nil : ad.string("SUBMIT_Cmd") ?? ad.string("Cmd"),
            standardInput: ad.boolean("TransferIn") == false ? nil : ad.string("SUBMIT_In") ?? ad.string("In"),
            transferInput: ad.string("SUBMIT_TransferInput") ?? ad.string("TransferInput"))
    }
}

/// One staged entry, as the scheduler client sends it.
private struct StagedSpoolFile: SpoolFile {
    let name: String
    let mode: Int
    let size: Int64
    let isDirectory: Bool
    private let staged: StagedSandbox
    private let source: SandboxPath

    init(_ item: InputPlan.Item, of staged: StagedSandbox) throws {
        source = try SandboxPath(item.source)
        let entry = staged[source]
        name = item.target
        isDirectory = item.isDirectory
        mode = entry.map { Int($0.mode) } ?? (item.isDirectory ? 0o755 : 0o644)
        size = entry?.size ?? 0
        self.staged = staged
    }

    func open() throws -> any AsyncSequence<ByteBuffer, any Error> & Sendable {
        guard let contents = staged.contents(of: source) else { throw SandboxError(.storageFailed, entry: name, "is not staged") }
        return AnyErrorSequence(base: contents)
    }
}

/// The bytes of a staged file, with errors of any type.
private struct AnyErrorSequence: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let base: StagedFileContents

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        var base: StagedFileContents.AsyncIterator

        mutating func next() async throws -> ByteBuffer? { try await base.next() }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> ByteBuffer? { try await base.next(isolation: actor) }
    }
}

extension Problem {
    /// The problem an unusable archive stands for.
    init(_ error: SandboxError) {
        let entry = error.entry.map { "'\($0)': " } ?? ""
        let detail = entry + error.reason
        switch error.code {
        case .archiveTooLarge, .contentTooLarge, .tooManyEntries: self.init(.sandboxTooLarge, detail)
        case .interrupted: self.init(.incompleteBody, "The upload ended early; nothing was sent to the scheduler and the job still awaits its input")
        case .storageFailed: self.init(.internalError, "The upload could not be staged: \(detail)")
        default: self.init(.badArchive, "\(detail); nothing was sent to the scheduler and the job still awaits its input", errors: [.init(.body, detail)])
        }
    }
}
