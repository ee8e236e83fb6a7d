import NIOCore

/// Decides when a connection has waited long enough. It has no clock: the caller passes the time.
///
/// The owner reports what happens, asks for ``nextCheck`` to set one timer, and calls ``check(at:output:)`` when it fires.
struct ConnectionDeadlines {
    /// What took too long.
    enum Expiry: Hashable {
        /// No part of a request has arrived.
        case idle
        /// A request's head has begun but has not ended.
        case head
        case body
        case write
        case linger
        /// The client closed its side, and its request has still not been answered.
        case abandoned
        case drain
    }

    /// Bytes written to the connection since it began, and how many of them the system has not yet taken.
    struct Output: Hashable {
        var written: Int
        var buffered: Int
        /// Bytes that the client has acknowledged, where that is known.
        var acknowledged: Int?

        /// Bytes that have left.
        var flushed: Int { acknowledged ?? written - buffered }
    }

    private enum Wait {
        case nothing
        case until(NIODeadline, Expiry)
        case body(windowEnd: NIODeadline, received: Int)
    }

    private let limits: ServerLimits
    private var wait = Wait.nothing
    private var isBodyHeldBack = false
    /// While an answer is under way: when to look at its progress next.
    private var nextOutputCheck: NIODeadline?
    private var stalled: (since: NIODeadline, flushed: Int)?
    private var abandonment: NIODeadline?
    private var drainEnd: NIODeadline?

    init(limits: ServerLimits) {
        self.limits = limits
    }

    // MARK: What happens

    /// A connection is open and waits for its first request.
    mutating func beganWaiting(at now: NIODeadline) {
        wait = .until(now + limits.head, .idle)
    }

    /// A request is done and another one may follow.
    mutating func becameIdle(at now: NIODeadline) {
        wait = .until(now + limits.idle, .idle)
        nextOutputCheck = stalled == nil ? nil : nextOutputCheck
    }

    /// Some bytes of a head have arrived.
    mutating func receivedPartOfHead(at now: NIODeadline) {
        if case .until(_, .head) = wait { return }
        wait = .until(now + limits.head, .head)
    }

    mutating func receivedHead() {
        wait = .nothing
    }

    /// The client is expected to send the body from now on.
    mutating func awaitsBody(at now: NIODeadline) {
        wait = .body(windowEnd: now + limits.bodyWindow, received: 0)
    }

    mutating func receivedBody(bytes: Int) {
        guard case .body(let windowEnd, let received) = wait else { return }
        wait = .body(windowEnd: windowEnd, received: received &+ bytes)
    }

    /// Nobody reads from the connection, so nothing can arrive.
    mutating func heldBackBody(_ isHeldBack: Bool, at now: NIODeadline) {
        isBodyHeldBack = isHeldBack
        if case .body = wait { awaitsBody(at: now) }
    }

    mutating func receivedWholeRequest() {
        if case .body = wait { wait = .nothing }
        isBodyHeldBack = false
    }

    /// Bytes have been written that may take a while to leave.
    mutating func beganOutput(at now: NIODeadline) {
        nextOutputCheck = nextOutputCheck ?? now + Self.outputInterval(limits)
    }

    mutating func beganLingering(at now: NIODeadline) {
        wait = .until(now + limits.linger, .linger)
    }

    mutating func clientClosedItsSide(at now: NIODeadline) {
        abandonment = now + limits.halfClosed
    }

    mutating func beganDraining(at now: NIODeadline) {
        drainEnd = drainEnd ?? now + limits.drain
    }

    // MARK: What follows

    /// The next time at which something may expire.
    var nextCheck: NIODeadline? {
        var next: NIODeadline?
        func consider(_ deadline: NIODeadline?) {
            guard let deadline else { return }
            next = next.map { min($0, deadline) } ?? deadline
        }
        switch wait {
        case .nothing: break
        case .until(let deadline, _): consider(deadline)
        case .body(let windowEnd, _): if !isBodyHeldBack { consider(windowEnd) }
        }
        consider(nextOutputCheck)
        consider(abandonment)
        consider(drainEnd)
        return next
    }

    /// What has expired, if anything.
    mutating func check(at now: NIODeadline, output: Output) -> Expiry? {
        if let drainEnd, now >= drainEnd { return .drain }
        if let abandonment, now >= abandonment { return .abandoned }
        if let nextOutputCheck, now >= nextOutputCheck, outputStalls(at: now, output: output) { return .write }
        switch wait {
        case .nothing: break
        case .until(let deadline, let expiry):
            guard now >= deadline else { break }
            guard expiry == .idle, output.buffered > 0 else { return expiry }
            // The client is still reading. Its progress is watched, and the connection counts as idle only afterwards.
            wait = .until(now + limits.idle, .idle)
            beganOutput(at: now)
        case .body(let windowEnd, let received):
            if isBodyHeldBack || now < windowEnd { break }
            if received < limits.bodyMinimum { return .body }
            awaitsBody(at: now)
        }
        return nil
    }

    private mutating func outputStalls(at now: NIODeadline, output: Output) -> Bool {
        nextOutputCheck = now + Self.outputInterval(limits)
        let flushed = output.flushed
        guard output.buffered > 0 else {
            stalled = nil
            if case .until(_, .idle) = wait { nextOutputCheck = nil }
            return false
        }
        guard let stalled, flushed <= stalled.flushed else {
            stalled = (now, flushed)
            return false
        }
        return now - stalled.since >= limits.write
    }

    private static func outputInterval(_ limits: ServerLimits) -> TimeAmount {
        .nanoseconds(max(limits.write.nanoseconds / 4, 1_000_000))
    }
}
