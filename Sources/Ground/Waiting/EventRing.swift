import Synchronization

/// The last events of a stream, for any number of readers: those who read them now, and those who come back with a cursor.
///
/// Events are numbered from 1 on. The oldest ones are dropped when the ring is full. A reader gets exactly what is behind its cursor, in order,
/// or learns why it cannot.
package final class EventRing<Element: Sendable>: Sendable {
    /// An event with its number.
    package typealias Entry = (sequence: UInt64, event: Element)

    /// How much is kept. The newest event is kept even if it alone is larger.
    package struct Limits: Sendable {
        package var count: Int
        package var bytes: Int

        package init(count: Int = 65_536, bytes: Int = 64 << 20) {
            self.count = count
            self.bytes = bytes
        }
    }

    private struct State {
        var kept: EventQueue<Element>
        /// How far the registered readers have read.
        var readers: [UInt64: UInt64] = [:]
        var nextReader: UInt64 = 0
    }

    /// Part of the cursors: those of another ring, and of an earlier process, have another one.
    package let epoch: UInt64
    /// Told of each change. Who reads without waiting waits here.
    package let changed = Signal()
    private let state: Mutex<State>
    private let cost: @Sendable (Element) -> Int

    /// - Parameter cost: about how many bytes an event takes.
    package init(epoch: UInt64 = .random(in: 1 ... .max), limits: Limits = Limits(), cost: @escaping @Sendable (Element) -> Int) {
        self.epoch = epoch
        self.cost = cost
        state = Mutex(State(kept: EventQueue(maximumCount: limits.count, maximumCost: limits.bytes)))
    }

    // MARK: Writing

    /// Adds an event and wakes the readers.
    /// - Returns: the cursor behind it.
    @discardableResult package func append(_ event: Element) -> EventCursor {
        append(contentsOf: CollectionOfOne(event))
    }

    /// Adds events and wakes the readers once, if there are any events.
    /// - Returns: the cursor behind the last one.
    @discardableResult package func append(contentsOf events: some Collection<Element>) -> EventCursor {
        if events.isEmpty { return head }
        let priced = events.map { ($0, cost($0)) }
        let head = state.withLock { state in
            for (event, cost) in priced { state.kept.append(event, cost: cost) }
            return state.kept.head
        }
        changed.notify()
        return EventCursor(epoch: epoch, sequence: head)
    }

    // MARK: Reading

    /// The cursor behind all events.
    package var head: EventCursor { EventCursor(epoch: epoch, sequence: state.withLock { $0.kept.head }) }

    /// Why nothing can be read behind a cursor; nil if everything behind it is kept.
    package func failure(of cursor: EventCursor) -> EventCursorError? {
        guard cursor.epoch == epoch else { return .foreign }
        return state.withLock { $0.kept.failure(after: cursor.sequence) }
    }

    /// The events behind a cursor that are there already; at most `limit`.
    /// - Throws: `foreign`, `gone` or `ahead`.
    package func events(after cursor: EventCursor, limit: Int = .max) throws(EventCursorError) -> [Entry] {
        guard cursor.epoch == epoch else { throw .foreign }
        let answer = state.withLock { $0.kept.events(after: cursor.sequence, limit: limit) }
        return try answer.get()
    }

    /// Waits for events behind a cursor; at least one, at most `limit`.
    /// - Throws: `foreign`, `gone`, `ahead`; `cancelled` when the task is cancelled.
    package func next(after cursor: EventCursor, limit: Int = .max) async throws(EventCursorError) -> [Entry] {
        while true {
            let changes = changed.changes
            if Task.isCancelled { throw .cancelled }
            let events = try events(after: cursor, limit: limit)
            if !events.isEmpty || limit <= 0 { return events }
            await changed.wait(after: changes)
        }
    }

    /// Registers a reader that has read up to a number, so that the writer can wait for it. It is forgotten when the object is released.
    package func reader(at sequence: UInt64) -> Reader {
        let id = state.withLock { state in
            state.nextReader &+= 1
            state.readers[state.nextReader] = sequence
            return state.nextReader
        }
        return Reader(ring: self, id: id)
    }

    /// A reader whose place the ring knows.
    package final class Reader: Sendable {
        private let ring: EventRing
        private let id: UInt64

        fileprivate init(ring: EventRing, id: UInt64) {
            self.ring = ring
            self.id = id
        }

        deinit {
            let id = id
            ring.state.withLock { _ = $0.readers.removeValue(forKey: id) }
        }

        /// Notes how far has been read, and gives the events behind that which are there already; at most `limit`.
        /// - Throws: `tooSlow` when what follows may soon be dropped; the number that was given is then still a good cursor, as a rule.
        package func events(after sequence: UInt64, limit: Int = .max) throws(EventCursorError) -> [Entry] {
            let answer = ring.state.withLock { state -> Result<[Entry], EventCursorError> in
                state.readers[id] = sequence
                if state.kept.isFarBehind(sequence) { return .failure(.tooSlow) }
                return state.kept.events(after: sequence, limit: limit)
            }
            return try answer.get()
        }
    }

    /// How many events the slowest registered reader has still to read.
    package var lag: UInt64 {
        state.withLock { state in state.readers.values.map { state.kept.lag(of: $0) }.max() ?? 0 }
    }

    /// Readers that are registered.
    package var readerCount: Int { state.withLock { $0.readers.count } }
}

/// Why events cannot be read behind a cursor.
package enum EventCursorError: Error, Sendable, Hashable {
    /// The cursor is of another ring, perhaps of an earlier process.
    case foreign
    /// Events behind the cursor have been dropped.
    case gone
    /// The ring has not come as far as the cursor.
    case ahead
    /// The reader is so far behind that events which it has not read may soon be dropped.
    case tooSlow
    /// The task was cancelled.
    case cancelled
}
