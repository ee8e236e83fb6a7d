import Store

/// The promise that a change of the queue, visible in memory already, will be in the database.
struct QueueTicket: Sendable {
    private let commit: CommitTicket<QueueError>

    init(_ commit: CommitTicket<QueueError>) { self.commit = commit }

    /// Returns when everything up to this change is durable.
    func wait() async throws(QueueError) { try await commit.wait() }
}
