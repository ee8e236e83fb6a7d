package import Tokens

/// A session as the server keeps it: what the client has, and what the peer may do.
package struct ServerSession: Sendable {
    package var session: SecuritySession
    /// The levels the peer's token restricts it to; nil for no restriction.
    package var limits: Set<AuthorizationLevel>?
    /// The token used, if one was.
    package var token: TokenFacts?

    package init(session: SecuritySession, limits: Set<AuthorizationLevel>? = nil, token: TokenFacts? = nil) {
        self.session = session
        self.limits = limits
        self.token = token
    }

    /// What of a token may be told to its bearer.
    package struct TokenFacts: Sendable, Hashable {
        package var subject: String
        package var issuer: String
        package var id: String
        package var scopes: [String]
    }
}

/// The sessions clients can resume. Bounded; time is given by the caller.
package struct ServerSessionTable: Sendable {
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
    package let capacity: Int
    private var entries: [String: Entry] = [:]

    package init(capacity: Int = 16_384) {
        self.capacity = max(capacity, 1)
    }

    /// Sessions held.
    package var count: Int { entries.count }

    package mutating func store(_ session: ServerSession, now: ContinuousClock.Instant) {
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
    package mutating func session(id: String, now: ContinuousClock.Instant) -> ServerSession? {
        guard let entry = entries[id] else { return nil }
        guard entry.isValid(at: now) else {
            entries[id] = nil
            return nil
        }
        entries[id]?.lastUse = now
        return entry.session
    }

    package mutating func remove(id: String) {
        entries[id] = nil
    }

    package mutating func removeExpired(now: ContinuousClock.Instant) {
        entries = entries.filter { $0.value.isValid(at: now) }
    }
}
