import CondorClient
import CondorModel
import NIOCore

/// What followers of texts and logs need of a scheduler. Implemented by a schedd in the program and by a script in tests.
protocol JobFiles: Scheduler {
    /// What a running job has written from an offset on, at most `limit` bytes; nil if there is no starter to ask.
    func peek(_ job: JobID, _ stream: JobStream, offset: Int64?, limit: Int) async throws(CondorError) -> ByteBuffer?
    /// A file of a job's sandbox, by the name under which HTCondor delivers it; nil if there is none.
    func file(named name: String, of id: JobID) async throws(JobsError) -> (any FilePieces)?
}

/// A file that is read piece by piece, from its beginning to its end.
protocol FilePieces: Sendable {
    /// The next bytes within a range of the file; nil at the end of the range.
    mutating func next(in range: Range<Int64>) async throws(JobsError) -> ByteBuffer?
}

extension SandboxFileReader: FilePieces {}

extension Schedd: JobFiles {
    func file(named name: String, of id: JobID) async throws(JobsError) -> (any FilePieces)? {
        try await SandboxFileReader(id, at: self, isWanted: { delivered, _ in delivered == name })
    }
}
