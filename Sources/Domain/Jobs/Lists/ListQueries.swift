package import ClassAd
package import CondorProtocol

/// Which jobs of the queue a list is about.
package struct JobListQuery: Sendable {
    package var constraint: ExprTree?
    /// Names of attributes, once each; empty for all.
    package var projection: [String]
    /// Jobs of a page, in the order of their ids; nil for all jobs in the scheduler's order.
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

    /// Everything that selects jobs, joined as trees.
    func expression(within selection: JobSelection?) -> ExprTree {
        let parts = [selection?.expression, cursor?.expression, constraint].compactMap { $0 }
        return parts.isEmpty ? .boolean(true) : .conjunction(parts)
    }

    /// The attributes to ask the scheduler for: the ids are among them even where the client did not ask for them.
    var wireProjection: [String] { projection.isEmpty ? [] : projection + ["ClusterId", "ProcId"] }

    /// The question to the scheduler.
    func question(within selection: JobSelection?) -> JobQuery {
        JobQuery(constraint: expression(within: selection), projection: wireProjection, onlyMine: ownedByMe)
    }
}

/// Which jobs that have left the queue a list is about.
package struct HistoryListQuery: Sendable {
    package var constraint: ExprTree?
    /// Names of attributes, once each; empty for all.
    package var projection: [String]
    /// Records of a page; nil for all.
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

    /// Everything that selects records, joined as trees. The cursor is not among it: the scheduler cannot leave out what comes before it.
    func expression(within selection: JobSelection?) -> ExprTree {
        let parts = [selection?.expression, since?.expression, constraint].compactMap { $0 }
        return parts.isEmpty ? .boolean(true) : .conjunction(parts)
    }

    /// The question to the scheduler.
    func question(within selection: JobSelection?) -> HistoryQuery {
        var query = HistoryQuery(
            constraint: expression(within: selection), projection: projection.isEmpty ? [] : projection + HistoryCursor.projection, since: since?.stop
        )
        // One more record tells whether more follow.
        if let limit, cursor == nil { query.limit = limit + 1 }
        return query
    }
}

/// Which of the pool's daemons a list is about.
package struct PoolListQuery: Sendable {
    package var kind: CollectorQuery.Kind
    package var constraint: ExprTree?
    /// Names of attributes, once each; empty for all.
    package var projection: [String]
    /// Ads at most; nil for all.
    package var limit: Int?

    package init(_ kind: CollectorQuery.Kind, constraint: ExprTree? = nil, projection: [String] = [], limit: Int? = nil) {
        self.kind = kind
        self.constraint = constraint
        self.projection = projection
        self.limit = limit
    }
}
