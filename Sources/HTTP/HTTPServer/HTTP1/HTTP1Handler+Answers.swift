import HTTPMessages
import HTTPTypes
import NIOCore

extension HTTP1Handler: ExchangeTransport {
    private static let copiedBody = 16 * 1024

    func send(_ head: ResponseHead, body: ByteBuffer, length: Int?, exchange: Int) {
        guard let context, let answer = state.answer(head.status, length: length, isWhole: true, exchange: exchange) else { return }
        var body = body
        if case .noBody = answer.framing { body.clear() }
        var buffer = context.channel.allocator.buffer(capacity: 512 + min(body.readableBytes, Self.copiedBody))
        answer.framing.writeHead(head, connection: answer.connection, date: date.current(), to: &buffer)
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
        guard let context, let answer = state.answer(head.status, length: length, isWhole: false, exchange: exchange) else { return }
        var buffer = context.channel.allocator.buffer(capacity: 512)
        answer.framing.writeHead(head, connection: answer.connection, date: date.current(), to: &buffer)
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        beganOutput()
        if answer.framing == .tunnel { openTunnel(exchange: exchange) }
    }

    func write(_ bytes: ByteBuffer, exchange: Int) -> ExchangeWriteOutcome {
        guard let context else { return .closed }
        switch state.write(bytes: bytes.readableBytes, exchange: exchange) {
        case .closed: return .closed
        case .nothing: return .written
        case .chunk:
            var line = context.channel.allocator.buffer(capacity: 16)
            HTTP1ResponseFraming.writeChunkHead(bytes.readableBytes, to: &line)
            context.write(wrapOutboundOut(line), promise: nil)
            context.write(wrapOutboundOut(bytes), promise: nil)
            context.writeAndFlush(wrapOutboundOut(Self.lineEnd), promise: nil)
        case .plain: context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        case .excess:
            closeChannel()
            return .closed
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
        guard let context, state.isPresent(exchange) else {
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
        if state.isPresent(exchange) { waiters.cancel(id: id) }
    }

    func end(trailers: HTTPFields?, exchange: Int) {
        guard let context else { return }
        switch state.end(exchange: exchange) {
        case .nothing: return
        case .short: return closeChannel()
        case .answered: break
        case .lastChunk: context.writeAndFlush(wrapOutboundOut(Self.lastChunk(trailers)), promise: nil)
        }
        finishAnswer()
    }

    func abort(exchange: Int) {
        switch state.abort(exchange: exchange) {
        case .nothing: break
        case .close: closeChannel()
        case .reset: reset()
        }
    }

    func startBody(exchange: Int) {
        guard let context, state.askForBody(exchange: exchange, at: context.eventLoop.now) else { return }
        context.writeAndFlush(wrapOutboundOut(Self.continueHead), promise: nil)
        arm()
    }

    func resumeBody(exchange: Int) {
        guard let context else { return }
        follow(state.resumeBody(exchange: exchange, at: context.eventLoop.now))
    }
}
