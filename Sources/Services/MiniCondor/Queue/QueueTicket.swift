import Store

/// Promises that a change of the queue, which is already visible in memory, will be written to the database.
struct QueueTicket: Sendable {
    private let commit: CommitTicket<QueueError>

    init(_ commit: CommitTicket<QueueError>) { self.commit = commit }

    /// Returns when this change and all before it are durable.
    func wait() async throws(QueueError) { try await commit.wait() }
}
