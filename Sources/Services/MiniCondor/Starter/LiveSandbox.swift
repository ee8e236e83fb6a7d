/// The locations of a running job's files.
struct LiveSandbox: Sendable, Equatable {
    struct File: Sendable, Equatable {
        var directory: String
        /// Relative to the directory.
        var name: String
    }

    /// The job's scratch directory.
    var directory: String
    /// The files of standard output and standard error, in the scratch directory or, if streamed, in the spool; nil if they are discarded.
    var output: File?
    var error: File?
    /// The job's slot: `slot1_1@host`.
    var slot: String
}
