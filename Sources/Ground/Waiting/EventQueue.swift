/// Numbered events up to a count and a cost; the oldest ones give way to new ones.
struct EventQueue<Element> {
    private struct Slot {
        let event: Element
        let cost: Int
    }

    /// A circle that begins at `start`; its unused places are nil.
    private var slots: [Slot?] = []
    private var start = 0
    private var count = 0
    private var cost = 0
    /// The number of the first event that is kept.
    private var first: UInt64 = 1
    private let maximumCount: Int
    private let maximumCost: Int

    init(maximumCount: Int, maximumCost: Int) {
        self.maximumCount = max(maximumCount, 1)
        // So that no sum overflows.
        self.maximumCost = min(max(maximumCost, 0), .max / 2)
    }

    /// The number of the last event; 0 before the first one.
    var head: UInt64 { first + UInt64(count) - 1 }

    mutating func append(_ event: Element, cost: Int) {
        let slot = Slot(event: event, cost: min(max(cost, 0), maximumCost + 1))
        while count > 0, count >= maximumCount || self.cost > maximumCost - slot.cost { dropFirst() }
        if count == slots.count { grow() }
        slots[(start + count) % slots.count] = slot
        count += 1
        self.cost += slot.cost
    }

    private mutating func dropFirst() {
        cost -= slots[start]?.cost ?? 0
        slots[start] = nil
        start = (start + 1) % slots.count
        count -= 1
        first += 1
    }

    private mutating func grow() {
        let kept = slots[start...] + slots[..<start]
        slots = Array(kept) + Array(repeating: nil, count: max(slots.count, 16))
        start = 0
    }

    /// Why not everything behind a number is kept; nil if it is.
    func failure(after sequence: UInt64) -> EventCursorError? {
        if sequence > head { return .ahead }
        return sequence >= first - 1 ? nil : .gone
    }

    func events(after sequence: UInt64, limit: Int) -> Result<[(sequence: UInt64, event: Element)], EventCursorError> {
        if let failure = failure(after: sequence) { return .failure(failure) }
        let skipped = Int(sequence - (first - 1))
        let length = min(max(limit, 0), count - skipped)
        var found: [(sequence: UInt64, event: Element)] = []
        found.reserveCapacity(length)
        for offset in skipped..<skipped + length {
            if let slot = slots[(start + offset) % slots.count] { found.append((first + UInt64(offset), slot.event)) }
        }
        return .success(found)
    }

    /// Whether who has read up to a number lacks events that may soon be dropped.
    func isFarBehind(_ sequence: UInt64) -> Bool {
        guard failure(after: sequence) == nil else { return true }
        // Of a ring that is nearly full the older half is in danger.
        let isNearlyFull = cost > maximumCost / 4 * 3 || count > maximumCount / 4 * 3
        return count > 1 && isNearlyFull && head - sequence > UInt64(count / 2)
    }

    /// How many events are behind a number.
    func lag(of sequence: UInt64) -> UInt64 { head - min(sequence, head) }
}
