import HTTPMessages
import HTTPTypes
import NIOCore

extension HTTP1Handler: ExchangeTransport {
    private static let copiedBody = 16 * 1024

    func send(_ head: ResponseHead, body: ByteBuffer, length: Int?, exchange: Int) {
        guard let context, mode == .open, var current, current.number == exchange, case .none = current.answer else { return }
        let framing = HTTP1ResponseFraming(status: head.status, length: length, isHead: current.isHead, isHTTP10: current.isHTTP10)
        current.keepsAlive = mayKeepAlive(current, framing)
        current.answer = .done
        self.current = current
        var body = body
        if case .noBody = framing { body.clear() }
        var buffer = context.channel.allocator.buffer(capacity: 512 + min(body.readableBytes, Self.copiedBody))
        writeHead(head, framing, current, to: &buffer)
        if body.readableBytes <= Self.copiedBody {
            buffer.writeBuffer(&body)
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        } else {
            context.write(wrapOutboundOut(buffer), promise: nil)
            context.writeAndFlush(wrapOutboundOut(body), promise: nil)
            watchOutput()
        }
        finishAnswer()
    }

    func begin(_ head: ResponseHead, length: Int?, exchange: Int) {
        guard let context, mode == .open, var current, current.number == exchange, case .none = current.answer else { return }
        let tunnel = head.status == .switchingProtocols ? current.tunnel : nil
        let framing =
            tunnel == nil
            ? HTTP1ResponseFraming(status: head.status, length: length, isHead: current.isHead, isHTTP10: current.isHTTP10) : .tunnel
        current.keepsAlive = mayKeepAlive(current, framing)
        current.answer = .streaming(framing, remaining: length)
        self.current = current
        var buffer = context.channel.allocator.buffer(capacity: 512)
        writeHead(head, framing, current, to: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        deadlines.beganOutput(at: context.eventLoop.now)
        arm()
        if let tunnel { startTunnel(tunnel) }
    }

    func write(_ bytes: ByteBuffer, exchange: Int) -> ExchangeWriteOutcome {
        guard let context, mode == .open, var current, current.number == exchange,
            case .streaming(let framing, let remaining) = current.answer
        else { return .closed }
        switch framing {
        case .noBody: return .written
        case .chunked:
            var line = context.channel.allocator.buffer(capacity: 16)
            HTTP1ResponseFraming.writeChunkHead(bytes.readableBytes, to: &line)
            context.write(wrapOutboundOut(line), promise: nil)
            context.write(wrapOutboundOut(bytes), promise: nil)
            context.writeAndFlush(wrapOutboundOut(Self.lineEnd), promise: nil)
        case .length, .untilClose, .tunnel:
            if let remaining {
                guard bytes.readableBytes <= remaining else {
                    abort(exchange: exchange)
                    return .closed
                }
                current.answer = .streaming(framing, remaining: remaining - bytes.readableBytes)
                self.current = current
            }
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
        return context.channel.isWritable ? .written : .full
    }

    private static let lineEnd = ByteBuffer(string: "\r\n")
    private static let lastChunk = ByteBuffer(string: "0\r\n\r\n")
    private static func lastChunk(_ trailers: HTTPFields?) -> ByteBuffer {
        guard let trailers, !trailers.isEmpty else { return lastChunk }
        var buffer = ByteBuffer(string: "0\r\n")
        HTTP1ResponseFraming.writeFields(trailers, to: &buffer)
        buffer.writeStaticString("\r\n")
        return buffer
    }

    private static let continueHead = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    func whenWritable(_ continuation: CheckedContinuation<Void, any Error>, id: Int, exchange: Int) {
        guard let context, mode == .open, current?.number == exchange else {
            continuation.resume(throwing: ConnectionClosed())
            return
        }
        if context.channel.isWritable {
            continuation.resume()
            return
        }
        waiters.add(continuation, id: id)
    }

    func cancelWait(id: Int, exchange: Int) {
        guard current?.number == exchange else { return }
        waiters.cancel(id: id)
    }

    func end(trailers: HTTPFields?, exchange: Int) {
        guard let context, mode == .open, var current, current.number == exchange,
            case .streaming(let framing, let remaining) = current.answer
        else { return }
        if case .length = framing, remaining != 0 {
            abort(exchange: exchange)
            return
        }
        current.answer = .done
        self.current = current
        if framing == .chunked { context.writeAndFlush(wrapOutboundOut(Self.lastChunk(trailers)), promise: nil) }
        finishAnswer()
    }

    func abort(exchange: Int) {
        guard mode == .open, let current, current.number == exchange else { return }
        if case .streaming(.untilClose, _) = current.answer {
            reset()
        } else {
            closeChannel()
        }
    }

    func startBody(exchange: Int) {
        guard let context, mode == .open, var current, current.number == exchange, current.owesContinue, !current.isWhole else { return }
        guard case .none = current.answer else { return }
        current.owesContinue = false
        self.current = current
        context.writeAndFlush(wrapOutboundOut(Self.continueHead), promise: nil)
        deadlines.awaitsBody(at: context.eventLoop.now)
        arm()
    }

    func resumeBody(exchange: Int) {
        guard current?.number == exchange else { return }
        resumeReading()
    }

    private func writeHead(_ head: ResponseHead, _ framing: HTTP1ResponseFraming, _ current: Current, to buffer: inout ByteBuffer) {
        let connection: String? =
            if framing == .tunnel { "Upgrade" } else { current.keepsAlive ? (current.isHTTP10 ? "keep-alive" : nil) : "close" }
        framing.writeHead(head, connection: connection, date: date.current(), to: &buffer)
    }

    /// Whether the connection can go on after this answer: not if the rest of the request's body is too long to be skipped, or if the
    /// client may or may not send it.
    private func mayKeepAlive(_ current: Current, _ framing: HTTP1ResponseFraming) -> Bool {
        guard current.keepsAlive, !isDraining, !isInputClosed, framing != .untilClose else { return false }
        if current.isWhole || current.pipe == nil { return true }
        guard !current.owesContinue, let missing = current.missing else { return false }
        return missing <= connection.limits.skippedBody
    }

    private func finishAnswer() {
        guard let current else { return }
        waiters.fail(ConnectionClosed())
        if !current.keepsAlive {
            closeAfterAnswer()
        } else if current.isWhole {
            next()
        } else {
            resumeReading()
        }
    }
}
