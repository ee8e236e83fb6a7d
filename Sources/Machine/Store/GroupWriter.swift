import NIOPosix
import Synchronization

/// Makes changes durable on a thread of its own, in the order in which they were taken.
///
/// Changes that gather while one transaction is being written become the next one, whoever made them: one commit serves all of them. After a failure
/// nothing is written any more, so that no change becomes durable without the ones before it.
package final class GroupWriter<Change: Sendable, Failure: Error>: Sendable {
    private struct Entry {
        /// Nil for a barrier.
        var change: Change?
        var ticket: CommitTicket<Failure>
    }

    private struct State {
        var waiting: [Entry] = []
        var isRunning = false
        /// Changes that are being added in parts: none is written before the last part is there.
        var openGroups = 0
        var failure: Failure?
    }

    private let state = Mutex(State())
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let write: @Sendable ([Change]) throws(Failure) -> Void
    private let onCommit: (@Sendable ([Change]) -> Void)?

    /// - Parameters:
    ///   - write: makes all the changes durable, or none of them.
    ///   - onCommit: is given the changes that are durable, in order, before any ticket tells. Runs on the writer's thread.
    package init(write: @escaping @Sendable ([Change]) throws(Failure) -> Void, onCommit: (@Sendable ([Change]) -> Void)? = nil) {
        self.write = write
        self.onCommit = onCommit
        thread.start()
    }

    /// Takes a change. A caller that holds a lock while it changes its own state and calls this gets the order of those changes.
    package func enqueue(_ change: Change) -> CommitTicket<Failure> { add(change) }

    /// The promise that everything taken before is durable.
    package func barrier() -> CommitTicket<Failure> { add(nil) }

    /// A ticket for a change that consists of nothing.
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

    /// From here to ``closeGroup()`` nothing is written, so that the changes taken in between become durable as a whole, or not at all.
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

    /// Writes the changes that wait, then ends the thread.
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
