import NIOCore

/// Closes a connection that has been idle for too long: a short time until the security handshake is complete, a longer one afterwards.
///
/// Use it only on the channel's event loop.
final class ConnectionDeadlines: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Time limits for clients.
    struct Limits: Sendable {
        /// For the whole handshake. HTCondor itself allows 20 s for a step.
        var handshake: TimeAmount = .seconds(20)
        /// Without a byte in either direction, after the handshake.
        var idle: TimeAmount = .minutes(5)
    }

    private let limits: Limits
    private var lastProgress = NIODeadline.distantPast
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(_ limits: Limits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.handshake) { [self] in self.context?.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        self.context = nil
    }

    /// Call this when the handshake is complete.
    func handshakeEnded() {
        guard let context else { return }
        lastProgress = context.eventLoop.now
        arm(in: limits.idle)
    }

    private func arm(in delay: TimeAmount) {
        timer?.cancel()
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in check() }
    }

    private func check() {
        guard let context else { return }
        let idle = context.eventLoop.now - lastProgress
        guard idle < limits.idle else { return context.close(promise: nil) }
        arm(in: limits.idle - idle)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastProgress = context.eventLoop.now
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        lastProgress = context.eventLoop.now
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        lastProgress = context.eventLoop.now
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }
}
