/// How much one staged sandbox may hold. Every limit ends in a typed error, never in a partial sandbox.
package struct SandboxLimits: Sendable, Hashable {
    /// Bytes of the archive as sent.
    package var archiveBytes: Int64
    /// Bytes of all files together, expanded (a hole of a sparse file counts like the zeros it stands for).
    package var contentBytes: Int64
    /// Files and directories, including directories that are only implied by a path.
    package var entries: Int
    /// Contents up to this many bytes stay in memory; beyond that all of them are in a file. At most 1 GiB.
    package var memoryBytes: Int

    package init(
        archiveBytes: Int64 = 10 << 30, contentBytes: Int64 = 10 << 30, entries: Int = 100_000, memoryBytes: Int = 1 << 20
    ) {
        self.archiveBytes = max(0, archiveBytes)
        self.contentBytes = max(0, contentBytes)
        self.entries = max(0, entries)
        self.memoryBytes = min(max(0, memoryBytes), 1 << 30)
    }

    /// Most bytes of all paths together; bounds the memory of a hostile list of long names.
    static let nameBytes = 32 << 20
}
