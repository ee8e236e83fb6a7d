package import NIOCore

/// A job's whole input, checked and available: entries in sending order, and the bytes of each file. Files can be read any number of times and by
/// several readers at once, since one upload may serve all jobs of a cluster.
///
/// The contents are released with the last copy of this value. Nothing has to be closed or removed.
package struct StagedSandbox: Sendable {
    /// Files and directories, with directories before their contents. Links have been replaced by the files that they led to.
    package let entries: [SandboxEntry]
    /// Total size of all files in bytes. A link counts as the file that is sent for it.
    package let contentBytes: Int64
    /// Number of bytes received: the archive as sent, or the parts.
    package let receivedBytes: Int64

    private let extents: [SandboxTree.Extent]
    private let indices: [SandboxPath: Int]
    private let store: ContentStore
    private let threads: ArchiveThreads

    init(
        _ contents: [(entry: SandboxEntry, extent: SandboxTree.Extent)], receivedBytes: Int64, store: ContentStore, threads: ArchiveThreads
    ) {
        entries = contents.map(\.entry)
        extents = contents.map(\.extent)
        indices = Dictionary(zip(entries.map(\.path), entries.indices), uniquingKeysWith: { first, _ in first })
        // Each size is within the limit, so the sum cannot overflow.
        contentBytes = entries.reduce(0) { $0 &+ $1.size }
        self.receivedBytes = receivedBytes
        self.store = store
        self.threads = threads
    }

    /// Whether the contents are in memory rather than in a file.
    package var isInMemory: Bool {
        if case .memory = store { true } else { false }
    }

    /// The entry with a path; nil if there is none.
    package subscript(path: SandboxPath) -> SandboxEntry? {
        indices[path].map { entries[$0] }
    }

    /// The bytes of the file `path`; nil if there is no such file.
    ///
    /// - Parameters:
    ///   - range: the part of the file, clamped to its size; nil for all of it.
    ///   - chunkBytes: size of each buffer except the last.
    package func contents(of path: SandboxPath, range: Range<Int64>? = nil, chunkBytes: Int = 256 << 10) -> StagedFileContents? {
        guard let index = indices[path], entries[index].kind == .file else { return nil }
        let extent = extents[index]
        let part = (range ?? 0..<extent.size).clamped(to: 0..<extent.size)
        return StagedFileContents(
            store: store, threads: threads, range: extent.offset + part.lowerBound..<extent.offset + part.upperBound,
            chunkBytes: Int64(max(1, min(chunkBytes, 16 << 20))))
    }
}

/// The bytes of a staged file. Each iteration starts from the beginning. Errors are of type ``SandboxError``.
package struct StagedFileContents: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer
    package typealias Failure = any Error

    let store: ContentStore
    let threads: ArchiveThreads
    let range: Range<Int64>
    let chunkBytes: Int64

    /// The number of bytes.
    package var count: Int64 { range.upperBound - range.lowerBound }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(store: store, threads: threads, remaining: range, chunkBytes: chunkBytes)
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let store: ContentStore
        let threads: ArchiveThreads
        var remaining: Range<Int64>
        let chunkBytes: Int64

        /// - Throws: `storageFailed`, `cancelled`.
        package mutating func next() async throws -> ByteBuffer? {
            guard !remaining.isEmpty else { return nil }
            let count = Swift.min(chunkBytes, remaining.upperBound - remaining.lowerBound)
            let part = remaining.lowerBound..<remaining.lowerBound + count
            remaining = part.upperBound..<remaining.upperBound
            switch store {
            case .memory:
                return try store.read(part)
            case .file:
                return try await threads.onWorker { [store] () throws(SandboxError) in try store.read(part) }
            }
        }
    }
}
