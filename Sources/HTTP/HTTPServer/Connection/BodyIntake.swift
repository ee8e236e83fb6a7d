import NIOCore

/// Reads from a connection or a stream only as fast as its bytes are taken, and keeps the deadlines in step.
struct BodyIntake {
    /// What to do when reading goes on.
    enum Release: Hashable {
        /// Nothing was held back.
        case unchanged
        /// The deadlines have changed.
        case resumed
        /// The deadlines have changed, and a read that was requested meanwhile is due.
        case owesRead
    }

    var deadlines: ConnectionDeadlines
    private(set) var isHeldBack = false
    private var owesRead = false

    init(limits: ServerLimits) {
        deadlines = ConnectionDeadlines(limits: limits)
    }

    /// Whether to read now. If not, the read is owed until ``release(at:)``.
    mutating func mayRead() -> Bool {
        if isHeldBack { owesRead = true }
        return !isHeldBack
    }

    /// Nobody takes the bytes that arrive.
    mutating func holdBack(at now: NIODeadline) {
        guard !isHeldBack else { return }
        isHeldBack = true
        deadlines.heldBackBody(true, at: now)
    }

    /// The bytes that arrive are taken again.
    mutating func release(at now: NIODeadline) -> Release {
        guard isHeldBack else { return .unchanged }
        isHeldBack = false
        deadlines.heldBackBody(false, at: now)
        guard owesRead else { return .resumed }
        owesRead = false
        return .owesRead
    }
}
