import Cedar
package import CondorModel
import CondorProtocol
import NIOCore

extension Schedd {
    /// Sends the input sandbox of jobs that wait for it; each job gets the same files. The schedd then releases them.
    ///
    /// **When this fails after the first byte was sent, the schedd removes the jobs**: have everything at hand and checked before.
    /// Throws `refused` when the schedd does not take input for the jobs (somebody else's, spooled before, not waiting for input) or could not keep
    /// the files; `sourceFailed` when a file does not give what it announced.
    package func spool(_ jobs: [JobID], files: [any SpoolFile]) async throws(CondorError) -> SpoolSummary {
        guard !jobs.isEmpty else { return SpoolSummary() }
        for file in files where !FileTransfer.isAllowed(name: file.name) {
            throw CondorError(.refused, "'\(file.name)' is no path within a sandbox", errno: 22)
        }
        let request = SpoolRequest(jobs: jobs)
        var head = MessageEncoder(encrypted: true)
        request.encode(into: &head)
        var ids = MessageEncoder(encrypted: true)
        request.encodeJobs(into: &ids)
        let connection = try await open(.spoolJobFilesWithPermissions, first: [head.bytes, ids.bytes])
        defer { connection.close() }
        var sender = SandboxSender(connection: connection, reader: MessageReader(connection), files: files)
        for _ in jobs {
            do throws(CondorError) {
                try await sender.send()
            } catch {
                // The schedd refuses a request without a word.
                guard error.code == .unreachable, !sender.wasAccepted else { throw error }
                throw CondorError(
                    .refused,
                    "the scheduler takes no input for these jobs: they are somebody else's, have their input already, or do not wait for it")
            }
        }
        let end: Acknowledgement
        do throws(CondorError) {
            end = try await sender.reader.message { message throws(CedarError) in try Acknowledgement(from: &message) }
        } catch {
            throw error.withUnknownOutcome()
        }
        guard end == .ok else { throw CondorError(.refused, "the scheduler could not keep the input of the jobs and removes them") }
        return sender.summary
    }
}

/// Sends one sandbox after the other over a connection: the sending end of a file transfer.
private struct SandboxSender {
    let connection: CommandConnection
    var reader: MessageReader
    let files: [any SpoolFile]
    var summary = SpoolSummary()
    /// True once the schedd has let the first job's transfer go ahead.
    private(set) var wasAccepted = false
    private var mayGoAhead = false

    init(connection: CommandConnection, reader: MessageReader, files: [any SpoolFile]) {
        self.connection = connection
        self.reader = reader
        self.files = files
    }

    mutating func send() async throws(CondorError) {
        var total: Int64 = 0
        for file in files {
            let (sum, overflow) = total.addingReportingOverflow(max(file.size, 0))
            guard !overflow else { throw CondorError(.sourceFailed, "the sizes of the files exceed all measure") }
            total = sum
        }
        mayGoAhead = false
        try await send(Self.message { FileTransfer.Start(isFinal: false, sandboxSize: total).encode(into: &$0) })
        for file in files { try await send(file, total: total) }
        let sent = files.reduce(0) { $0 + ($1.isDirectory ? 0 : 1) }
        try await send(
            Self.message { $0.write(integer: FileTransfer.Item.finished.rawValue) },
            Self.message { FileTransfer.Report(result: 0, bytes: total, files: sent).encode(into: &$0) })
        let report = try await reader.message { message throws(CedarError) in try FileTransfer.Report(from: &message) }
        guard report.result == 0 else {
            throw CondorError(
                .refused, report.holdReason ?? "the scheduler could not keep the input of the job", errno: report.holdReasonSubCode)
        }
        summary.bytes += total
        summary.files += sent
    }

    private mutating func send(_ file: any SpoolFile, total: Int64) async throws(CondorError) {
        let item: FileTransfer.Item = file.isDirectory ? .directory : .file
        try await send(Self.message { $0.write(integer: item.rawValue) }, Self.message { $0.write(string: file.name) })
        if !mayGoAhead {
            try await waitForGoAhead(total: total)
            mayGoAhead = true
        }
        guard !file.isDirectory else {
            try await send(Self.message { $0.write(integer: 0o040000 | (file.mode & 0o777)) })
            return
        }
        let size = max(file.size, 0)
        try await send(
            Self.message { $0.write(integer: file.mode & 0o777) },
            Self.message { FileTransfer.FileSize(size: size).encode(into: &$0) })
        guard size > 0 else {
            try await send(Self.message { $0.write(integer: FileTransfer.emptyFileMark) })
            return
        }
        try await sendContent(of: file, size: size)
    }

    private func sendContent(of file: any SpoolFile, size: Int64) async throws(CondorError) {
        var left = size
        var leftInChunk = Int(min(size, Int64(FileTransfer.chunkSize)))
        do {
            for try await buffer in try file.open() {
                var buffer = buffer
                guard Int64(buffer.readableBytes) <= left else {
                    throw CondorError(.sourceFailed, "'\(file.name)' has more than the \(size) bytes announced")
                }
                while buffer.readableBytes > 0, let piece = buffer.readSlice(length: min(buffer.readableBytes, leftInChunk)) {
                    left -= Int64(piece.readableBytes)
                    leftInChunk -= piece.readableBytes
                    let isWhole = leftInChunk == 0
                    try await connection.send([.piece(piece, endsMessage: isWhole)])
                    if isWhole { leftInChunk = Int(min(left, Int64(FileTransfer.chunkSize))) }
                }
            }
        } catch let error as CondorError {
            throw error
        } catch is CancellationError {
            throw CondorError(.cancelled, "cancelled while sending '\(file.name)'")
        } catch {
            throw CondorError(.sourceFailed, "reading '\(file.name)' failed: \(error)")
        }
        guard left == 0 else { throw CondorError(.sourceFailed, "'\(file.name)' has \(left) bytes less than the \(size) announced") }
    }

    private mutating func waitForGoAhead(total: Int64) async throws(CondorError) {
        try await send(Self.message { $0.write(integer: FileTransfer.aliveInterval) })
        let goAhead = try await reader.goAhead()
        wasAccepted = true
        guard goAhead.maximumBytes < 0 || total <= goAhead.maximumBytes else {
            throw CondorError(.refused, "the scheduler takes at most \(goAhead.maximumBytes) bytes of input")
        }
        _ = try await reader.message { message throws(CedarError) in try message.readInteger() }
        try await send(Self.message { FileTransfer.GoAhead.always.encode(into: &$0) })
    }

    private func send(_ messages: [UInt8]...) async throws(CondorError) {
        try await connection.send(messages)
    }

    static func message(_ encode: (inout MessageEncoder) -> Void) -> [UInt8] {
        var message = MessageEncoder(encrypted: true)
        encode(&message)
        return message.bytes
    }
}

extension MessageReader {
    /// The other side's final word on whether to go ahead.
    mutating func goAhead() async throws(CondorError) -> FileTransfer.GoAhead {
        while true {
            let word = try await message { message throws(CedarError) in try FileTransfer.GoAhead(from: &message) }
            if word.result == 0 { continue }
            guard word.result > 0 else {
                throw CondorError(.refused, word.holdReason ?? "the scheduler refused the transfer", errno: word.holdReasonSubCode)
            }
            return word
        }
    }
}
