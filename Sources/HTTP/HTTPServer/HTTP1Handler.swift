#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import HTTPMessages
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import NIOTLS

/// Carries the exchanges of one HTTP/1 connection, one after the other.
///
/// Above it there is nothing: requests go to the connection's task as ``Exchange`` values, and their answers come back through
/// ``ExchangeTransport``. Below it are the decoder, TLS where it is used, and the ``ByteMeter``.
final class HTTP1Handler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// The request that is being read or answered.
    struct Current {
        let number: Int
        let isHead: Bool
        let isHTTP10: Bool
        var keepsAlive: Bool
        var pipe: BodyPipe?
        /// Bytes of the body that are still to come, where its length was declared.
        var missing: Int?
        var isWhole: Bool
        /// The client waits for `100 Continue`.
        var owesContinue: Bool
        /// Bytes of the body that were thrown away because nobody read them.
        var skipped = 0
        var answer = Answer.none
        /// Where the bytes of the client go if its offer of another protocol is taken.
        var tunnel: BodyPipe?
        var isTunnel = false

        enum Answer {
            case none
            case streaming(HTTP1ResponseFraming, remaining: Int?)
            case done
        }
    }

    enum Mode {
        case open
        /// The last answer is being sent.
        case closing
        /// The last answer is sent; what still comes is thrown away.
        case lingering
        case closed
    }

    let connection: ConnectionContext
    let meter: ByteMeter
    private let unparsed: UnparsedBytes
    let exchanges: AsyncStream<Exchange>.Continuation
    var deadlines: ConnectionDeadlines
    var mode = Mode.open
    var current: Current?
    private var pending = CircularBuffer<HTTPServerRequestPart>()
    private var requestCount = 0
    private var isHeldBack = false
    private var owesRead = false
    /// The client has not taken enough of the earlier answers: the next request has to wait.
    private var awaitsReader = false
    private var lingered = 0
    /// What comes after the present request cannot be understood.
    private var isUnframed = false
    var isDraining = false
    var isInputClosed = false
    private var timer: (at: NIODeadline, task: Scheduled<Void>)?
    var context: ChannelHandlerContext?
    var waiters = WritabilityWaiters()
    var date = HTTPDate()

    init(connection: ConnectionContext, meter: ByteMeter, unparsed: UnparsedBytes, exchanges: AsyncStream<Exchange>.Continuation) {
        self.connection = connection
        self.meter = meter
        self.unparsed = unparsed
        self.exchanges = exchanges
        deadlines = ConnectionDeadlines(limits: connection.limits)
    }

    // MARK: Life of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { open() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closed()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        open()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    private func open() {
        deadlines.beganWaiting(at: now())
        arm()
    }

    private func closed() {
        guard mode != .closed else { return }
        mode = .closed
        timer?.task.cancel()
        timer = nil
        pending.removeAll()
        current?.pipe?.fail(ConnectionClosed())
        current?.tunnel?.fail(ConnectionClosed())
        current = nil
        exchanges.finish()
        waiters.fail(ConnectionClosed())
    }

    func closeChannel() {
        context?.close(promise: nil)
    }

    /// Closes so that the client cannot take what it got for whole.
    func reset() {
        if let socket = context?.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        closeChannel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: inputClosed()
        case is ChannelShouldQuiesceEvent: drain()
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func inputClosed() {
        isInputClosed = true
        guard mode == .open, var current else {
            if mode != .closing { closeChannel() }
            return
        }
        if current.isTunnel {
            current.pipe?.finish()
        } else if !current.isWhole {
            current.pipe?.fail(Self.endedEarly)
        }
        current.isWhole = true
        current.keepsAlive = false
        self.current = current
        deadlines.receivedWholeRequest()
        deadlines.clientClosedItsSide(at: now())
        arm()
    }

    private static let endedEarly = Problem(.incompleteBody, "The connection ended before the body did")

    private func drain() {
        isDraining = true
        guard mode == .open else { return }
        if current == nil {
            closeChannel()
        } else {
            deadlines.beganDraining(at: now())
            arm()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .dataReceivedInErrorState(_, let bytes)? = error as? ByteToMessageDecoderError {
            // What follows something that the decoder has refused.
            skipWhileLingering(bytes)
            return
        }
        guard let parserError = error as? HTTPParserError else {
            connection.logger.debug("connection failed", metadata: ["error": "\(error)"])
            closeChannel()
            return
        }
        guard mode == .open else { return }
        isUnframed = parserError != .invalidEOFState
        if var current {
            // What follows on the connection cannot be understood: the present request may still be answered.
            if !current.isWhole {
                let endedEarly = parserError == .invalidEOFState
                current.pipe?.fail(endedEarly ? Self.endedEarly : Problem(.badRequest, "The body is not framed as HTTP/1.1 asks for"))
            }
            current.isWhole = true
            current.keepsAlive = false
            self.current = current
            deadlines.receivedWholeRequest()
            pending.removeAll()
        } else {
            refuse(parserError, unparsed.head)
        }
    }

    /// Answers what the decoder did not understand.
    private func refuse(_ error: HTTPParserError, _ head: RefusedHead) {
        if error == .invalidMethod, let method = head.method, let target = head.target.flatMap({ try? RequestTarget($0) }) {
            // A method that nobody knows: the path says which ones there are.
            dispatch(method, target, head)
        } else if error == .invalidVersion, head.endsInBareLineFeed {
            refuse(Problem(.badRequest, "A line of the head does not end with CR LF"), head)
        } else {
            refuse(Problem(error), head)
        }
    }

    /// Hands on a request of which no more than the first line can be read. It is the connection's last.
    private func dispatch(_ method: HTTPRequest.Method, _ target: RequestTarget, _ head: RefusedHead) {
        guard let context else { return }
        deadlines.receivedHead()
        requestCount += 1
        let number = requestCount
        current = Current(number: number, isHead: false, isHTTP10: false, keepsAlive: false, isWhole: true, owesContinue: false)
        exchanges.yield(
            Exchange(
                request: connection.request(
                    method: method, target: target, headers: [:], authority: "",
                    id: connection.requestID(given: head.requestID, number: number), body: .empty),
                handle: ExchangeHandle(self, exchange: number, eventLoop: context.eventLoop)))
    }

    // MARK: Reading

    func read(context: ChannelHandlerContext) {
        if isHeldBack {
            owesRead = true
        } else {
            context.read()
        }
    }

    private func holdBack(_ holdsBack: Bool) {
        guard holdsBack != isHeldBack else { return }
        isHeldBack = holdsBack
        deadlines.heldBackBody(holdsBack, at: now())
        if holdsBack {
            return
        }
        arm()
        if owesRead {
            owesRead = false
            context?.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unparsed.forget()
        let part = unwrapInboundIn(data)
        switch mode {
        case .open: break
        case .lingering:
            if case .body(let bytes) = part { skipWhileLingering(bytes) }
            return
        case .closing, .closed: return
        }
        if awaitsReader || current?.isWhole == true {
            pending.append(part)
            holdBack(true)
        } else {
            process(part)
        }
    }

    /// Throws bytes away that come while the last answer is being read, up to a limit.
    private func skipWhileLingering(_ bytes: ByteBuffer) {
        lingered += bytes.readableBytes
        if lingered > connection.limits.lingerBytes { closeChannel() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if mode == .open, current == nil {
            deadlines.receivedPartOfHead(at: now())
            arm()
        }
        context.fireChannelReadComplete()
    }

    private func process(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): receive(head)
        case .body(let bytes): receive(bytes)
        case .end(let trailers): receiveEnd(trailers.flatMap { HTTPFields($0) })
        }
    }

    private func receive(_ head: NIOHTTP1.HTTPRequestHead) {
        deadlines.receivedHead()
        let request: HTTP1RequestHead
        do {
            request = try HTTP1RequestHead(head)
        } catch {
            let known = RefusedHead(method: HTTPRequest.Method(head.method.rawValue), target: head.uri, requestID: Self.requestID(head))
            refuse(error, known, isHTTP10: head.version.minor == 0)
            return
        }
        requestCount += 1
        let number = requestCount
        var current = Current(
            number: number, isHead: request.method == .head, isHTTP10: request.isHTTP10, keepsAlive: request.keepsAlive,
            isWhole: false, owesContinue: request.expectsContinue)
        guard let context else { return }
        let handle = ExchangeHandle(self, exchange: number, eventLoop: context.eventLoop)
        let body: RequestBody
        switch request.framing {
        case .none:
            body = .empty
        case .length(let length):
            current.missing = length
            let pipe = makePipe(handle)
            current.pipe = pipe
            body = RequestBody(pipe: pipe, declaredLength: length)
        case .chunked:
            let pipe = makePipe(handle)
            current.pipe = pipe
            body = RequestBody(pipe: pipe, declaredLength: nil)
        }
        var upgrade: UpgradeOffer?
        if !request.upgradeProtocols.isEmpty {
            let pipe = makePipe(handle)
            current.tunnel = pipe
            upgrade = UpgradeOffer(protocols: request.upgradeProtocols, bytes: RequestBody(pipe: pipe, declaredLength: nil))
        }
        if current.pipe != nil, !current.owesContinue {
            deadlines.awaitsBody(at: now())
            arm()
        }
        self.current = current
        let id = connection.requestID(given: request.headers[.xRequestID], number: number)
        exchanges.yield(
            Exchange(
                request: connection.request(
                    upgrade: upgrade, method: request.method, target: request.target, headers: request.headers, authority: request.authority, id: id,
                    body: body),
                handle: handle))
    }

    /// The only `X-Request-Id` there is.
    private static func requestID(_ head: NIOHTTP1.HTTPRequestHead) -> String? {
        let values = head.headers[HTTPField.Name.xRequestID.rawName]
        return values.count == 1 ? values[0] : nil
    }

    private func makePipe(_ handle: ExchangeHandle) -> BodyPipe {
        BodyPipe(
            upstream: .init(
                started: { handle.perform { $0.startBody(exchange: $1) } },
                resume: { handle.perform { $0.resumeBody(exchange: $1) } }))
    }

    private func receive(_ bytes: ByteBuffer) {
        guard var current else { return }
        deadlines.receivedBody(bytes: bytes.readableBytes)
        current.owesContinue = false
        current.missing = current.missing.map { $0 - bytes.readableBytes }
        if case .done = current.answer {
            current.skipped += bytes.readableBytes
            self.current = current
            if current.skipped > connection.limits.skippedBody { startLingering() }
            return
        }
        self.current = current
        if current.pipe?.push(bytes) == false { holdBack(true) }
    }

    private func receiveEnd(_ trailers: HTTPFields?) {
        guard var current else { return }
        current.isWhole = true
        self.current = current
        deadlines.receivedWholeRequest()
        current.pipe?.finish(trailers: trailers)
        if case .done = current.answer { next() }
    }

    /// Goes on to the next request of the connection.
    func next() {
        current = nil
        if isDraining || isInputClosed {
            closeChannel()
            return
        }
        deadlines.becameIdle(at: now())
        if context?.channel.isWritable == false {
            awaitsReader = true
            holdBack(true)
            deadlines.beganOutput(at: now())
            arm()
        } else {
            processPending()
        }
    }

    private func processPending() {
        while mode == .open, current?.isWhole != true, let part = pending.popFirst() {
            process(part)
        }
        if pending.isEmpty { holdBack(false) }
        arm()
    }

    /// Answers a request that has no exchange.
    private func refuse(_ problem: Problem, _ head: RefusedHead, isHTTP10: Bool = false) {
        requestCount += 1
        current = Current(
            number: requestCount, isHead: head.method == .head, isHTTP10: isHTTP10, keepsAlive: false, isWhole: false, owesContinue: false)
        let id = connection.requestID(given: head.requestID, number: requestCount)
        var response = problem.response(instance: head.path, requestID: id)
        response.headers[.xRequestID] = id
        connection.logger.info(
            "request refused", metadata: ["request_id": "\(id)", "status": "\(problem.status.code)", "reason": "\(problem.kind.reason)"])
        guard case .bytes(let body) = response.body else { return }
        send(
            ResponseHead(status: response.status, headers: response.headers), body: body, length: body.readableBytes,
            exchange: requestCount)
    }

    /// Makes a tunnel of the connection: its bytes are no longer HTTP, but the body of the request.
    func startTunnel(_ pipe: BodyPipe) {
        guard let context, var current else { return }
        current.pipe = pipe
        current.tunnel = nil
        current.isTunnel = true
        current.isWhole = isInputClosed
        self.current = current
        if isInputClosed { pipe.finish() }
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(TunnelBytes(), position: .before(self))
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            // What the decoder has not looked at is handed on as it goes.
            pipeline.removeHandler(decoder, promise: nil)
            pipeline.removeHandler(unparsed, promise: nil)
        } catch {
            connection.logger.error("no tunnel", metadata: ["error": "\(error)"])
            closeChannel()
        }
    }

    // MARK: The end

    /// Closes once all that was written has left, leaving the client time to read it where bytes of it are still on their way.
    func closeAfterAnswer() {
        guard mode == .open, let context else { return }
        let mustLinger = current?.isWhole != true || !pending.isEmpty || isUnframed
        mode = .closing
        pending.removeAll()
        holdBack(false)
        exchanges.finish()
        deadlines.beganOutput(at: now())
        arm()
        let flushed = context.eventLoop.makePromise(of: Void.self)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        flushed.futureResult.whenComplete { result in
            if case .success = result, mustLinger, !handler.value.isInputClosed {
                handler.value.startLingering()
            } else {
                handler.value.closeChannel()
            }
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: flushed)
    }

    private func startLingering() {
        guard mode == .open || mode == .closing, let context else { return }
        mode = .lingering
        exchanges.finish()
        deadlines.beganLingering(at: now())
        arm()
        let ended = context.eventLoop.makePromise(of: Void.self)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        ended.futureResult.whenFailure { _ in handler.value.closeChannel() }
        context.close(mode: .output, promise: ended)
    }

    // MARK: Time

    private func now() -> NIODeadline {
        context?.eventLoop.now ?? .now()
    }

    /// Sets the timer if something may expire before it fires.
    func arm() {
        guard mode != .closed, let context, let next = deadlines.nextCheck else { return }
        if let timer {
            if timer.at <= next { return }
            timer.task.cancel()
        }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = (next, context.eventLoop.scheduleTask(deadline: next) { handler.value.timerFired() })
    }

    /// Watches over bytes that did not leave at once.
    func watchOutput() {
        if meter.output.buffered > 0 {
            deadlines.beganOutput(at: now())
            arm()
        }
    }

    private func timerFired() {
        timer = nil
        guard let expiry = deadlines.check(at: now(), output: meter.output) else {
            arm()
            return
        }
        connection.logger.debug("connection took too long", metadata: ["what": "\(expiry)"])
        switch expiry {
        case .head: refuse(Problem(.requestTimeout, "The request's head did not arrive in time"), unparsed.head)
        case .body: bodyExpired()
        case .write, .drain: reset()
        case .handshake, .idle, .linger, .abandoned: closeChannel()
        }
    }

    private func bodyExpired() {
        guard var current else { return }
        if case .done = current.answer {
            closeChannel()
            return
        }
        current.keepsAlive = false
        self.current = current
        deadlines.receivedWholeRequest()
        current.pipe?.fail(Problem(.requestTimeout, "The body did not arrive in time"))
        arm()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            waiters.resume()
            if awaitsReader {
                awaitsReader = false
                processPending()
            }
        }
        context.fireChannelWritabilityChanged()
    }

    func resumeReading() {
        holdBack(false)
    }
}

extension Problem {
    /// What the decoder did not understand.
    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow: self.init(.headTooLarge, "The request's head is larger than this server takes")
        case .invalidVersion: self.init(.versionNotSupported, "HTTP/1.1 and HTTP/2 are spoken here")
        default: self.init(.badRequest, "This is not an HTTP/1.1 request")
        }
    }
}
