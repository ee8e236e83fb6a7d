import ClassAd
import CondorClient
package import CondorModel
import NIOCore
import Sandbox

/// A job that awaits its input sandbox, and the input that it declares.
package struct SandboxRecipient: Sendable {
    package var id: JobID
    var declared: DeclaredInput
    /// Whether the job stays held after its input has arrived (`hold = true`).
    var staysHeld: Bool
    var submitted: Int64

    static let projection = [
        "ClusterId", "ProcId", "JobStatus", "HoldReasonCode", "StageInFinish", "Owner", "User", "Cmd", "SUBMIT_Cmd", "TransferExecutable",
        "In", "SUBMIT_In", "TransferIn", "TransferInput", "SUBMIT_TransferInput", "SUBMIT_Iwd", "JobStatusOnRelease", "QDate",
    ]

    /// Nil if the job does not await input.
    init?(_ ad: WireAd) {
        guard let id = JobID(ad), JobStatus(ad) == .held, HoldReasonCode(ad) == .spoolingInput,
            ad.integer("StageInFinish") ?? 0 == 0
        else { return nil }
        self.id = id
        declared = DeclaredInput(ad)
        staysHeld = ad.rawExpression("JobStatusOnRelease") != nil
        submitted = ad.integer("QDate") ?? 0
    }
}

/// The distribution of a staged sandbox to several jobs. Jobs that declare the same input are served together.
struct SandboxDelivery {
    private(set) var groups: [(plan: InputPlan, jobs: [JobID])] = []
    private let staged: StagedSandbox

    init(_ staged: StagedSandbox, to recipients: [SandboxRecipient]) {
        self.staged = staged
        let candidates = staged.candidates
        for recipient in recipients {
            if let index = groups.firstIndex(where: { $0.plan.declared == recipient.declared }) {
                groups[index].jobs.append(recipient.id)
            } else {
                groups.append((InputPlan(recipient.declared, candidates: candidates), [recipient.id]))
            }
        }
    }

    /// Declared names that the sandbox lacks.
    var missing: [String] {
        groups.flatMap(\.plan.missing).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Names of the files that at least one job gets, and of those that none does.
    var accepted: [String] { files { $0 } }
    var ignored: [String] { files { !$0 } }

    private func files(_ isWanted: (Bool) -> Bool) -> [String] {
        let accepted = groups.reduce(into: Set<String>()) { $0.formUnion($1.plan.accepted) }
        return staged.entries.filter { $0.kind == .file && isWanted(accepted.contains($0.path.string)) }.map(\.path.string)
    }

    func files(of plan: InputPlan) throws(JobsError) -> [any SpoolFile] {
        do {
            return try plan.items.map { try StagedSpoolFile($0, of: staged) }
        } catch {
            throw JobsError(.sandboxFailed, "The sandbox cannot be sent: \(error)")
        }
    }
}

extension StagedSandbox {
    var candidates: [InputPlan.Candidate] { entries.map { InputPlan.Candidate(path: $0.path.string, isDirectory: $0.kind == .directory) } }
}

extension DeclaredInput {
    /// Reads a job's declared input from its ad.
    init(_ ad: WireAd) {
        self.init(
            executable: ad.boolean("TransferExecutable") == false ? nil : ad.string("SUBMIT_Cmd") ?? ad.string("Cmd"),
            standardInput: ad.boolean("TransferIn") == false ? nil : ad.string("SUBMIT_In") ?? ad.string("In"),
            transferInput: ad.string("SUBMIT_TransferInput") ?? ad.string("TransferInput"), directory: ad.string("SUBMIT_Iwd"))
    }
}

/// A staged entry in the form that the scheduler client sends.
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

/// The bytes of a staged file, with untyped errors.
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
