import NIOCore
import NIOTLS
import TLS

/// TLS between a socket and the handlers that speak over it. Tells them of the handshake by `TLSUserEvent.handshakeCompleted`.
///
/// The peer's close_notify ends the connection. Closing the output sends ours and then closes the socket's output; the
/// peer can still be read.
final class TLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case handshaking
        case open
        /// We have said that nothing more follows.
        case outputClosed
        case closed
    }

    /// Plaintext is passed on in buffers of about this size.
    private static let bufferSize = 64 << 10
    /// How long the last bytes of a connection may take to be sent.
    private static let closingTime: TimeAmount = .seconds(5)

    private var session: TLSSession
    private var state = State.handshaking
    private var writes = MarkedCircularBuffer<(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)>(initialCapacity: 8)
    /// Bytes for the peer that were taken out of the session.
    private var output = ByteBuffer()
    private var closing: Scheduled<Void>?

    /// - Throws: if there is no memory.
    init(_ context: TLSContext) throws(TLSError) {
        session = try TLSSession(context)
    }

    /// The certificate that the client has shown, after the handshake.
    var peerCertificate: TLSCertificate? { session.peerCertificate }

    // MARK: Bytes of the peer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state != .closed else { return }
        let bytes = unwrapInboundIn(data)
        do throws(TLSError) {
            try bytes.withUnsafeReadableBytes { bytes throws(TLSError) in try session.receive(bytes) }
            if state == .handshaking {
                guard try session.handshake() else { return sendOutput(context) }
                state = .open
                sendOutput(context)
                context.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: session.negotiatedProtocol))
                encrypt(context)
            }
            try passOn(context)
            sendOutput(context)
        } catch {
            fail(context, error)
        }
    }

    /// Passes on the plaintext of all records that have arrived.
    private func passOn(_ context: ChannelHandlerContext) throws(TLSError) {
        while state == .open || state == .outputClosed {
            var plaintext = context.channel.allocator.buffer(capacity: TLSSession.recordSize)
            var last = TLSSession.Read.bytes(0)
            while case .bytes = last, plaintext.readableBytes < Self.bufferSize {
                last = try read(into: &plaintext)
            }
            if plaintext.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(plaintext)) }
            switch last {
            case .bytes: continue
            case .needsInput: return
            case .ended: return end(context)
            }
        }
    }

    private func read(into buffer: inout ByteBuffer) throws(TLSError) -> TLSSession.Read {
        buffer.reserveCapacity(minimumWritableBytes: TLSSession.recordSize)
        var result = TLSSession.Read.needsInput
        var failure: TLSError?
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: TLSSession.recordSize) { space in
            do throws(TLSError) {
                result = try session.read(into: space)
            } catch {
                failure = error
            }
            guard case .bytes(let count) = result else { return 0 }
            return count
        }
        if let failure { throw failure }
        return result
    }

    // MARK: Bytes for the peer

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state == .handshaking || state == .open else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        writes.append((unwrapOutboundIn(data), promise))
    }

    func flush(context: ChannelHandlerContext) {
        writes.mark()
        encrypt(context)
        context.flush()
    }

    /// Encrypts and sends what was flushed.
    private func encrypt(_ context: ChannelHandlerContext) {
        guard state == .open, writes.hasMark else { return }
        var promises: [EventLoopPromise<Void>] = []
        do throws(TLSError) {
            while writes.hasMark, let (written, promise) = writes.popFirst() {
                var bytes = written
                if let promise { promises.append(promise) }
                // Record by record, so that the session's own buffer stays small for as long as the connection lives.
                while let record = bytes.readSlice(length: min(bytes.readableBytes, TLSSession.recordSize)), record.readableBytes > 0 {
                    try record.withUnsafeReadableBytes { record throws(TLSError) in try session.write(record) }
                    takeOutput()
                }
            }
        } catch {
            for promise in promises { promise.fail(error) }
            return fail(context, error)
        }
        guard let first = promises.first else { return sendOutput(context) }
        if promises.count > 1 {
            let others = promises.dropFirst()
            first.futureResult.whenComplete { result in
                for promise in others { promise.completeWith(result) }
            }
        }
        sendOutput(context, first)
    }

    /// Takes what the session has for the peer.
    private func takeOutput() {
        let count = session.pendingOutput
        guard count > 0 else { return }
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            session.takeOutput(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
        }
    }

    /// Sends what the session has for the peer.
    private func sendOutput(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>? = nil) {
        takeOutput()
        guard output.readableBytes > 0 else {
            promise?.succeed()
            return
        }
        let bytes = output
        output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
    }

    // MARK: The end

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch (mode, state) {
        case (.output, .open):
            sayGoodbye(context)
            context.close(mode: .output, promise: promise)
        case (.output, .outputClosed): promise?.fail(ChannelError.outputClosed)
        case (.all, .open):
            sayGoodbye(context)
            closeWhenSent(context, promise)
        default: context.close(mode: mode, promise: promise)
        }
    }

    /// The peer has said that nothing more follows.
    private func end(_ context: ChannelHandlerContext) {
        if state == .open { sayGoodbye(context) }
        closeWhenSent(context, nil)
    }

    private func sayGoodbye(_ context: ChannelHandlerContext) {
        encrypt(context)
        guard state == .open else { return }
        state = .outputClosed
        session.close()
        failWrites(ChannelError.outputClosed)
    }

    /// Sends the last bytes, and closes the connection once they are on their way.
    private func closeWhenSent(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        state = .closed
        let channel = context.channel
        closing = context.eventLoop.scheduleTask(in: Self.closingTime) { channel.close(promise: nil) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in context.value.close(mode: .all, promise: promise) }
        sendOutput(context.value, sent)
    }

    /// Tells the peer by an alert, and closes.
    private func fail(_ context: ChannelHandlerContext, _ error: TLSError) {
        guard state != .closed else { return }
        // Before anybody closes the connection because of the error.
        sendOutput(context)
        context.fireErrorCaught(error)
        failWrites(error)
        closeWhenSent(context, nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if state == .handshaking { context.fireErrorCaught(TLSError("the connection ended in the handshake")) }
        state = .closed
        failWrites(ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        closing?.cancel()
        failWrites(ChannelError.ioOnClosedChannel)
    }

    private func failWrites(_ error: any Error) {
        while let (_, promise) = writes.popFirst() { promise?.fail(error) }
    }
}
