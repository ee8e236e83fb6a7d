import ClassAd

/// The jobs that have left the queue, newest first.
struct JobHistory: Sendable {
    private let database: QueueDatabase

    init(_ database: QueueDatabase) { self.database = database }

    /// The records for which `constraint` is true, read on demand.
    /// - Parameters:
    ///   - since: the scan stops at the first record for which this is true, and excludes it.
    ///   - limit: the largest number of records returned.
    ///   - scanLimit: the largest number of records examined.
    ///   - forwards: oldest first.
    func scan(
        _ constraint: ExprTree? = nil, since: ExprTree? = nil, limit: Int? = nil, scanLimit: Int? = nil, forwards: Bool = false
    ) -> HistoryScan {
        HistoryScan(
            database, constraint: constraint, since: since, limit: limit ?? .max, scanLimit: scanLimit ?? .max, forwards: forwards)
    }
}
