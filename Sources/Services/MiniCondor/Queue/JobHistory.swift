import ClassAd

/// The jobs that left the queue, newest first.
struct JobHistory: Sendable {
    private let database: QueueDatabase

    init(_ database: QueueDatabase) { self.database = database }

    /// The records for which `constraint` is true, read as they are asked for.
    /// - Parameters:
    ///   - since: the scan stops at the first record for which this is true; that record is left out.
    ///   - limit: at most this many records are given.
    ///   - scanLimit: at most this many are looked at.
    ///   - forwards: oldest first.
    func scan(
        _ constraint: ExprTree? = nil, since: ExprTree? = nil, limit: Int? = nil, scanLimit: Int? = nil, forwards: Bool = false
    ) -> HistoryScan {
        HistoryScan(
            database, constraint: constraint, since: since, limit: limit ?? .max, scanLimit: scanLimit ?? .max, forwards: forwards)
    }
}
