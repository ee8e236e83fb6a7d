import ClassAd

/// Reads history records page by page. This reads from the disk, so never call it on an event loop.
struct HistoryScan: Sendable {
    private let database: QueueDatabase
    private let constraint: ExprTree?
    private let since: ExprTree?
    private let forwards: Bool
    private var remaining: Int
    private var remainingScan: Int
    private var position: Int64?
    private var buffer: ArraySlice<HistoryRecord> = []
    private var isAtEnd = false
    /// Number of records examined so far.
    private(set) var examined = 0
    /// Number of records returned so far.
    private(set) var matched = 0

    init(_ database: QueueDatabase, constraint: ExprTree?, since: ExprTree?, limit: Int, scanLimit: Int, forwards: Bool) {
        self.database = database
        self.constraint = constraint
        self.since = since
        self.forwards = forwards
        remaining = limit
        remainingScan = scanLimit
    }

    /// The next record; nil at the end.
    mutating func next() throws(QueueError) -> JobSnapshot? {
        while remaining > 0 {
            while let record = buffer.popFirst() {
                guard remainingScan > 0 else { return nil }
                remainingScan -= 1
                examined += 1
                let job = record.snapshot
                if let since, job.satisfies(since) {
                    remaining = 0
                    return nil
                }
                if let constraint, !job.satisfies(constraint) { continue }
                remaining -= 1
                matched += 1
                return job
            }
            guard !isAtEnd else { return nil }
            let page = try database.history(from: position, forwards: forwards)
            buffer = page.records[...]
            position = page.last
            isAtEnd = page.last == nil
        }
        return nil
    }
}
