import ClassAd
import CondorClient
import CondorProtocol
import NIOCore
import Sandbox

/// One file of a job's sandbox, found in the stream of all of them and ready to be read. Dropping it ends the transfer.
struct SandboxFileReader: Sendable {
    /// The name under which the client knows the file.
    let path: SandboxPath
    let size: Int64
    private var events: SandboxEvents.AsyncIterator
    private var passed: Int64 = 0

    /// The first file for which `isWanted` is true of its name as HTCondor delivers it and of the name it has for clients; nil if there is none, and for a job without
    /// a sandbox that the caller may see.
    init?(
        _ id: JobID, at schedd: Schedd, isWanted: (_ delivered: String, _ path: SandboxPath) -> Bool
    ) async throws {
        events = schedd.retrieve(.job(id)).makeAsyncIterator()
        var names: OutputNames?
        while let event = try await events.next() {
            switch event {
            case .job(let ad, _): names = OutputNames(OutputRemaps(ad))
            case .file(let name, _, let size):
                if let path = names?.file(try SandboxPath(name)), isWanted(name, path) {
                    self.path = path
                    self.size = size
                    return
                }
            case .directory(let name, _): _ = names?.directory(try SandboxPath(name))
            case .jobEnd: return nil
            case .chunk: continue
            }
        }
        return nil
    }

    /// The next bytes within a range of the file; nil at its end.
    mutating func next(in range: Range<Int64>) async throws -> ByteBuffer? {
        while passed < min(range.upperBound, size) {
            guard case .chunk(var bytes)? = try await events.next() else { return nil }
            let start = passed
            passed += Int64(bytes.readableBytes)
            if passed <= range.lowerBound { continue }
            if start < range.lowerBound { bytes.moveReaderIndex(forwardBy: Int(range.lowerBound - start)) }
            if passed > range.upperBound { bytes.moveWriterIndex(to: bytes.writerIndex - Int(passed - range.upperBound)) }
            return bytes
        }
        return nil
    }
}
