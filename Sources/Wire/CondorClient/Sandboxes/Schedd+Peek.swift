import Cedar
package import CondorModel
import CondorProtocol
package import NIOCore
import Tokens

/// What a job writes to.
package enum JobStream: Sendable, Hashable {
    case output
    case error
}

extension Schedd {
    /// A piece of what a running job has written so far, from its starter; empty where there is nothing yet. Nil when the job does not run, or
    /// cannot be asked at the moment.
    ///
    /// - Parameters:
    ///   - offset: where to begin; nil for the last `limit` bytes.
    ///   - limit: most bytes, which are collected in memory.
    /// Throws `permissionDenied` for somebody else's job.
    package func peek(_ job: JobID, _ stream: JobStream, offset: Int64?, limit: Int) async throws(CondorError) -> ByteBuffer? {
        guard let (address, claim) = try await starter(of: job) else { return nil }
        var request = MessageEncoder(encrypted: true)
        PeekRequest(
            outputOffset: stream == .output ? offset ?? -1 : nil, errorOffset: stream == .error ? offset ?? -1 : nil, maximumBytes: Int64(limit)
        ).encode(into: &request)
        let connection = try await client.run(
            Call(
                command: .starterPeek, peer: .starter(address, claim), credential: .anonymous, deadlines: deadlines, first: [request.bytes]))
        defer { connection.close() }
        var reader = MessageReader(connection)
        let reply = try await reader.message { message throws(CedarError) in try PeekReply(from: &message) }
        switch reply {
        case .refused(_, mayTryAgain: true): return nil
        case .refused(let reason, _): throw CondorError(.refused, reason.isEmpty ? "the job's output cannot be looked at" : reason)
        case .files(let files):
            guard files.count == 1 else { throw CondorError(.protocolViolation, "the starter sends \(files.count) files instead of one") }
            return try await Self.file(&reader, limit: limit)
        }
    }

    private func starter(of job: JobID) async throws(CondorError) -> (Sinful, StarterClaim)? {
        var request = MessageEncoder(encrypted: true)
        JobConnectInfoRequest(job: job).encode(into: &request)
        let connection = try await open(.getJobConnectInfo, first: [request.bytes])
        defer { connection.close() }
        var reader = MessageReader(connection)
        switch try await reader.message({ message throws(CedarError) in try JobConnectInfo(from: &message) }) {
        case .starter(let address, let claimID, _, _):
            guard let claim = StarterClaim(claimID) else { throw CondorError(.protocolViolation, "the scheduler sends a claim without a key") }
            do throws(CedarError) {
                return (try Sinful(address), claim)
            } catch {
                throw CondorError(error)
            }
        case .unavailable:
            return nil
        }
    }

    /// One file of the answer and the number behind it.
    private static func file(_ reader: inout MessageReader, limit: Int) async throws(CondorError) -> ByteBuffer {
        let size = try await reader.message { message throws(CedarError) in try FileTransfer.FileSize(from: &message) }
        guard size.size <= Int64(limit) else { throw CondorError(.protocolViolation, "the starter sends more than was asked for") }
        var content = ByteBuffer()
        guard size.size > 0 else {
            let mark = try await reader.value { message throws(CedarError) in try message.readInteger() }
            guard mark == FileTransfer.emptyFileMark else { throw CondorError(.protocolViolation, "an empty file does not end as it should") }
            return content
        }
        var left = Int(size.size)
        while left > 0 {
            var leftInChunk = min(left, size.chunkSize)
            left -= leftInChunk
            while leftInChunk > 0 {
                let wanted = leftInChunk
                var part = try await reader.value { message throws(CedarError) in try message.readAvailableBytes(upTo: wanted) }
                leftInChunk -= part.readableBytes
                content.writeBuffer(&part)
            }
            try await reader.endOfMessage()
        }
        return content
    }
}
