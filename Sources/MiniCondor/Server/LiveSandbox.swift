/// Where the files of a running job are.
struct LiveSandbox: Sendable, Equatable {
    /// The job's scratch directory.
    var directory: String
    /// The files that standard output and error go to: names within the directory, or nil when they go nowhere or elsewhere.
    var output: String?
    var error: String?
    /// The slot the job runs on: `slot1_1@host`.
    var slot: String
}
