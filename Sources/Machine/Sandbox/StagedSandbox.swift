package import NIOCore

/// The whole input of a job, checked and at hand: entries in the order they should be sent, and the bytes of each file, readable any number of
/// times and by several readers at once (one upload may serve all jobs of a cluster).
///
/// The contents are released with the last copy of this value; nothing has to be closed or removed.
package struct StagedSandbox: Sendable {
    /// Files and directories; a directory comes before what is in it. Links have become the files they led to.
    package let entries: [SandboxEntry]
    /// Bytes of all files together; a link counts as the file it is sent as.
    package let contentBytes: Int64
    /// Bytes that were received for it: the archive as sent, or the parts.
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
        // Files and what links stand for are each within the limit, so the sum cannot overflow.
        contentBytes = entries.reduce(0) { $0 &+ $1.size }
        self.receivedBytes = receivedBytes
        self.store = store
        self.threads = threads
    }

    /// Whether the contents are in memory rather than in a file.
    package var isInMemory: Bool {
        if case .memory = store { true } else { false }
    }

    /// The entry of that name, or nil.
    package subscript(path: SandboxPath) -> SandboxEntry? {
        indices[path].map { entries[$0] }
    }

    /// The bytes of the file `path`, nil if there is no such file.
    ///
    /// - Parameters:
    ///   - range: the part of the file; clamped to its size. Nil: all of it.
    ///   - chunkBytes: size of each buffer but the last.
    package func contents(of path: SandboxPath, range: Range<Int64>? = nil, chunkBytes: Int = 256 << 10) -> StagedFileContents? {
        guard let index = indices[path], entries[index].kind == .file else { return nil }
        let extent = extents[index]
        let part = (range ?? 0..<extent.size).clamped(to: 0..<extent.size)
        return StagedFileContents(
            store: store, threads: threads, range: extent.offset + part.lowerBound..<extent.offset + part.upperBound,
            chunkBytes: Int64(max(1, min(chunkBytes, 16 << 20))))
    }
}

/// The bytes of one staged file. Each iteration starts anew; errors are of type ``SandboxError``.
package struct StagedFileContents: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer
    package typealias Failure = any Error

    let store: ContentStore
    let threads: ArchiveThreads
    let range: Range<Int64>
    let chunkBytes: Int64

    /// How many bytes there are.
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
