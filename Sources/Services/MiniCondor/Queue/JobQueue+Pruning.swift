/// Keeps the history from growing without bounds.
extension JobQueue {
    /// Drops records that are too old, then the oldest ones until the size limit is met.
    func pruneHistory() async throws(QueueError) {
        let oldest = settings.now() - settings.historyAge
        let (_, ticket) = try changing { edit throws(QueueError) in
            edit.append(.pruneHistory(before: oldest, maximumBytes: settings.historyBytes))
        }
        try await ticket.wait()
    }
}
