/// The history does not grow without bounds.
extension JobQueue {
    /// Drops records that are too old, and the oldest ones when there are too many bytes.
    func pruneHistory() async throws(QueueError) {
        let oldest = settings.now() - settings.historyAge
        let (_, ticket) = try changing { edit throws(QueueError) in
            edit.append(.pruneHistory(before: oldest, maximumBytes: settings.historyBytes))
        }
        try await ticket.wait()
    }
}
