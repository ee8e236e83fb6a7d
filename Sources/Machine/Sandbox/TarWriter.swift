package import NIOCore

/// Packs files into an archive while they arrive, without temporary files. It needs memory for little more than one piece of data; for zip also for
/// the list of names, which is repeated at the end.
///
/// Tar archives are ustar, with pax headers for names and sizes that need them. The same calls produce the same bytes, since the given time is the
/// only one in an archive. A call returns the bytes to send, or nil while fewer than 64 KiB have been collected. Send them before the next call;
/// that gives back-pressure. A writer that is dropped without ``finish()`` leaves an archive that every reader recognises as truncated.
///
///     var archive = try TarWriter(format: .tarGzip, modified: now)
///     if let bytes = try await archive.begin(file: path, mode: 0o644, size: 5) { try await send(bytes) }
///     if let bytes = try await archive.write(data) { try await send(bytes) }
///     try await send(archive.finish())
package struct TarWriter: ~Copyable {
    /// Data of this size is compressed at once on the caller's thread; more goes to a worker.
    private static let inlineBytes = 4 << 10

    private let encoder: ArchiveEncoder
    private let threads: ArchiveThreads
    private let compresses: Bool
    private var remaining: Int64 = 0
    private var current: SandboxPath?

    /// - Parameter modified: the time of all entries, in seconds since 1970.
    /// - Throws: `storageFailed` if libarchive does not support the format.
    package init(format: ArchiveFormat, modified: Int64, threads: ArchiveThreads = .shared) throws(SandboxError) {
        encoder = try ArchiveEncoder(format: format, modified: modified)
        compresses = format != .tar
        self.threads = threads
    }

    /// Adds a directory. Mode 0 means unknown and becomes 0755.
    ///
    /// - Throws: `sizeMismatch` if the previous file is not complete.
    package mutating func directory(_ path: SandboxPath, mode: UInt16) throws(SandboxError) -> ByteBuffer? {
        try checkComplete()
        try encoder.begin(path, isDirectory: true, mode: mode & 0o777 == 0 ? 0o755 : mode & 0o777, size: 0)
        return encoder.takeOutput()
    }

    /// Begins a file of exactly `size` bytes, which are passed to ``write(_:)``. Mode 0 means unknown and becomes 0644.
    ///
    /// - Throws: `sizeMismatch` if the previous file is not complete, or if `size` is negative.
    package mutating func begin(file path: SandboxPath, mode: UInt16, size: Int64) throws(SandboxError) -> ByteBuffer? {
        try checkComplete()
        guard size >= 0 else { throw SandboxError(.sizeMismatch, entry: path.shown, "has a negative size") }
        try encoder.begin(path, isDirectory: false, mode: mode & 0o777 == 0 ? 0o644 : mode & 0o777, size: size)
        remaining = size
        current = path
        return encoder.takeOutput()
    }

    /// Adds bytes to the current file.
    ///
    /// - Throws: `sizeMismatch` if the file exceeds its announced size; `cancelled`.
    package mutating func write(_ data: ByteBuffer) async throws(SandboxError) -> ByteBuffer? {
        let count = Int64(data.readableBytes)
        guard count <= remaining else {
            throw SandboxError(.sizeMismatch, entry: current?.shown, "got more bytes than its size says")
        }
        remaining -= count
        if compresses, data.readableBytes > TarWriter.inlineBytes {
            try await threads.onWorker { [encoder] () throws(SandboxError) in try encoder.write(data) }
        } else {
            try encoder.write(data)
        }
        return encoder.takeOutput()
    }

    /// Ends the archive and returns the last bytes to send.
    ///
    /// - Throws: `sizeMismatch` if the last file is not complete.
    package consuming func finish() async throws(SandboxError) -> ByteBuffer {
        try checkComplete()
        return try await threads.onWorker { [encoder] () throws(SandboxError) in try encoder.finish() }
    }

    private func checkComplete() throws(SandboxError) {
        guard remaining == 0 else {
            throw SandboxError(.sizeMismatch, entry: current?.shown, "got \(remaining) bytes fewer than its size says")
        }
    }
}
