import NIOPosix
import Synchronization

/// Writes changes to the database, on a thread of its own and in the order in which they were made. What gathers while one transaction is being written
/// becomes the next one, whoever it is from.
final class QueueWriter: Sendable {
    struct Batch: Sendable {
        var changes: [QueueChange]
        var events: [JobEventRecord]
        var ticket: CommitTicket
    }

    private struct State {
        var waiting: [Batch] = []
        var isRunning = false
        /// Changes that are being added in parts: none is written before the last part is there.
        var openGroups = 0
        var failure: QueueError?
    }

    private let state = Mutex(State())
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let store: any QueueStorage
    private let eventSink: (@Sendable ([JobEventRecord]) -> Void)?

    /// - Parameter eventSink: is given the events of what is durable, in order, before anybody is told.
    init(store: any QueueStorage, eventSink: (@Sendable ([JobEventRecord]) -> Void)?) {
        self.store = store
        self.eventSink = eventSink
        thread.start()
    }

    /// Takes changes that have been applied in memory. Called with the queue's lock held, so that the order is that of the changes.
    func enqueue(_ changes: [QueueChange], events: [JobEventRecord]) -> CommitTicket {
        guard !changes.isEmpty || !events.isEmpty else {
            let ticket = CommitTicket()
            ticket.finish(.success(()))
            return ticket
        }
        return add(changes, events)
    }

    /// The promise that all that was taken before is durable.
    func barrier() -> CommitTicket { add([], []) }

    private func add(_ changes: [QueueChange], _ events: [JobEventRecord]) -> CommitTicket {
        let ticket = CommitTicket()
        let mustStart = state.withLock { state in
            state.waiting.append(Batch(changes: changes, events: events, ticket: ticket))
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { thread.submit { [self] _ in run() } }
        return ticket
    }

    /// From here to ``closeGroup()`` nothing is written, so that what is enqueued in between becomes durable as a whole, or not at all.
    func openGroup() { state.withLock { $0.openGroups += 1 } }

    func closeGroup() {
        let mustStart = state.withLock { state in
            state.openGroups -= 1
            guard state.openGroups == 0, !state.waiting.isEmpty, !state.isRunning else { return false }
            state.isRunning = true
            return true
        }
        if mustStart { thread.submit { [self] _ in run() } }
    }

    /// Writes what is waiting and ends the thread.
    func close() async {
        try? await thread.shutdownGracefully()
    }

    private func run() {
        while let (batches, failure) = next() {
            if let failure {
                for batch in batches { batch.ticket.finish(.failure(failure)) }
                continue
            }
            do throws(QueueError) {
                try store.write(batches)
            } catch {
                state.withLock { $0.failure = error }
                for batch in batches { batch.ticket.finish(.failure(error)) }
                continue
            }
            if let eventSink {
                let events = batches.flatMap(\.events)
                if !events.isEmpty { eventSink(events) }
            }
            for batch in batches { batch.ticket.finish(.success(())) }
        }
    }

    private func next() -> ([Batch], QueueError?)? {
        state.withLock { state in
            guard !state.waiting.isEmpty, state.openGroups == 0 else {
                state.isRunning = false
                return nil
            }
            defer { state.waiting = [] }
            return (state.waiting, state.failure)
        }
    }
}

/// Where the queue is kept.
protocol QueueStorage: Sendable {
    /// Makes all the changes durable, or none of them.
    func write(_ batches: [QueueWriter.Batch]) throws(QueueError)
}
