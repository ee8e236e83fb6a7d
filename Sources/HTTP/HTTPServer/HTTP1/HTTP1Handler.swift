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

/// Carries the exchanges of one HTTP/1 connection, one after the other. ``HTTP1State`` decides what to do; this handler does it.
///
/// It is the last handler of the pipeline: requests go to the connection's task as ``Exchange`` values, and their answers come back through
/// ``ExchangeTransport``.
final class HTTP1Handler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    let connection: ConnectionContext
    private let meter: ByteMeter
    let unparsed: UnparsedBytes
    let exchanges: AsyncStream<Exchange>.Continuation
    var state: HTTP1State
    /// The body of the current request.
    private var body: BodyPipe?
    /// Receives the client's bytes if the upgrade that it offered is accepted.
    private var tunnel: BodyPipe?
    private var timer = DeadlineTimer()
    private(set) var context: ChannelHandlerContext?
    var waiters = WritabilityWaiters()
    var date = HTTPDate()

    init(connection: ConnectionContext, meter: ByteMeter, unparsed: UnparsedBytes, exchanges: AsyncStream<Exchange>.Continuation) {
        self.connection = connection
        self.meter = meter
        self.unparsed = unparsed
        self.exchanges = exchanges
        state = HTTP1State(limits: connection.limits)
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
        state.opened(at: now())
        arm()
    }

    private func closed() {
        guard state.closed() else { return }
        timer.cancel()
        body?.fail(ConnectionClosed())
        tunnel?.fail(ConnectionClosed())
        (body, tunnel) = (nil, nil)
        exchanges.finish()
        waiters.fail(ConnectionClosed())
    }

    func closeChannel() {
        context?.close(promise: nil)
    }

    /// Resets the connection, so that the client cannot mistake a part of the answer for the whole.
    func reset() {
        if let socket = context?.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        closeChannel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: inputClosed()
        case is ChannelShouldQuiesceEvent: if state.drain(at: now()) { closeWhenFlushed() } else { arm() }
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func inputClosed() {
        switch state.inputClosed(at: now()) {
        case .nothing: break
        case .close: return closeWhenFlushed()
        case .closeAtOnce: return closeChannel()
        case .finishBody: body?.finish()
        case .failBody: body?.fail(Self.endedEarly)
        }
        arm()
    }

    private static let endedEarly = Problem(.incompleteBody, "The connection ended before the body did")

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .dataReceivedInErrorState(_, let bytes)? = error as? ByteToMessageDecoderError {
            // These bytes follow something that the decoder has refused.
            if !state.discard(bytes: bytes.readableBytes) { closeChannel() }
            return
        }
        guard let parserError = error as? HTTPParserError else {
            connection.logger.debug("connection failed", metadata: ["error": "\(error)"])
            closeChannel()
            return
        }
        let atEnd = parserError == .invalidEOFState
        switch state.receivedGarbage(atEnd: atEnd) {
        case .nothing: break
        case .failBody: body?.fail(atEnd ? Self.endedEarly : Problem(.badRequest, "The body is not framed as HTTP/1.1 asks for"))
        case .refuse: refuse(parserError, unparsed.head)
        case .close: closeWhenFlushed()
        }
    }

    // MARK: Reading

    func read(context: ChannelHandlerContext) {
        if state.mayRead() { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unparsed.forget()
        let part = unwrapInboundIn(data)
        switch state.received(part, at: now()) {
        case .process: process(part)
        case .keep, .drop: break
        case .close: closeChannel()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if state.finishedReading(at: now()) { arm() }
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
        let request: HTTP1RequestHead
        do {
            request = try HTTP1RequestHead(head)
        } catch {
            let known = RefusedHead(method: HTTPRequest.Method(head.method.rawValue), target: head.uri, requestID: Self.requestID(head))
            refuse(error, known, isHTTP10: head.version.minor == 0)
            return
        }
        guard let context else { return }
        let number = state.begin(HTTP1State.Opening(request), at: now())
        let handle = ExchangeHandle(self, exchange: number, eventLoop: context.eventLoop)
        let body: RequestBody
        switch request.framing {
        case .none: body = .empty
        case .length, .chunked:
            let pipe = makePipe(handle)
            self.body = pipe
            let declaredLength: Int? = if case .length(let length) = request.framing { length } else { nil }
            body = RequestBody(pipe: pipe, declaredLength: declaredLength)
            arm()
        }
        var upgrade: UpgradeOffer?
        if !request.upgradeProtocols.isEmpty {
            let pipe = makePipe(handle)
            tunnel = pipe
            upgrade = UpgradeOffer(protocols: request.upgradeProtocols, bytes: RequestBody(pipe: pipe, declaredLength: nil))
        }
        let id = connection.requestID(given: request.headers[.xRequestID], number: number)
        exchanges.yield(
            Exchange(
                request: connection.request(
                    upgrade: upgrade, method: request.method, target: request.target, headers: request.headers, authority: request.authority, id: id,
                    body: body),
                handle: handle))
    }

    /// The `X-Request-Id`, if there is exactly one.
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
        switch state.receivedBody(bytes: bytes.readableBytes, at: now()) {
        case .push: if body?.push(bytes) == false { state.holdBack(at: now()) }
        case .drop: break
        case .linger: startLingering()
        }
    }

    private func receiveEnd(_ trailers: HTTPFields?) {
        let isOver = state.receivedEnd()
        body?.finish(trailers: trailers)
        if isOver { next() }
    }

    func follow(_ release: BodyIntake.Release) {
        switch release {
        case .unchanged: break
        case .resumed: arm()
        case .owesRead:
            arm()
            context?.read()
        }
    }

    // MARK: One request after the other

    /// Goes on to the next request of the connection.
    private func next() {
        let now = now()
        (body, tunnel) = (nil, nil)
        switch state.next(isWritable: context?.channel.isWritable != false, at: now) {
        case .nothing: break
        case .close: closeWhenFlushed()
        case .awaitReader: arm()
        case .processPending: processPending(at: now)
        }
    }

    private func processPending(at now: NIODeadline) {
        while let part = state.nextPending() { process(part) }
        follow(state.releaseUnlessPending(at: now))
        arm()
    }

    /// Goes on when the answer has been written.
    func finishAnswer() {
        let sequel = state.sequel
        if sequel == .nothing { return }
        waiters.fail(ConnectionClosed())
        switch sequel {
        case .nothing: break
        case .close: closeWhenFlushed()
        case .nextRequest: next()
        case .skipBody: follow(state.release(at: now()))
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            waiters.resume()
            if state.becameWritable() { processPending(at: now()) }
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Tunnels

    /// Turns the connection into a tunnel: from now on its bytes are the body of the request.
    func openTunnel(exchange: Int) {
        let opening = state.openTunnel(exchange: exchange)
        guard opening != .nothing, let context else { return }
        (body, tunnel) = (tunnel, nil)
        if opening == .openAtEnd { body?.finish() }
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(TunnelBytes(), position: .before(self))
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            // The decoder passes on the bytes that it has not decoded when it is removed.
            pipeline.removeHandler(decoder, promise: nil)
            pipeline.removeHandler(unparsed, promise: nil)
        } catch {
            connection.logger.error("no tunnel", metadata: ["error": "\(error)"])
            closeChannel()
        }
    }

    // MARK: The end

    /// Closes once everything that was written has left. A client that may still be sending gets time to read it first.
    private func closeWhenFlushed() {
        guard let context, let release = state.beginClosing(at: now()) else { return }
        exchanges.finish()
        follow(release)
        arm()
        let flushed = context.eventLoop.makePromise(of: Void.self)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        flushed.futureResult.whenComplete { result in
            let isFlushed = if case .success = result { true } else { false }
            switch handler.value.state.flushed(successfully: isFlushed) {
            case .linger: handler.value.startLingering()
            case .close: handler.value.closeChannel()
            }
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: flushed)
    }

    private func startLingering() {
        guard let context, state.beginLingering(at: now()) else { return }
        exchanges.finish()
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

    /// Sets the timer if something may expire before the present one fires.
    func arm() {
        guard let context, let next = state.nextCheck, timer.isLate(for: next) else { return }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer.set(context.eventLoop.scheduleTask(deadline: next) { handler.value.timerFired() }, at: next)
    }

    /// Watches the progress of bytes that did not leave at once.
    func watchOutput() {
        if meter.output.buffered > 0 { beganOutput() }
    }

    func beganOutput() {
        state.beganOutput(at: now())
        arm()
    }

    private func timerFired() {
        timer.fired()
        guard let overdue = state.check(at: now(), output: meter.output) else {
            arm()
            return
        }
        connection.logger.debug("connection took too long", metadata: ["what": "\(overdue.expiry)"])
        switch overdue.consequence {
        case .nothing: arm()
        case .refuseHead: refuse(Problem(.requestTimeout, "The request's head did not arrive in time"), unparsed.head)
        case .failBody:
            body?.fail(Problem(.requestTimeout, "The body did not arrive in time"))
            arm()
        case .close: closeChannel()
        case .reset: reset()
        }
    }
}
