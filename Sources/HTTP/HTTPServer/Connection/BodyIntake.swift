import NIOCore

/// Reads from a connection or a stream only as fast as somebody takes what comes, and keeps the deadlines in step with that.
struct BodyIntake {
    /// What follows from reading on.
    enum Release: Hashable {
        /// Nothing was held back.
        case unchanged
        /// The deadlines have changed.
        case resumed
        /// The deadlines have changed, and a read is due that was asked for meanwhile.
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

    /// Nobody takes what comes.
    mutating func holdBack(at now: NIODeadline) {
        guard !isHeldBack else { return }
        isHeldBack = true
        deadlines.heldBackBody(true, at: now)
    }

    /// What comes is taken again.
    mutating func release(at now: NIODeadline) -> Release {
        guard isHeldBack else { return .unchanged }
        isHeldBack = false
        deadlines.heldBackBody(false, at: now)
        guard owesRead else { return .resumed }
        owesRead = false
        return .owesRead
    }
}
