/// The places of a running job's files.
struct LiveSandbox: Sendable, Equatable {
    struct File: Sendable, Equatable {
        var directory: String
        /// Within the directory.
        var name: String
    }

    /// The job's scratch directory.
    var directory: String
    /// The files that standard output and error go to, in the scratch directory or, streamed, in the spool; nil when they go nowhere.
    var output: File?
    var error: File?
    /// The slot the job runs on: `slot1_1@host`.
    var slot: String
}
