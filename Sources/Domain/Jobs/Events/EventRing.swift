import NIOCore

/// The last events of a watcher, each with its number, for those who read them now and those who come back.
struct EventRing: Sendable {
    let epoch: UInt64
    private var events = CircularBuffer<JobEvent>()
    /// The number of the first event that is kept.
    private var first: UInt64 = 1
    private var bytes = 0
    private let limits: Limits

    struct Limits: Sendable {
        var count = 65_536
        var bytes = 64 << 20
    }

    init(epoch: UInt64, limits: Limits = Limits()) {
        self.epoch = epoch
        self.limits = limits
    }

    /// The number of the last event; 0 before the first one.
    var head: UInt64 { first + UInt64(events.count) - 1 }

    mutating func append(_ event: JobEvent) {
        events.append(event)
        bytes += event.cost
        while events.count > limits.count || bytes > limits.bytes, events.count > 1, let oldest = events.popFirst() {
            bytes -= oldest.cost
            first += 1
        }
    }

    /// Whether everything behind a number is kept.
    func holds(_ sequence: UInt64) -> Bool { sequence >= first - 1 && sequence <= head }

    /// The events behind a number, with theirs; at most so many. Nil if some of them are no longer kept.
    func events(after sequence: UInt64, limit: Int) -> [(sequence: UInt64, event: JobEvent)]? {
        guard holds(sequence) else { return nil }
        let start = Int(sequence - (first - 1))
        return (start..<min(start + limit, events.count)).map { offset in
            (first + UInt64(offset), events[events.index(events.startIndex, offsetBy: offset)])
        }
    }

    /// Whether who has read up to a number is so far behind that what it lacks may soon be gone.
    func isFarBehind(_ sequence: UInt64) -> Bool {
        guard holds(sequence) else { return true }
        let behind = head - sequence
        // Of a ring that is nearly full the older half is in danger.
        return events.count > 1 && (bytes > limits.bytes / 4 * 3 || events.count > limits.count / 4 * 3) && behind > UInt64(events.count / 2)
    }

    /// How many events are behind a number.
    func lag(of sequence: UInt64) -> UInt64 { head - min(sequence, head) }
}
