import ClassAd
import CondorProtocol

/// The ad of a job that left the queue.
struct HistoryRecord: Sendable, Equatable {
    var id: JobID
    var owner: String
    /// Seconds since 1970 when the job left the queue.
    var leftAt: Int64
    /// Cluster and proc in one.
    var ad: StoredAd

    init(_ job: JobSnapshot, leftAt: Int64) {
        id = job.id
        owner = job.owner
        self.leftAt = leftAt
        ad = StoredAd()
        job.cluster.forEach { name, expression in
            if !job.proc.contains(name) { ad.set(String(decoding: name, as: UTF8.self), expression: expression) }
        }
        ad.merge(job.proc)
    }

    init(id: JobID, owner: String, leftAt: Int64, ad: StoredAd) {
        self.id = id
        self.owner = owner
        self.leftAt = leftAt
        self.ad = ad
    }

    /// The record as a job whose cluster has nothing.
    var snapshot: JobSnapshot { JobSnapshot(id: id, cluster: StoredAd(), proc: ad) }
}

/// What left the queue, newest first.
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

/// Records of the history, read some at a time. Reading goes to the disk: not on an event loop.
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
    /// Records looked at so far.
    private(set) var examined = 0
    /// Records given so far.
    private(set) var matched = 0

    init(_ database: QueueDatabase, constraint: ExprTree?, since: ExprTree?, limit: Int, scanLimit: Int, forwards: Bool) {
        self.database = database
        self.constraint = constraint
        self.since = since
        self.forwards = forwards
        remaining = limit
        remainingScan = scanLimit
    }

    /// The next record, nil behind the last one.
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
