package import NIOCore

/// Builds a sandbox from named parts, such as the files of a multipart form or a job's output, under the same rules as an archive.
///
/// After an error the builder cannot be used further. Dropping it leaves nothing behind.
package struct StagedSandboxBuilder: ~Copyable {
    private let staging: SandboxStaging
    private var tree: SandboxTree
    private let store: ContentStoreWriter
    private var contentBytes: Int64 = 0

    package init(_ staging: SandboxStaging) {
        self.staging = staging
        tree = SandboxTree(limits: staging.limits)
        store = ContentStoreWriter(directory: staging.directory, memoryBytes: staging.limits.memoryBytes)
    }

    /// Adds a directory. Its parents are added implicitly, with mode 0755.
    package mutating func add(directory path: SandboxPath, mode: UInt16 = 0o755) throws(SandboxError) {
        try tree.addDirectory(components(of: path), mode: mode & 0o777)
    }

    /// Adds a file with the bytes of `body`.
    ///
    /// - Throws: `duplicateEntry`, `contentTooLarge`, `tooManyEntries`; `interrupted` if `body` throws; `cancelled`.
    package mutating func add<Body: AsyncSequence>(
        _ path: SandboxPath, mode: UInt16 = 0o644, _ body: Body
    ) async throws(SandboxError) where Body.Element == ByteBuffer {
        let start = contentBytes
        var source = body.makeAsyncIterator()
        while true {
            let next: ByteBuffer?
            do {
                next = try await source.next()
            } catch let error as SandboxError {
                throw error
            } catch is CancellationError {
                throw SandboxError(.cancelled, entry: path.shown, "the upload was cancelled")
            } catch {
                throw SandboxError(.interrupted, entry: path.shown, "the upload broke off", cause: error)
            }
            if Task.isCancelled { throw SandboxError(.cancelled, entry: path.shown, "the upload was cancelled") }
            guard let bytes = next else { break }
            try await append(bytes, of: path)
        }
        try tree.addFile(components(of: path), mode: mode & 0o777, extent: .init(offset: start, size: contentBytes - start))
    }

    /// Adds a file from bytes in memory.
    package mutating func add(_ path: SandboxPath, mode: UInt16 = 0o644, bytes: ByteBuffer) async throws(SandboxError) {
        let start = contentBytes
        try await append(bytes, of: path)
        try tree.addFile(components(of: path), mode: mode & 0o777, extent: .init(offset: start, size: contentBytes - start))
    }

    /// The finished sandbox.
    package consuming func finish() throws(SandboxError) -> StagedSandbox {
        let size = contentBytes
        let staging = staging
        return StagedSandbox(try tree.finish(), receivedBytes: size, store: try store.finish(size: size), threads: staging.threads)
    }

    private mutating func append(_ bytes: ByteBuffer, of path: SandboxPath) async throws(SandboxError) {
        let (next, overflow) = contentBytes.addingReportingOverflow(Int64(bytes.readableBytes))
        guard !overflow, next <= staging.limits.contentBytes else {
            throw SandboxError(.contentTooLarge, entry: path.shown, "the files are larger than \(staging.limits.contentBytes) bytes together")
        }
        let offset = contentBytes
        contentBytes = next
        if store.goesToFile(with: bytes.readableBytes) {
            try await staging.threads.onWorker { [store] () throws(SandboxError) in try store.write(bytes, at: offset) }
        } else {
            try store.write(bytes, at: offset)
        }
    }

    private func components(of path: SandboxPath) -> [ArraySlice<UInt8>] {
        Array(path.string.utf8).split(separator: UInt8(ascii: "/"))
    }
}

extension SandboxPath {
    /// The path in a printable form for messages.
    var shown: String { SandboxError.displayName(string.utf8) }
}
