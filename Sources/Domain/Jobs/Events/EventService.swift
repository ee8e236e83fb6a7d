package import CondorClient
package import Waiting

/// Streams of what happens to jobs, for callers who each see their own view of the queue.
package struct EventService: Sendable {
    private let client: CondorClient
    private let watchers: QueueWatchers
    private let interval: Duration

    /// - Parameter interval: the time between two questions to the schedd.
    package init(client: CondorClient, watchers: QueueWatchers, interval: Duration) {
        self.client = client
        self.watchers = watchers
        self.interval = interval
    }

    /// Begins a stream behind a cursor, or with what happens from now on. Returns once the scheduler has accepted the identity.
    /// - Throws: `cursorGone`, `tooManyWatched`, `commandFailed`, `cancelled`.
    package func subscribe(_ filter: EventFilter, after cursor: EventCursor?, _ caller: Caller) async throws(JobsError) -> EventSubscription {
        let use = try watchers.use(caller, client)
        let watcher = use.watcher
        guard watcher.watch(filter.attributes) else {
            throw JobsError(.tooManyWatched, "Too many different attributes are watched", retryAfter: .seconds(300))
        }
        do {
            try await withTaskExecutorPreference(globalConcurrentExecutor) { try await watcher.synchronise() }
        } catch {
            throw error as? JobsError ?? JobsError.cancellation
        }
        if let cursor, !watcher.holds(cursor, filter.attributes) {
            throw JobsError(.cursorGone, "The events behind this cursor are no longer known; begin again without a cursor")
        }
        return EventSubscription(start: cursor ?? watcher.ring.head, filter: filter, use: use, interval: interval)
    }
}

/// One stream of events. While it is read, its watcher asks the schedd.
package struct EventSubscription: Sendable {
    /// The place behind which events are told.
    package let start: EventCursor
    let filter: EventFilter
    let use: QueueWatchers.Use
    let interval: Duration

    /// Runs `body`, which reads the events, until it returns or throws.
    package func read(_ body: @escaping @Sendable (EventReader) async throws -> Void) async throws {
        let watcher = use.watcher
        let reader = EventReader(watcher: watcher, place: watcher.ring.reader(at: start.sequence), filter: filter)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: globalConcurrentExecutor) { try await watcher.drive(interval: interval) }
            group.addTask { try await body(reader) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// Reads the events of a stream.
package struct EventReader: Sendable {
    /// Events looked at in one go.
    private static let batch = 256

    let watcher: QueueWatcher
    let place: EventRing<JobEvent>.Reader
    let filter: EventFilter

    /// Waits for events behind a number. Returns those that the filter admits, perhaps none, and the number of the last event that was looked at.
    /// - Throws: `tooSlow` when what follows may soon be lost; `commandFailed` when the schedd rejects the identity or has been away for too long;
    ///   `cancelled`.
    package func events(after sequence: UInt64) async throws(JobsError) -> (admitted: [(sequence: UInt64, event: JobEvent)], last: UInt64) {
        while true {
            if Task.isCancelled { throw JobsError.cancellation }
            switch watcher.step(after: sequence, reader: place, limit: Self.batch) {
            case .wait(let changes): await watcher.ring.changed.wait(after: changes)
            case .events(let events): return (events.filter { filter.admits($0.event) }, events.last?.sequence ?? sequence)
            case .tooSlow: throw JobsError(.tooSlow, "Events come faster than they are read here; go on behind the cursor")
            case .failed(let error): throw error
            }
        }
    }
}
