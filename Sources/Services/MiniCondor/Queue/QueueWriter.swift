import Store

/// Writes the changes of the queue to its database, in the order in which they were made.
struct QueueWriter: Sendable {
    /// Changes that were made together, and the events that tell of them.
    struct Batch: Sendable {
        var changes: [QueueChange]
        var events: [JobEventRecord]
    }

    private let writer: GroupWriter<Batch, QueueError>

    /// - Parameter eventSink: is given the events of durable changes, in order, before any ticket tells.
    init(database: QueueDatabase, eventSink: (@Sendable ([JobEventRecord]) -> Void)?) {
        writer = GroupWriter { batches throws(QueueError) in
            try database.write(batches)
        } onCommit: { batches in
            let events = batches.flatMap(\.events)
            if !events.isEmpty { eventSink?(events) }
        }
    }

    /// Takes changes that have been applied in memory. Called with the queue's lock held, so that the order is that of the changes.
    func enqueue(_ changes: [QueueChange], events: [JobEventRecord]) -> QueueTicket {
        QueueTicket(changes.isEmpty && events.isEmpty ? writer.nothing() : writer.enqueue(Batch(changes: changes, events: events)))
    }

    /// The promise that everything taken before is durable.
    func barrier() -> QueueTicket { QueueTicket(writer.barrier()) }

    /// From here to ``closeGroup()`` nothing is written, so that the changes taken in between become durable as a whole, or not at all.
    func openGroup() { writer.openGroup() }

    func closeGroup() { writer.closeGroup() }

    /// Writes the changes that wait, and ends the thread.
    func close() async { await writer.close() }
}
