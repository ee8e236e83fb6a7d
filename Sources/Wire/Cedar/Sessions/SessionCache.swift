package import Tokens

/// The sessions a client can resume, by address of the server and identity. Bounded; time is given by the caller.
package struct SessionCache: Sendable {
    private struct Owner: Hashable {
        var address: String
        var identity: IdentityDigest
    }

    private struct Entry {
        var session: SecuritySession
        var expiry: ContinuousClock.Instant
        var lastUse: ContinuousClock.Instant

        func isValid(at now: ContinuousClock.Instant) -> Bool {
            now < expiry && (session.lease == .zero || now < lastUse + session.lease)
        }
    }

    /// Sessions held at most; the least recently used go first.
    package let capacity: Int
    /// Sessions held.
    package private(set) var count = 0
    private var entries: [Owner: [Entry]] = [:]

    /// What is taken off the life of a session, so that it is not used when the server is about to forget it.
    static let margin: Duration = .seconds(2)

    package init(capacity: Int = 4_096) {
        self.capacity = max(capacity, 1)
    }

    /// A session for the command, and notes its use.
    /// - Parameter address: the address used to connect, always spelled the same.
    package mutating func session(
        address: String, identity: IdentityDigest, command: Int, now: ContinuousClock.Instant
    ) -> SecuritySession? {
        let owner = Owner(address: address, identity: identity)
        guard let index = entries[owner]?.lastIndex(where: { $0.isValid(at: now) && $0.session.validCommands.contains(command) }) else {
            return nil
        }
        entries[owner]?[index].lastUse = now
        return entries[owner]?[index].session
    }

    /// Keeps a session that was just made. One without commands or with a life too short to be of use is not kept.
    package mutating func store(_ session: SecuritySession, address: String, identity: IdentityDigest, now: ContinuousClock.Instant) {
        guard !session.validCommands.isEmpty, session.duration > Self.margin else { return }
        let owner = Owner(address: address, identity: identity)
        // A new session takes the place of older ones that can do no more than it.
        remove(owner) { !$0.isValid(at: now) || $0.session.validCommands.isSubset(of: session.validCommands) }
        if count >= capacity { makeRoom(now: now) }
        entries[owner, default: []].append(Entry(session: session, expiry: now + session.duration - Self.margin, lastUse: now))
        count += 1
    }

    /// Forgets one session, after the server said that it does not know it.
    package mutating func invalidate(id: String, address: String) {
        for owner in entries.keys where owner.address == address {
            remove(owner) { $0.session.id == id }
        }
    }

    /// Forgets all sessions with a server, after it moved or was restarted.
    package mutating func invalidate(address: String) {
        for owner in entries.keys where owner.address == address {
            remove(owner) { _ in true }
        }
    }

    /// Forgets the sessions whose time is over.
    package mutating func removeExpired(now: ContinuousClock.Instant) {
        for owner in Array(entries.keys) { remove(owner) { !$0.isValid(at: now) } }
    }

    private mutating func remove(_ owner: Owner, where condition: (Entry) -> Bool) {
        guard var list = entries[owner] else { return }
        let before = list.count
        list.removeAll(where: condition)
        count -= before - list.count
        entries[owner] = list.isEmpty ? nil : list
    }

    /// Removes what has expired, and when that is not enough the least recently used eighth.
    private mutating func makeRoom(now: ContinuousClock.Instant) {
        removeExpired(now: now)
        guard count >= capacity else { return }
        let uses = entries.values.joined().map(\.lastUse).sorted()
        let limit = uses[min(uses.count - 1, capacity / 8)]
        for owner in Array(entries.keys) { remove(owner) { $0.lastUse <= limit } }
    }
}
