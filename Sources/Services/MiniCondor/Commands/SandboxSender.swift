import Cedar
import CondorProtocol
import NIOCore
import POSIX

/// The sending end of a file transfer: sends files of a job's spool directory to a client.
struct SandboxSender {
    /// Something to send. Parents precede their contents.
    enum Item: Sendable, Equatable {
        case directory(String, mode: Int)
        case file(String, mode: Int, size: Int64)
    }

    private let connection: ClientConnection
    private let directory: DirectoryHandle?
    private let items: [Item]
    private var hasGoneAhead = false

    /// - Parameter directory: nil if there is nothing to send.
    init(_ connection: ClientConnection, from directory: DirectoryHandle?, items: [Item]) {
        self.connection = connection
        self.directory = directory
        self.items = items
    }

    /// Sends a sandbox and reads the client's report.
    mutating func send() async throws(ServerError) {
        var total: Int64 = 0
        var files = 0
        for case .file(_, _, let size) in items {
            total = total.addingReportingOverflow(size).partialValue
            files += 1
        }
        try await connection.send { FileTransfer.Start(isFinal: true, sandboxSize: total).encode(into: &$0) }
        for item in items {
            switch item {
            case .directory(let name, let mode):
                try await begin(.directory, name)
                try await connection.send { $0.write(integer: 0o040000 | mode) }
            case .file(let name, let mode, let size):
                try await begin(.file, name)
                try await sendFile(name, mode: mode, size: size)
            }
        }
        try await connection.send { $0.write(integer: FileTransfer.Item.finished.rawValue) }
        try await connection.send { FileTransfer.Report(result: 0, bytes: total, files: files).encode(into: &$0) }
        _ = try await connection.message { message throws(CedarError) in try FileTransfer.Report(from: &message) }
    }

    private mutating func begin(_ item: FileTransfer.Item, _ name: String) async throws(ServerError) {
        try await connection.send { $0.write(integer: item.rawValue) }
        try await connection.send { $0.write(string: name) }
        guard !hasGoneAhead else { return }
        try await connection.send { $0.write(integer: FileTransfer.aliveInterval) }
        try await connection.waitForGoAhead()
        _ = try await connection.message { message throws(CedarError) in try message.readInteger() }
        try await connection.send { FileTransfer.GoAhead.always.encode(into: &$0) }
        hasGoneAhead = true
    }

    private func sendFile(_ name: String, mode: Int, size: Int64) async throws(ServerError) {
        try await connection.send { $0.write(integer: mode & 0o777) }
        do throws(SystemError) {
            guard let directory else { throw SystemError("cannot open \(name)", 2) }
            let file = try directory.openFile(name)
            try await connection.send(file: file, size: size)
        } catch {
            // The announced file cannot be sent. Ending the connection tells the client.
            throw .refused(error.sentence)
        }
    }
}

extension ClientConnection {
    /// Sends a file's size and its bytes from the current position.
    func send(file: FileHandle, size: Int64) async throws(SystemError) {
        do throws(ServerError) {
            try await send { FileTransfer.FileSize(size: size).encode(into: &$0) }
            guard size > 0 else { return try await send { $0.write(integer: FileTransfer.emptyFileMark) } }
        } catch {
            throw SystemError("\(error)", 104)
        }
        var left = size
        while left > 0 {
            let wanted = Int(min(left, Int64(FileTransfer.chunkSize)))
            let chunk = try await DiskThreads.run { () throws(SystemError) -> ByteBuffer in
                var buffer = ByteBuffer()
                buffer.reserveCapacity(wanted)
                var count = 0
                do {
                    count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
                        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes.prefix(wanted)))
                    }
                } catch let error as SystemError {
                    throw error
                } catch {
                    throw SystemError("cannot read", 5)
                }
                guard count == wanted else { throw SystemError("the file became shorter", 5) }
                return buffer
            }
            left -= Int64(wanted)
            do throws(ServerError) { try await send(piece: chunk, endsMessage: true) } catch { throw SystemError("\(error)", 104) }
        }
    }
}
