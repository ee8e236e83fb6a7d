import Cedar
import CondorModel
import CondorProtocol
import Glibc
import NIOCore
import POSIX

/// The receiving end of a file transfer. Writes a client's files below a directory that they cannot leave.
///
/// After the first failure the remaining data is read and discarded. The final report tells the sender about the failure.
struct SandboxReceiver {
    private let connection: ClientConnection
    private let directory: DirectoryHandle
    private var hasGoneAhead = false
    private var bytes: Int64 = 0
    private var files = 0
    private var failure: SystemError?

    /// Number of bytes collected before a write.
    private static let writeSize = 512 * 1024
    /// The largest number of files and directories in a sandbox.
    private static let maximumItems = 1_000_000

    init(_ connection: ClientConnection, into directory: DirectoryHandle) {
        self.connection = connection
        self.directory = directory
    }

    /// Receives a sandbox and sends the report. Returns whether everything arrived.
    mutating func receive() async throws(ServerError) -> Bool {
        _ = try await connection.message { message throws(CedarError) in try FileTransfer.Start(from: &message) }
        var items = 0
        while true {
            let number = try await readInteger()
            guard let item = Int(exactly: number).flatMap(FileTransfer.Item.init) else { throw violation("an item of unknown kind \(number)") }
            if item == .finished { break }
            items += 1
            guard items <= Self.maximumItems else { throw violation("more than \(Self.maximumItems) files in a sandbox") }
            let name = try await connection.message { message throws(CedarError) in try message.readString() }
            try await goAhead()
            try await receive(item, name)
        }
        let theirs = try await connection.message { message throws(CedarError) in try FileTransfer.Report(from: &message) }
        let ours = report()
        try await connection.send { ours.encode(into: &$0) }
        return theirs.result == 0 && ours.result == 0
    }

    private func report() -> FileTransfer.Report {
        guard let failure else { return FileTransfer.Report(result: 0, bytes: bytes, files: files) }
        return FileTransfer.Report(
            result: -1, holdReasonCode: Int(HoldReasonCode.downloadFileError.rawValue), holdReasonSubCode: Int(failure.number),
            holdReason: failure.sentence)
    }

    private func violation(_ text: String) -> ServerError { .violation(CedarError(.malformed, text)) }

    private func readInteger() async throws(ServerError) -> Int64 {
        try await connection.message { message throws(CedarError) in try message.readInteger() }
    }

    private mutating func goAhead() async throws(ServerError) {
        guard !hasGoneAhead else { return }
        _ = try await readInteger()
        try await connection.send { FileTransfer.GoAhead.always.encode(into: &$0) }
        try await connection.send { $0.write(integer: FileTransfer.aliveInterval) }
        try await connection.waitForGoAhead()
        hasGoneAhead = true
    }

    private mutating func receive(_ item: FileTransfer.Item, _ name: String) async throws(ServerError) {
        let isAllowed = FileTransfer.isAllowed(name: name)
        // The name is not repeated in full, since it may contain anything.
        if !isAllowed {
            fail(SystemError("Attempt to write to illegal sandbox path: \(String(decoding: name.utf8.prefix(200), as: UTF8.self))", EPERM))
        }
        switch item {
        case .file, .encryptionOn, .encryptionOff:
            try await receiveFile(name, isWanted: isAllowed)
        case .directory:
            let mode = mode_t(truncatingIfNeeded: try await readInteger())
            guard isAllowed, failure == nil else { return }
            do throws(SystemError) { try directory.makeDirectory(name, mode: mode) } catch { fail(error) }
        case .url:
            _ = try await connection.message { message throws(CedarError) in try message.readString() }
            fail(SystemError("URLs are not fetched here", ENOTSUP))
        case .delegation, .other, .finished:
            throw violation("a kind of item that this scheduler does not accept")
        }
    }

    private mutating func fail(_ error: SystemError) {
        if failure == nil { failure = error }
    }

    private mutating func receiveFile(_ name: String, isWanted: Bool) async throws(ServerError) {
        let mode = try await readInteger()
        let size = try await connection.message { message throws(CedarError) in try FileTransfer.FileSize(from: &message) }
        var file: FileHandle?
        if isWanted, failure == nil, mode != Int64(FileTransfer.modeMissingFile) {
            do throws(SystemError) { file = try directory.makeFile(name) } catch { fail(error) }
        }
        if size.size == 0 {
            guard try await readInteger() == Int64(FileTransfer.emptyFileMark) else { throw violation("an empty file has a wrong end") }
        } else {
            try await receiveContent(size, into: file)
        }
        guard let file, failure == nil else { return }
        files += 1
        bytes += size.size
        guard mode != Int64(FileTransfer.modeAbsent) else { return }
        do throws(SystemError) { try file.setMode(mode_t(truncatingIfNeeded: mode)) } catch { fail(error) }
    }

    private mutating func receiveContent(_ size: FileTransfer.FileSize, into file: FileHandle?) async throws(ServerError) {
        var left = size.size
        var collected = ByteBuffer()
        while left > 0 {
            var leftInChunk = Int(min(left, Int64(size.chunkSize)))
            left -= Int64(leftInChunk)
            while leftInChunk > 0 {
                let limit = leftInChunk
                var piece = try await connection.value { message throws(CedarError) in try message.readAvailableBytes(upTo: limit) }
                leftInChunk -= piece.readableBytes
                if file != nil, failure == nil { collected.writeBuffer(&piece) }
                if collected.readableBytes >= Self.writeSize { await write(&collected, to: file) }
            }
            try await connection.endOfMessage()
        }
        await write(&collected, to: file)
    }

    private mutating func write(_ buffer: inout ByteBuffer, to file: FileHandle?) async {
        guard let file, buffer.readableBytes > 0 else { return }
        let bytes = buffer
        buffer = ByteBuffer()
        do throws(SystemError) {
            try await DiskThreads.run { () throws(SystemError) in
                try bytes.withUnsafeReadableBytes { content throws(SystemError) in try file.write(content) }
            }
        } catch {
            fail(error)
        }
    }
}

extension ClientConnection {
    /// Waits for the client's decision whether to go ahead.
    func waitForGoAhead() async throws(ServerError) {
        while true {
            let word = try await message { message throws(CedarError) in try FileTransfer.GoAhead(from: &message) }
            if word.result == 0 { continue }
            guard word.result > 0 else { throw .refused("the client refuses the transfer") }
            return
        }
    }
}
