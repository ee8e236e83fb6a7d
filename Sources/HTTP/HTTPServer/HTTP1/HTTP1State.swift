import HTTPTypes
import NIOCore
import NIOHTTP1

/// The state of one HTTP/1 connection. It reads and writes nothing and has no clock: each event is a call, with the time where it matters, that
/// returns what to do.
///
///     idle ──head──► exchange ──answered──► idle, or awaitingReader while the client has not taken enough of the answers
///                       └──last answer──► closing ──flushed──► lingering
///     and from each of them to closed
struct HTTP1State: ~Copyable {
    private enum State {
        /// No request has begun. Left by ``begin(_:at:)``, ``beginRefusal(isHead:isHTTP10:)`` and ``beginUnreadable()``.
        case idle
        /// As `idle`, but requests that arrive have to wait. Left by ``becameWritable()`` for `idle`.
        case awaitingReader
        /// A request is being read or answered. Left by ``next(isWritable:at:)``, ``beginClosing(at:)`` and ``beginLingering(at:)``.
        case exchange(Current)
        /// The last answer is being sent. Left by ``beginLingering(at:)``.
        case closing(lingers: Bool)
        /// The last answer has been sent; bytes that still arrive are discarded.
        case lingering
        case closed
    }

    private struct Current {
        let number: Int
        let opening: Opening
        var keepsAlive: Bool
        var body: RequestBodyState
        var isTunnel = false
        var answer = Answer.none
    }

    private enum Answer {
        case none
        case streaming(HTTP1ResponseFraming, remaining: Int?)
        case done
    }

    private let limits: ServerLimits
    private var state = State.idle
    private var intake: BodyIntake
    /// Parts of later requests.
    private var pending = CircularBuffer<HTTPServerRequestPart>()
    private var requestCount = 0
    /// Bytes that were discarded at the end of the connection.
    private var discarded = 0
    /// The decoder has given up: what follows cannot be understood.
    private var isUnframed = false
    private var isDraining = false
    private(set) var isInputClosed = false

    init(limits: ServerLimits) {
        self.limits = limits
        intake = BodyIntake(limits: limits)
    }

    // MARK: The connection

    var isClosed: Bool { if case .closed = state { true } else { false } }

    mutating func opened(at now: NIODeadline) {
        intake.deadlines.beganWaiting(at: now)
    }

    /// - Returns: false if it was closed already.
    mutating func closed() -> Bool {
        guard !isClosed else { return false }
        state = .closed
        pending.removeAll()
        return true
    }

    /// The client has closed its side.
    mutating func inputClosed(at now: NIODeadline) -> InputEnd {
        isInputClosed = true
        switch state {
        case .idle, .awaitingReader: return .close
        case .lingering: return .closeAtOnce
        case .closing, .closed: return .nothing
        case .exchange(var current):
            let end = current.isTunnel ? InputEnd.finishBody : current.body.isWhole ? .nothing : .failBody
            current.body.ended()
            current.keepsAlive = false
            state = .exchange(current)
            intake.deadlines.receivedWholeRequest()
            intake.deadlines.clientClosedItsSide(at: now)
            return end
        }
    }

    /// The server shuts down.
    /// - Returns: whether to close as soon as the answers that were written have left.
    mutating func drain(at now: NIODeadline) -> Bool {
        isDraining = true
        switch state {
        case .lingering, .closed: return false
        case .exchange, .closing:
            intake.deadlines.beganDraining(at: now)
            return false
        case .idle, .awaitingReader:
            intake.deadlines.beganDraining(at: now)
            return true
        }
    }

    /// The decoder gave up.
    /// - Parameter atEnd: whether that was because the connection ended within a message.
    mutating func receivedGarbage(atEnd: Bool) -> Garbage {
        switch state {
        case .idle, .awaitingReader:
            isUnframed = !atEnd
            // A refusal would look like the answer to the request that waits.
            return pending.isEmpty ? .refuse : .close
        case .exchange(var current):
            isUnframed = !atEnd
            let wasWhole = current.body.isWhole
            current.body.ended()
            current.keepsAlive = false
            state = .exchange(current)
            intake.deadlines.receivedWholeRequest()
            pending.removeAll()
            if case .done = current.answer { return .close }
            return wasWhole ? .nothing : .failBody
        case .closing, .lingering, .closed: return .nothing
        }
    }

    // MARK: Reading

    mutating func mayRead() -> Bool { intake.mayRead() }

    mutating func received(_ part: HTTPServerRequestPart, at now: @autoclosure () -> NIODeadline) -> Receipt {
        switch state {
        case .idle: return .process
        case .exchange(let current) where !current.body.isWhole: return .process
        case .awaitingReader, .exchange:
            pending.append(part)
            intake.holdBack(at: now())
            return .keep
        case .lingering:
            if case .body(let bytes) = part { return discard(bytes: bytes.readableBytes) ? .drop : .close }
            return .drop
        case .closing, .closed: return .drop
        }
    }

    /// Counts bytes that are discarded at the end.
    /// - Returns: false when the client sends too much.
    mutating func discard(bytes: Int) -> Bool {
        discarded += bytes
        return discarded <= limits.lingerBytes
    }

    /// The bytes that were available have been read.
    /// - Returns: whether a head has begun, which has to end in time.
    mutating func finishedReading(at now: @autoclosure () -> NIODeadline) -> Bool {
        guard case .idle = state else { return false }
        intake.deadlines.receivedPartOfHead(at: now())
        return true
    }

    /// A request begins.
    /// - Returns: the number of its exchange.
    mutating func begin(_ opening: Opening, at now: @autoclosure () -> NIODeadline) -> Int {
        let body =
            switch opening.framing {
            case .none: RequestBodyState(isExpected: false)
            case .length(let length): RequestBodyState(isExpected: true, length: length, expectsContinue: opening.expectsContinue)
            case .chunked: RequestBodyState(isExpected: true, expectsContinue: opening.expectsContinue)
            }
        let number = begin(opening, body)
        if body.isExpected, !body.owesContinue { intake.deadlines.awaitsBody(at: now()) }
        return number
    }

    /// A request begins of which only the first line can be read. It is the connection's last.
    mutating func beginUnreadable() -> Int {
        var body = RequestBodyState(isExpected: false)
        body.ended()
        return begin(Opening(keepsAlive: false), body)
    }

    /// A request is refused without an exchange. It is the connection's last.
    mutating func beginRefusal(isHead: Bool, isHTTP10: Bool) -> Int {
        begin(Opening(isHead: isHead, isHTTP10: isHTTP10, keepsAlive: false), RequestBodyState(isExpected: false))
    }

    private mutating func begin(_ opening: Opening, _ body: RequestBodyState) -> Int {
        requestCount += 1
        intake.deadlines.receivedHead()
        switch state {
        case .idle, .awaitingReader, .exchange:
            state = .exchange(Current(number: requestCount, opening: opening, keepsAlive: opening.keepsAlive, body: body))
        case .closing, .lingering, .closed: break
        }
        return requestCount
    }

    mutating func receivedBody(bytes: Int, at now: @autoclosure () -> NIODeadline) -> BodyReceipt {
        guard case .exchange(var current) = state else { return .drop }
        if current.body.received(bytes: bytes) { intake.deadlines.awaitsBody(at: now()) }
        intake.deadlines.receivedBody(bytes: bytes)
        guard case .done = current.answer else {
            state = .exchange(current)
            return .push
        }
        let skipped = current.body.skip(bytes: bytes)
        state = .exchange(current)
        return skipped > limits.skippedBody ? .linger : .drop
    }

    /// - Returns: whether the exchange is over.
    mutating func receivedEnd() -> Bool {
        guard case .exchange(var current) = state else { return false }
        current.body.ended()
        state = .exchange(current)
        intake.deadlines.receivedWholeRequest()
        if case .done = current.answer { return true }
        return false
    }

    /// The body's reader is slower than the client.
    mutating func holdBack(at now: NIODeadline) { intake.holdBack(at: now) }

    /// The body's reader has caught up.
    mutating func resumeBody(exchange: Int, at now: NIODeadline) -> BodyIntake.Release {
        isPresent(exchange) ? intake.release(at: now) : .unchanged
    }

    /// The handler asks for the body.
    /// - Returns: whether `100 Continue` is due.
    mutating func askForBody(exchange: Int, at now: @autoclosure () -> NIODeadline) -> Bool {
        guard case .exchange(var current) = state, current.number == exchange, case .none = current.answer, current.body.ask() else {
            return false
        }
        state = .exchange(current)
        intake.deadlines.awaitsBody(at: now())
        return true
    }

    // MARK: Answers

    func isPresent(_ exchange: Int) -> Bool {
        guard case .exchange(let current) = state else { return false }
        return current.number == exchange
    }

    /// An answer begins.
    /// - Parameters:
    ///   - length: the length of the body, where it is known.
    ///   - isWhole: whether the body is written with the head.
    /// - Returns: nil if the exchange is over or has its answer.
    mutating func answer(_ status: HTTPResponse.Status, length: Int?, isWhole: Bool, exchange: Int) -> AnswerHead? {
        guard case .exchange(var current) = state, current.number == exchange, case .none = current.answer else { return nil }
        let opening = current.opening
        let opensTunnel = !isWhole && status == .switchingProtocols && opening.offersUpgrade
        let framing =
            opensTunnel
            ? HTTP1ResponseFraming.tunnel
            : HTTP1ResponseFraming(status: status, length: length, isHead: opening.isHead, isHTTP10: opening.isHTTP10)
        // Not if the rest of the request's body is too long to be skipped, or if the client may or may not send it.
        current.keepsAlive =
            current.keepsAlive && !isDraining && !isInputClosed && framing != .untilClose
            && current.body.canBeSkipped(upTo: limits.skippedBody)
        current.answer = isWhole ? .done : .streaming(framing, remaining: length)
        state = .exchange(current)
        let connection: String? =
            if opensTunnel { "Upgrade" } else { current.keepsAlive ? (opening.isHTTP10 ? "keep-alive" : nil) : "close" }
        return AnswerHead(framing: framing, connection: connection)
    }

    /// Turns the connection into a tunnel: from now on its bytes are the body of the request.
    mutating func openTunnel(exchange: Int) -> Tunnel {
        guard case .exchange(var current) = state, current.number == exchange else { return .nothing }
        current.isTunnel = true
        current.body = RequestBodyState(isExpected: true)
        if isInputClosed { current.body.ended() }
        state = .exchange(current)
        return isInputClosed ? .openAtEnd : .open
    }

    /// Bytes have been written that may take a while to leave.
    mutating func beganOutput(at now: NIODeadline) { intake.deadlines.beganOutput(at: now) }

    mutating func write(bytes: Int, exchange: Int) -> Write {
        guard case .exchange(var current) = state, current.number == exchange, case .streaming(let framing, let remaining) = current.answer
        else { return .closed }
        switch framing {
        case .noBody: return .nothing
        case .chunked: return .chunk
        case .length, .untilClose, .tunnel:
            guard let remaining else { return .plain }
            guard bytes <= remaining else { return .excess }
            current.answer = .streaming(framing, remaining: remaining - bytes)
            state = .exchange(current)
            return .plain
        }
    }

    mutating func end(exchange: Int) -> End {
        guard case .exchange(var current) = state, current.number == exchange, case .streaming(let framing, let remaining) = current.answer
        else { return .nothing }
        if case .length = framing, remaining != 0 { return .short }
        current.answer = .done
        state = .exchange(current)
        return framing == .chunked ? .lastChunk : .answered
    }

    func abort(exchange: Int) -> BreakOff {
        guard case .exchange(let current) = state, current.number == exchange else { return .nothing }
        if case .streaming(.untilClose, _) = current.answer { return .reset }
        return .close
    }

    /// What comes after the answer that has been written.
    var sequel: Sequel {
        guard case .exchange(let current) = state else { return .nothing }
        if !current.keepsAlive { return .close }
        return current.body.isWhole ? .nextRequest : .skipBody
    }

    /// Goes on to the next request of the connection.
    mutating func next(isWritable: Bool, at now: NIODeadline) -> Succession {
        guard case .exchange = state else { return .nothing }
        state = .idle
        if isDraining || isInputClosed { return .close }
        intake.deadlines.becameIdle(at: now)
        if isWritable { return .processPending }
        state = .awaitingReader
        intake.holdBack(at: now)
        intake.deadlines.beganOutput(at: now)
        return .awaitReader
    }

    /// The client has taken enough of what was written.
    /// - Returns: whether the next request can begin.
    mutating func becameWritable() -> Bool {
        guard case .awaitingReader = state else { return false }
        state = .idle
        return true
    }

    /// The next waiting part whose turn has come.
    mutating func nextPending() -> HTTPServerRequestPart? {
        switch state {
        case .idle: return pending.popFirst()
        case .exchange(let current) where !current.body.isWhole: return pending.popFirst()
        case .awaitingReader, .exchange, .closing, .lingering, .closed: return nil
        }
    }

    /// The answer is written before the body has come: its rest is thrown away.
    mutating func release(at now: NIODeadline) -> BodyIntake.Release { intake.release(at: now) }

    /// Goes on reading if nothing waits.
    mutating func releaseUnlessPending(at now: NIODeadline) -> BodyIntake.Release {
        pending.isEmpty ? intake.release(at: now) : .unchanged
    }

    // MARK: The end

    /// No more will be written.
    /// - Returns: nil if the end had begun already.
    mutating func beginClosing(at now: NIODeadline) -> BodyIntake.Release? {
        let lingers: Bool
        switch state {
        case .idle, .awaitingReader: lingers = isUnframed
        case .exchange(let current): lingers = !current.body.isWhole || !pending.isEmpty || isUnframed
        case .closing, .lingering, .closed: return nil
        }
        state = .closing(lingers: lingers)
        pending.removeAll()
        let release = intake.release(at: now)
        intake.deadlines.beganOutput(at: now)
        return release
    }

    /// All that was written has left, or cannot.
    func flushed(successfully: Bool) -> Farewell {
        guard case .closing(lingers: true) = state, successfully, !isInputClosed else { return .close }
        return .linger
    }

    /// Gives a client that may still be sending time to read the last answer.
    /// - Returns: false if it is lingering already, or closed.
    mutating func beginLingering(at now: NIODeadline) -> Bool {
        switch state {
        case .idle, .awaitingReader, .exchange, .closing: break
        case .lingering, .closed: return false
        }
        state = .lingering
        intake.deadlines.beganLingering(at: now)
        return true
    }

    // MARK: Time

    /// When to call ``check(at:output:)``.
    var nextCheck: NIODeadline? { isClosed ? nil : intake.deadlines.nextCheck }

    /// What has taken too long, and what follows.
    mutating func check(at now: NIODeadline, output: ConnectionDeadlines.Output) -> Overdue? {
        guard let expiry = intake.deadlines.check(at: now, output: output) else { return nil }
        return Overdue(expiry: expiry, consequence: consequence(of: expiry))
    }

    private mutating func consequence(of expiry: ConnectionDeadlines.Expiry) -> Consequence {
        switch expiry {
        case .head:
            switch state {
            case .idle: return .refuseHead
            case .awaitingReader, .exchange, .closing, .lingering, .closed: return .nothing
            }
        case .body:
            switch state {
            case .exchange(var current):
                if case .done = current.answer { return .close }
                current.keepsAlive = false
                state = .exchange(current)
                intake.deadlines.receivedWholeRequest()
                return .failBody
            case .closing: return .close
            case .idle, .awaitingReader, .lingering, .closed: return .nothing
            }
        case .write, .drain: return .reset
        case .idle, .linger, .abandoned: return .close
        }
    }
}
