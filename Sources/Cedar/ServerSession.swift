/// A session as the server keeps it: what the client has, and what the peer may do.
public struct ServerSession: Sendable {
    public var session: SecuritySession
    /// The levels the peer's token restricts it to; nil for no restriction.
    public var limits: Set<AuthorizationLevel>?
    /// The token used, if one was.
    public var token: TokenFacts?

    public init(session: SecuritySession, limits: Set<AuthorizationLevel>? = nil, token: TokenFacts? = nil) {
        self.session = session
        self.limits = limits
        self.token = token
    }

    /// What of a token may be told to its bearer.
    public struct TokenFacts: Sendable, Hashable {
        public var subject: String
        public var issuer: String
        public var id: String
        public var scopes: [String]
    }
}

/// The sessions clients can resume. Bounded; time is given by the caller.
public struct ServerSessionTable: Sendable {
    private struct Entry {
        var session: ServerSession
        var expiry: ContinuousClock.Instant
        var lastUse: ContinuousClock.Instant

        func isValid(at now: ContinuousClock.Instant) -> Bool {
            let lease = session.session.lease
            return now < expiry && (lease == .zero || now < lastUse + lease + ServerSessionTable.slop)
        }
    }

    /// How much longer than told a session is kept, so that a client never meets one that just ended.
    static let slop: Duration = .seconds(20)

    /// Sessions held at most; the least recently used go first.
    public let capacity: Int
    private var entries: [String: Entry] = [:]

    public init(capacity: Int = 16_384) {
        self.capacity = max(capacity, 1)
    }

    /// Sessions held.
    public var count: Int { entries.count }

    public mutating func store(_ session: ServerSession, now: ContinuousClock.Instant) {
        if entries.count >= capacity {
            removeExpired(now: now)
            if entries.count >= capacity {
                let uses = entries.values.map(\.lastUse).sorted()
                let limit = uses[min(uses.count - 1, capacity / 8)]
                entries = entries.filter { $0.value.lastUse > limit }
            }
        }
        entries[session.session.id] = Entry(session: session, expiry: now + session.session.duration + Self.slop, lastUse: now)
    }

    /// The session of that id unless its time is over, and notes its use.
    public mutating func session(id: String, now: ContinuousClock.Instant) -> ServerSession? {
        guard let entry = entries[id] else { return nil }
        guard entry.isValid(at: now) else {
            entries[id] = nil
            return nil
        }
        entries[id]?.lastUse = now
        return entry.session
    }

    public mutating func remove(id: String) {
        entries[id] = nil
    }

    public mutating func removeExpired(now: ContinuousClock.Instant) {
        entries = entries.filter { $0.value.isValid(at: now) }
    }
}
