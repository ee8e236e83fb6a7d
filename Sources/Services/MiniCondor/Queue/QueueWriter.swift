import Store

/// Writes the queue's changes to its database, in the order in which they were made.
struct QueueWriter: Sendable {
    /// Changes that were made together, with their events.
    struct Batch: Sendable {
        var changes: [QueueChange]
        var events: [JobEventRecord]
    }

    private let writer: GroupWriter<Batch, QueueError>

    /// - Parameter eventSink: receives the events of durable changes, in order, before any ticket is fulfilled.
    init(database: QueueDatabase, eventSink: (@Sendable ([JobEventRecord]) -> Void)?) {
        writer = GroupWriter { batches throws(QueueError) in
            try database.write(batches)
        } onCommit: { batches in
            let events = batches.flatMap(\.events)
            if !events.isEmpty { eventSink?(events) }
        }
    }

    /// Enqueues changes that have been applied in memory. Call this with the queue's lock held, so that the order is preserved.
    func enqueue(_ changes: [QueueChange], events: [JobEventRecord]) -> QueueTicket {
        QueueTicket(changes.isEmpty && events.isEmpty ? writer.nothing() : writer.enqueue(Batch(changes: changes, events: events)))
    }

    /// A ticket for everything enqueued so far.
    func barrier() -> QueueTicket { QueueTicket(writer.barrier()) }

    /// Suspends writing until ``closeGroup()``, so that the changes enqueued in between become durable together or not at all.
    func openGroup() { writer.openGroup() }

    func closeGroup() { writer.closeGroup() }

    /// Writes outstanding changes and ends the thread.
    func close() async { await writer.close() }
}
