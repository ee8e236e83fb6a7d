package import ClassAd
import CondorModel
package import CondorProtocol

/// Selects the jobs of a list.
package struct JobListQuery: Sendable {
    package var constraint: ExprTree?
    /// Attribute names without duplicates; empty for all.
    package var projection: [String]
    /// Jobs per page, ordered by id; nil for all jobs in the scheduler's order.
    package var limit: Int?
    package var cursor: JobCursor?
    package var ownedByMe: Bool

    package init(constraint: ExprTree? = nil, projection: [String] = [], limit: Int? = nil, cursor: JobCursor? = nil, ownedByMe: Bool = false) {
        self.constraint = constraint
        self.projection = projection
        self.limit = limit
        self.cursor = cursor
        self.ownedByMe = ownedByMe
    }

    /// The conjunction of everything that selects jobs.
    func expression(within selection: JobSelection?) -> ExprTree {
        let parts = [selection?.expression, cursor?.expression, constraint].compactMap { $0 }
        return parts.isEmpty ? .boolean(true) : .conjunction(parts)
    }

    /// The attributes to request from the scheduler. The ids are always included.
    var wireProjection: [String] { projection.isEmpty ? [] : projection + ["ClusterId", "ProcId"] }

    /// The query for the scheduler.
    func question(within selection: JobSelection?) -> JobQuery {
        JobQuery(constraint: expression(within: selection), projection: wireProjection, onlyMine: ownedByMe)
    }
}

/// Selects the history records of a list.
package struct HistoryListQuery: Sendable {
    package var constraint: ExprTree?
    /// Attribute names without duplicates; empty for all.
    package var projection: [String]
    /// Records per page; nil for all.
    package var limit: Int?
    package var cursor: HistoryCursor?
    package var since: HistorySince?

    package init(
        constraint: ExprTree? = nil, projection: [String] = [], limit: Int? = nil, cursor: HistoryCursor? = nil, since: HistorySince? = nil
    ) {
        self.constraint = constraint
        self.projection = projection
        self.limit = limit
        self.cursor = cursor
        self.since = since
    }

    /// The conjunction of everything that selects records, except the cursor: the scheduler cannot skip what comes before it.
    func expression(within selection: JobSelection?) -> ExprTree {
        let parts = [selection?.expression, since?.expression, constraint].compactMap { $0 }
        return parts.isEmpty ? .boolean(true) : .conjunction(parts)
    }

    /// The query for the scheduler.
    func question(within selection: JobSelection?) -> HistoryQuery {
        var query = HistoryQuery(
            constraint: expression(within: selection), projection: projection.isEmpty ? [] : projection + HistoryCursor.projection, since: since?.stop
        )
        // One more record tells whether more follow.
        if let limit, cursor == nil { query.limit = limit + 1 }
        return query
    }
}

/// Selects the pool's daemons of a list.
package struct PoolListQuery: Sendable {
    package var kind: CollectorQuery.Kind
    package var constraint: ExprTree?
    /// Attribute names without duplicates; empty for all.
    package var projection: [String]
    /// The largest number of ads; nil for all.
    package var limit: Int?

    package init(_ kind: CollectorQuery.Kind, constraint: ExprTree? = nil, projection: [String] = [], limit: Int? = nil) {
        self.kind = kind
        self.constraint = constraint
        self.projection = projection
        self.limit = limit
    }
}
