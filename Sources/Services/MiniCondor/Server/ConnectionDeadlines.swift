import NIOCore

/// Closes a connection on which nothing moves for too long: a short time until the security handshake is done, a longer one afterwards.
///
/// Used on the channel's event loop only.
final class ConnectionDeadlines: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long a client may take.
    struct Limits: Sendable {
        /// For the whole handshake. HTCondor's own: 20 s for a step.
        var handshake: TimeAmount = .seconds(20)
        /// Without a byte in either direction afterwards.
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

    /// The handshake is done.
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
