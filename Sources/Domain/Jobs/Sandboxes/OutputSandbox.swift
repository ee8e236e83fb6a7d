import ClassAd
import CondorClient
package import NIOCore
package import Sandbox
import Waiting

/// A job's output sandbox, streamed from the scheduler. Dropping the value ends the transfer.
package struct OutputSandbox: Sendable {
    private let events: SandboxEvents.AsyncIterator
    private let names: OutputNames
    private let time: any TimeSource

    init(_ events: SandboxEvents.AsyncIterator, of ad: WireAd, time: any TimeSource) {
        self.events = events
        self.time = time
        names = OutputNames(OutputRemaps(ad))
    }

    /// Packs the sandbox into an archive with constant memory. Call this only once.
    /// - Throws: ``JobsError``, and the errors of `write`. The archive is incomplete then.
    package func pack(as format: ArchiveFormat, _ write: (ByteBuffer) async throws -> Void) async throws {
        var events = events
        do {
            var packer = OutputPacker(names: names, archive: try TarWriter(format: format, modified: time.seconds))
            while let event = try await events.next() {
                if case .jobEnd = event { break }
                if let bytes = try await packer.add(event) { try await write(bytes) }
            }
            try await write(try await packer.finish())
        } catch let error as CondorError {
            throw JobsError(error)
        } catch let error as SandboxError {
            throw JobsError(.sandboxFailed, "The output cannot be packed: \(error)")
        }
    }
}

extension OutputRemaps {
    /// Reads the remaps from a job's ad. A spooled job keeps its own remaps, log and directory under names that begin with `SUBMIT_`.
    init(_ ad: WireAd) {
        self.init(
            ad.string("SUBMIT_TransferOutputRemaps") ?? ad.string("TransferOutputRemaps"),
            userLog: ad.string("SUBMIT_UserLog") ?? ad.string("UserLog"),
            workingDirectory: ad.string("SUBMIT_Iwd") ?? ad.string("Iwd"))
    }
}

/// Turns the events of a sandbox transfer into an archive.
private struct OutputPacker: ~Copyable {
    private var names: OutputNames
    private var archive: TarWriter
    /// Whether the current file was sent to a URL and is left out.
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
