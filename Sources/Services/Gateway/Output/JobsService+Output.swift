import ClassAd
import CondorClient
import CondorProtocol
import Glibc
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore
import Sandbox

extension JobsService {
    /// `GET /jobs/{id}/output`
    func getOutput(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try Self.job(request)
        let format = try request.query(JobEndpoints.format) ?? .tar
        var events = schedd(caller).retrieve(.job(id)).makeAsyncIterator()
        let first = try await askingScheduler { () async throws(CondorError) in try await events.next() }
        guard case .job(let ad, _) = first else { throw try await noOutput(of: id, caller) }
        let names = OutputNames(OutputRemaps(ad))
        let disposition = "attachment; filename=\"job-\(id)-output.\(format.fileExtension)\""
        let rest = events
        let headers: HTTPFields = [.contentDisposition: disposition, .cacheControl: "no-store"]
        // Clients that know bytes but no archives may say so.
        let type = MediaType(format.mediaType).flatMap { request.acceptedTypes.best(of: [$0, "application/octet-stream"]) }
        return .stream(type: type?.description ?? format.mediaType, headers: headers) { body in
            var packer = OutputPacker(names: names, archive: try TarWriter(format: format, modified: Int64(time(nil))))
            var rest = rest
            loop: while let event = try await rest.next() {
                if case .jobEnd = event { break loop }
                if let bytes = try await packer.add(event) { try await body.write(bytes) }
            }
            try await body.write(try await packer.finish())
        }
    }

    /// Why the scheduler gave no sandbox.
    func noOutput(of id: JobID, _ caller: Caller) async throws -> Problem {
        _ = try await sandboxJob(id, caller, projection: ["ProcId", "Owner", "User"])
        return Problem(.wrongState, "Job \(id) has no sandbox at the scheduler")
    }
}

extension OutputRemaps {
    /// Of a job as the schedd has it: a spooled job keeps its own remaps, log and directory under names that begin with `SUBMIT_`.
    init(_ ad: WireAd) {
        self.init(
            ad.string("SUBMIT_TransferOutputRemaps") ?? ad.string("TransferOutputRemaps"),
            userLog: ad.string("SUBMIT_UserLog") ?? ad.string("UserLog"),
            workingDirectory: ad.string("SUBMIT_Iwd") ?? ad.string("Iwd"))
    }
}

/// Turns the steps of fetching a sandbox into an archive.
private struct OutputPacker: ~Copyable {
    private var names: OutputNames
    private var archive: TarWriter
    /// The file whose bytes come now went to a URL and is left out.
    private var skipsFile = false

    init(names: OutputNames, archive: consuming TarWriter) {
        self.names = names
        self.archive = archive
    }

    mutating func add(_ event: SandboxEvent) async throws -> ByteBuffer? {
        switch event {
        case .directory(let name, let mode):
            guard let path = names.directory(try SandboxPath(name)) else { return nil }
            return try archive.directory(path, mode: Self.permissions(mode))
        case .file(let name, let mode, let size):
            guard let path = names.file(try SandboxPath(name)) else {
                skipsFile = true
                return nil
            }
            skipsFile = false
            return try archive.begin(file: path, mode: Self.permissions(mode ?? 0), size: size)
        case .chunk(let bytes):
            return skipsFile ? nil : try await archive.write(bytes)
        case .job, .jobEnd:
            return nil
        }
    }

    consuming func finish() async throws -> ByteBuffer {
        try await archive.finish()
    }

    private static func permissions(_ mode: Int) -> UInt16 { UInt16(truncatingIfNeeded: mode & 0o777) }
}
