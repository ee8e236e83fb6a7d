import HTTPMessages
import HTTPTypes
import Logging
import NIOCore
import NIOHPACK
import NIOHTTP2

/// Carries the one exchange of an HTTP/2 stream.
final class HTTP2StreamHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    fileprivate enum Answer {
        case none
        case streaming(remaining: Int?)
        case done
    }

    /// An HTTP/2 stream has one exchange.
    private static let exchange = 1
    /// Longer parts of a body are sent in pieces of this size, to measure the progress of a slow reader.
    private static let piece = 16 * 1024

    private let connection: ConnectionContext
    private let meter: ByteMeter
    private let identifierNumber: Int
    private let exchanges: AsyncStream<Exchange>.Continuation
    private var intake: BodyIntake
    private var context: ChannelHandlerContext?
    /// The head, until it is known whether a body follows.
    private var head: HTTP2RequestHead?
    private var hasHead = false
    private var pipe: BodyPipe?
    private var body = RequestBodyState(isExpected: false)
    private var isHeadRequest = false
    private var answer = Answer.none
    private var unsent = ByteBuffer()
    /// The trailers of the answer.
    private var trailers: HTTPFields?
    private var piecesSent = 0
    private var waiters = WritabilityWaiters()
    private var timer = DeadlineTimer()
    private var date = HTTPDate()
    private var hasFinished = false

    init(connection: ConnectionContext, meter: ByteMeter, identifierNumber: Int, exchanges: AsyncStream<Exchange>.Continuation) {
        self.connection = connection
        self.meter = meter
        self.identifierNumber = identifierNumber
        self.exchanges = exchanges
        intake = BodyIntake(limits: connection.limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closed()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed()
        context.fireChannelInactive()
    }

    private func closed() {
        timer.cancel()
        pipe?.fail(ConnectionClosed())
        pipe = nil
        exchanges.finish()
        answer = .done
        waiters.fail(ConnectionClosed())
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.logger.debug("stream failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            switch unwrapInboundIn(data) {
            case .headers(let block):
                if hasHead {
                    receiveEnd(trailers: try HTTPFields(trailers: block.headers))
                } else {
                    hasHead = true
                    head = try HTTP2RequestHead(block.headers)
                    if block.endStream { receiveEnd() }
                }
            case .data(let data):
                guard case .byteBuffer(let bytes) = data.data else { return }
                if bytes.readableBytes > 0 || !data.endStream { receive(bytes) }
                if data.endStream { receiveEnd() }
            default: break
            }
        } catch {
            errorCaught(context: context, error: error)
        }
    }

    private func receive(_ bytes: ByteBuffer) {
        openExchange(hasBody: true)
        if body.received(bytes: bytes.readableBytes) { awaitBody() }
        intake.deadlines.receivedBody(bytes: bytes.readableBytes)
        if case .done = answer { return }
        if pipe?.push(bytes) == false, let context { intake.holdBack(at: context.eventLoop.now) }
    }

    private func receiveEnd(trailers: HTTPFields? = nil) {
        body.ended()
        openExchange(hasBody: false)
        intake.deadlines.receivedWholeRequest()
        pipe?.finish(trailers: trailers)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        openExchange(hasBody: true)
        context.fireChannelReadComplete()
    }

    /// Hands the request on once it is known whether it has a body.
    private func openExchange(hasBody: Bool) {
        guard let head, let context else { return }
        self.head = nil
        isHeadRequest = head.method == .head
        do {
            let handle = ExchangeHandle(self, exchange: Self.exchange, eventLoop: context.eventLoop)
            let request = try request(head, hasBody: hasBody, handle)
            exchanges.yield(Exchange(request: request, handle: handle))
            exchanges.finish()
        } catch {
            refuse(error, head)
        }
    }

    private func request(_ head: HTTP2RequestHead, hasBody: Bool, _ handle: ExchangeHandle) throws(Problem) -> Request {
        guard head.headers.count <= connection.limits.headFields, head.size <= connection.limits.headSize else {
            throw Problem(.headTooLarge, "The request's head is larger than this server takes")
        }
        let target: RequestTarget
        do {
            target = try RequestTarget(head.path)
        } catch {
            throw Problem(.badTarget, error.explanation)
        }
        guard target.authority == nil else { throw Problem(.badTarget, RequestTarget.Failure.notAPath.explanation) }
        var headers = head.headers
        let hosts = headers[values: .hostField]
        headers[.hostField] = nil
        guard let authority = head.authority ?? hosts.first, hosts.count <= 1, hosts.allSatisfy({ $0 == authority }),
            authority.utf8.allSatisfy(\.isAuthorityByte), !authority.isEmpty
        else { throw Problem(.badRequest, "There is not exactly one host") }
        let body: RequestBody
        if hasBody {
            let expectsContinue = headers[.expect]?.isASCIICaseInsensitivelyEqual(to: "100-continue") == true
            self.body = RequestBodyState(isExpected: true, expectsContinue: expectsContinue)
            let pipe = BodyPipe(
                upstream: .init(
                    started: { handle.perform { $0.startBody(exchange: $1) } },
                    resume: { handle.perform { $0.resumeBody(exchange: $1) } }))
            self.pipe = pipe
            body = RequestBody(pipe: pipe, declaredLength: headers[.contentLength].flatMap { Int($0) })
            if !expectsContinue { awaitBody() }
        } else {
            body = .empty
        }
        let id = connection.requestID(given: headers[.xRequestID], number: identifierNumber)
        return connection.request(
            method: head.method, target: target, headers: headers, authority: authority, id: id, body: body)
    }

    private func refuse(_ problem: Problem, _ head: HTTP2RequestHead) {
        let known = RefusedHead(method: head.method, target: head.path, requestID: head.headers[.xRequestID])
        let id = connection.requestID(given: known.requestID, number: identifierNumber)
        var response = problem.response(instance: known.path, requestID: id)
        response.headers[.xRequestID] = id
        guard case .bytes(let body) = response.body else { return }
        exchanges.finish()
        send(
            ResponseHead(status: response.status, headers: response.headers), body: body, length: body.readableBytes,
            exchange: Self.exchange)
    }

    private func readOn() {
        guard let context else { return }
        switch intake.release(at: context.eventLoop.now) {
        case .unchanged: break
        case .resumed: arm()
        case .owesRead:
            arm()
            context.read()
        }
    }

    private func awaitBody() {
        guard let context else { return }
        intake.deadlines.awaitsBody(at: context.eventLoop.now)
        arm()
    }

    // MARK: Time

    private func arm() {
        guard let context, let next = intake.deadlines.nextCheck, context.channel.isActive, timer.isLate(for: next) else { return }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer.set(context.eventLoop.scheduleTask(deadline: next) { handler.value.timerFired() }, at: next)
    }

    private func timerFired() {
        guard let context else { return }
        timer.fired()
        // While the whole connection waits for the client, HTTP2ConnectionGuard watches it.
        let isWaiting = (unsent.readableBytes > 0 || !context.channel.isWritable || answer.isDone) && meter.output.buffered == 0
        let output = ConnectionDeadlines.Output(written: piecesSent, buffered: isWaiting ? 1 : 0)
        switch intake.deadlines.check(at: context.eventLoop.now, output: output) {
        case nil: arm()
        case .body:
            if case .done = answer {
                reset(.cancel)
            } else {
                intake.deadlines.receivedWholeRequest()
                pipe?.fail(Problem(.requestTimeout, "The body did not arrive in time"))
                arm()
            }
        default: reset(.cancel)
        }
    }

    // MARK: Writing

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        sendPieces()
        context.fireChannelWritabilityChanged()
    }

    private func sendPieces() {
        guard let context else { return }
        while context.channel.isWritable, let piece = unsent.readSlice(length: min(unsent.readableBytes, Self.piece)),
            piece.readableBytes > 0
        {
            piecesSent += 1
            context.writeAndFlush(wrapOutboundOut(.data(.init(data: .byteBuffer(piece)))), promise: nil)
        }
        guard unsent.readableBytes == 0 else { return }
        if case .done = answer {
            finish()
        } else if context.channel.isWritable {
            waiters.resume()
        }
    }

    /// Ends the stream after the last piece. The rest of a body that is still arriving is no longer wanted.
    private func finish() {
        guard let context, !hasFinished else { return }
        hasFinished = true
        let isWhole = body.isWhole
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let ended = context.eventLoop.makePromise(of: Void.self)
        ended.futureResult.whenSuccess {
            if !isWhole { handler.value.reset(.noError) }
        }
        let end: HTTP2Frame.FramePayload
        if let trailers {
            var block = HPACKHeaders()
            block.add(trailers)
            end = .headers(.init(headers: block, endStream: true))
        } else {
            end = .data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))
        }
        context.writeAndFlush(wrapOutboundOut(end), promise: ended)
        intake.deadlines.beganOutput(at: context.eventLoop.now)
        arm()
    }

    private func reset(_ code: NIOHTTP2.HTTP2ErrorCode) {
        guard let context else { return }
        unsent.clear()
        hasFinished = true
        answer = .done
        context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
        context.close(promise: nil)
    }

    private func writeHead(_ head: ResponseHead, length: Int?) {
        var headers = head.headers
        for name in [HTTPField.Name.connection, .transferEncoding, .upgrade, .contentLength] { headers[name] = nil }
        headers[.date] = date.current()
        if let length, head.status.code != 204, head.status.code != 304 { headers[.contentLength] = String(length) }
        context?.write(wrapOutboundOut(.headers(.init(headers: HPACKHeaders(status: head.status, fields: headers)))), promise: nil)
    }
}

extension HTTP2StreamHandler.Answer {
    fileprivate var isDone: Bool { if case .done = self { true } else { false } }
}

extension HTTP2StreamHandler: ChannelOutboundHandler {
    typealias OutboundIn = Never

    func read(context: ChannelHandlerContext) {
        if intake.mayRead() { context.read() }
    }
}

extension HTTP2StreamHandler: ExchangeTransport {
    func send(_ head: ResponseHead, body: ByteBuffer, length: Int?, exchange: Int) {
        guard case .none = answer, context != nil else { return }
        answer = .done
        writeHead(head, length: length)
        if !isHeadRequest, head.status.code != 204, head.status.code != 304 { unsent = body }
        readOn()
        context?.flush()
        sendPieces()
    }

    func begin(_ head: ResponseHead, length: Int?, exchange: Int) {
        guard case .none = answer, let context else { return }
        answer = .streaming(remaining: length)
        writeHead(head, length: length)
        context.flush()
        intake.deadlines.beganOutput(at: context.eventLoop.now)
        arm()
    }

    func write(_ bytes: ByteBuffer, exchange: Int) -> ExchangeWriteOutcome {
        guard case .streaming(let remaining) = answer, let context, context.channel.isActive else { return .closed }
        if let remaining {
            guard bytes.readableBytes <= remaining else {
                reset(.internalError)
                return .closed
            }
            answer = .streaming(remaining: remaining - bytes.readableBytes)
        }
        if unsent.readableBytes == 0 {
            unsent = bytes
        } else {
            unsent.writeImmutableBuffer(bytes)
        }
        sendPieces()
        return unsent.readableBytes == 0 && context.channel.isWritable ? .written : .full
    }

    func whenWritable(_ continuation: CheckedContinuation<Void, any Error>, id: Int, exchange: Int) {
        guard case .streaming = answer, let context, context.channel.isActive else {
            continuation.resume(throwing: ConnectionClosed())
            return
        }
        if unsent.readableBytes == 0, context.channel.isWritable {
            continuation.resume()
            return
        }
        waiters.add(continuation, id: id)
    }

    func cancelWait(id: Int, exchange: Int) {
        waiters.cancel(id: id)
    }

    func end(trailers: HTTPFields?, exchange: Int) {
        guard case .streaming(let remaining) = answer else { return }
        if let remaining, remaining > 0 {
            reset(.internalError)
            return
        }
        self.trailers = trailers
        answer = .done
        sendPieces()
    }

    func abort(exchange: Int) {
        reset(.internalError)
    }

    func startBody(exchange: Int) {
        guard case .none = answer, body.ask() else { return }
        context?.writeAndFlush(wrapOutboundOut(.headers(.init(headers: HPACKHeaders(status: .continue, fields: [:])))), promise: nil)
        awaitBody()
    }

    func resumeBody(exchange: Int) {
        readOn()
    }
}
