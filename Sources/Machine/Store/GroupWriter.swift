import NIOPosix
import Synchronization

/// Makes changes durable on its own thread, in the order in which they were enqueued.
///
/// Changes that arrive while a transaction is being written form the next one, so that one commit serves all of them. After a failure nothing more
/// is written, so that no change becomes durable without its predecessors.
package final class GroupWriter<Change: Sendable, Failure: Error>: Sendable {
    private struct Entry {
        /// Nil for a barrier.
        var change: Change?
        var ticket: CommitTicket<Failure>
    }

    private struct State {
        var waiting: [Entry] = []
        var isRunning = false
        /// Number of open groups. Nothing is written until they are closed.
        var openGroups = 0
        var failure: Failure?
    }

    private let state = Mutex(State())
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let write: @Sendable ([Change]) throws(Failure) -> Void
    private let onCommit: (@Sendable ([Change]) -> Void)?

    /// - Parameters:
    ///   - write: makes all the changes durable, or none of them.
    ///   - onCommit: receives the durable changes, in order, before any ticket is fulfilled. Runs on the writer's thread.
    package init(write: @escaping @Sendable ([Change]) throws(Failure) -> Void, onCommit: (@Sendable ([Change]) -> Void)? = nil) {
        self.write = write
        self.onCommit = onCommit
        thread.start()
    }

    /// Enqueues a change. To preserve the order of its own changes, a caller makes them and calls this under the same lock.
    package func enqueue(_ change: Change) -> CommitTicket<Failure> { add(change) }

    /// A ticket for everything enqueued so far.
    package func barrier() -> CommitTicket<Failure> { add(nil) }

    /// A ticket for an empty change.
    package func nothing() -> CommitTicket<Failure> {
        let ticket = CommitTicket<Failure>()
        ticket.finish(.success(()))
        return ticket
    }

    private func add(_ change: Change?) -> CommitTicket<Failure> {
        let ticket = CommitTicket<Failure>()
        let mustStart = state.withLock { state in
            state.waiting.append(Entry(change: change, ticket: ticket))
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { thread.submit { [self] _ in run() } }
        return ticket
    }

    /// Suspends writing until ``closeGroup()``, so that the changes enqueued in between become durable together or not at all.
    package func openGroup() { state.withLock { $0.openGroups += 1 } }

    package func closeGroup() {
        let mustStart = state.withLock { state in
            state.openGroups -= 1
            guard state.openGroups == 0, !state.waiting.isEmpty, !state.isRunning else { return false }
            state.isRunning = true
            return true
        }
        if mustStart { thread.submit { [self] _ in run() } }
    }

    /// Writes outstanding changes, then ends the thread.
    package func close() async {
        try? await thread.shutdownGracefully()
    }

    private func run() {
        while let (entries, failure) = next() {
            let changes = entries.compactMap(\.change)
            let outcome = failure.map(Result<Void, Failure>.failure) ?? commit(changes)
            for entry in entries { entry.ticket.finish(outcome) }
        }
    }

    private func commit(_ changes: [Change]) -> Result<Void, Failure> {
        do throws(Failure) {
            try write(changes)
        } catch {
            state.withLock { $0.failure = error }
            return .failure(error)
        }
        if !changes.isEmpty { onCommit?(changes) }
        return .success(())
    }

    private func next() -> ([Entry], Failure?)? {
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
