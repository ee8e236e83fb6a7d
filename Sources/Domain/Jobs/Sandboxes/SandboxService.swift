import ClassAd
package import CondorClient
package import CondorModel
package import Sandbox
package import Waiting

/// Reads the output sandboxes of jobs. Reading never changes a job and can be repeated.
package struct SandboxService: Sendable {
    private let client: CondorClient
    private let time: any TimeSource

    package init(client: CondorClient, time: any TimeSource = .system) {
        self.client = client
        self.time = time
    }

    /// A file of a sandbox.
    package struct File: Sendable, Equatable {
        /// The file's name in the archive.
        package var path: SandboxPath
        /// In bytes.
        package var size: Int64
        /// Permission bits.
        package var mode: Int
    }

    /// A job's output sandbox. Returns once it begins to stream.
    /// - Throws: `jobNotFound`, `notOwner`, `wrongState` if the job has no sandbox, `commandFailed`, `cancelled`.
    package func output(of id: JobID, _ caller: Caller) async throws(JobsError) -> OutputSandbox {
        let (ad, events) = try await begin(id, caller)
        return OutputSandbox(events, of: ad, time: time)
    }

    /// The files of the output sandbox.
    /// - Throws: the errors of ``output(of:_:)``.
    package func files(of id: JobID, _ caller: Caller) async throws(JobsError) -> [File] {
        var (ad, events) = try await begin(id, caller)
        var names = OutputNames(OutputRemaps(ad))
        var files: [File] = []
        while let event = try await commanding(.reading, { () async throws(CondorError) -> SandboxEvent? in try await events.next() }) {
            switch event {
            case .file(let name, let mode, let size):
                guard let path = names.file(try SandboxPath(delivered: name)) else { continue }
                files.append(File(path: path, size: size, mode: mode ?? 0o644))
            case .directory(let name, _): _ = names.directory(try SandboxPath(delivered: name))
            case .jobEnd: return files
            case .job, .chunk: continue
            }
        }
        return files
    }

    /// Opens one file of the output sandbox, by its name in the archive.
    /// - Throws: `fileNotFound`, `jobNotFound`, `notOwner`, `commandFailed`, `cancelled`.
    package func file(_ path: String, of id: JobID, _ caller: Caller) async throws(JobsError) -> SandboxFileReader {
        let schedd = client.schedd(as: caller.credential)
        if let wanted = try? SandboxPath(path),
            let file = try await SandboxFileReader(id, at: schedd, isWanted: { _, path in path.string == wanted.string })
        {
            return file
        }
        _ = try await schedd.sandboxJob(id, of: caller, projection: ["ProcId", "Owner", "User"])
        throw JobsError(.fileNotFound, "Job \(id) has no file '\(path.prefix(256))'")
    }

    /// Starts the transfer: the job's ad as the transfer sends it, and the remaining events.
    private func begin(_ id: JobID, _ caller: Caller) async throws(JobsError) -> (WireAd, SandboxEvents.AsyncIterator) {
        let schedd = client.schedd(as: caller.credential)
        var events = schedd.retrieve(.job(id)).makeAsyncIterator()
        let first = try await commanding { () async throws(CondorError) in try await events.next() }
        if case .job(let ad, _) = first { return (ad, events) }
        _ = try await schedd.sandboxJob(id, of: caller, projection: ["ProcId", "Owner", "User"])
        throw JobsError(.wrongState, "Job \(id) has no sandbox on the scheduler")
    }
}
