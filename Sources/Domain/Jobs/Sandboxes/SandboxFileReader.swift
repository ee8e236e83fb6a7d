import ClassAd
import CondorClient
import CondorModel
package import NIOCore
package import Sandbox

/// One file of a job's sandbox, located in the stream of all files. Dropping the reader ends the transfer.
package struct SandboxFileReader: Sendable {
    /// The file's name as clients see it.
    package let path: SandboxPath
    /// In bytes.
    package let size: Int64
    private var events: SandboxEvents.AsyncIterator
    private var passed: Int64 = 0

    /// Finds the first file for which `isWanted` is true, given its name as HTCondor delivers it and as clients see it. Nil if there is none, or if
    /// the job has no sandbox that the caller may see.
    init?(
        _ id: JobID, at schedd: Schedd, isWanted: (_ delivered: String, _ path: SandboxPath) -> Bool
    ) async throws(JobsError) {
        events = schedd.retrieve(.job(id)).makeAsyncIterator()
        var names: OutputNames?
        while let event = try await Self.next(&events) {
            switch event {
            case .job(let ad, _): names = OutputNames(OutputRemaps(ad))
            case .file(let name, _, let size):
                if let path = names?.file(try SandboxPath(delivered: name)), isWanted(name, path) {
                    self.path = path
                    self.size = size
                    return
                }
            case .directory(let name, _): _ = names?.directory(try SandboxPath(delivered: name))
            case .jobEnd: return nil
            case .chunk: continue
            }
        }
        return nil
    }

    private static func next(_ events: inout SandboxEvents.AsyncIterator) async throws(JobsError) -> SandboxEvent? {
        do throws(CondorError) {
            return try await events.next()
        } catch {
            throw JobsError(error)
        }
    }

    /// The next bytes within a range of the file; nil at the end of the range.
    package mutating func next(in range: Range<Int64>) async throws(JobsError) -> ByteBuffer? {
        while passed < min(range.upperBound, size) {
            guard case .chunk(var bytes)? = try await Self.next(&events) else { return nil }
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

extension SandboxPath {
    /// Checks a file name that the scheduler delivered.
    init(delivered name: String) throws(JobsError) {
        do throws(SandboxError) {
            try self.init(name)
        } catch {
            throw JobsError(.sandboxFailed, "The scheduler delivered a file whose name is not allowed in a sandbox: \(error.reason)")
        }
    }
}
