/// Limits for a staged sandbox. Exceeding one causes a typed error, never a partial sandbox.
package struct SandboxLimits: Sendable, Hashable {
    /// Size of the archive as sent, in bytes.
    package var archiveBytes: Int64
    /// Total size of all files when expanded, in bytes. Holes of sparse files count as zeros.
    package var contentBytes: Int64
    /// Number of files and directories, including directories that only a path implies.
    package var entries: Int
    /// Contents up to this size stay in memory; larger contents go to a file as a whole. No more than 1 GiB.
    package var memoryBytes: Int

    package init(
        archiveBytes: Int64 = 10 << 30, contentBytes: Int64 = 10 << 30, entries: Int = 100_000, memoryBytes: Int = 1 << 20
    ) {
        self.archiveBytes = max(0, archiveBytes)
        self.contentBytes = max(0, contentBytes)
        self.entries = max(0, entries)
        self.memoryBytes = min(max(0, memoryBytes), 1 << 30)
    }

    /// Total length of all paths, in bytes. Limits the memory for a hostile list of long names.
    static let nameBytes = 32 << 20
}
