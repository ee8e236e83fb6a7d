import NIOCore

/// Closes an HTTP/2 connection whose client does not take the bytes that wait for it, or has closed its side.
final class HTTP2ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let meter: ByteMeter
    private var deadlines: ConnectionDeadlines
    private var timer: Scheduled<Void>?

    init(limits: ServerLimits, meter: ByteMeter) {
        self.meter = meter
        deadlines = ConnectionDeadlines(limits: limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadlines.beganOutput(at: context.eventLoop.now)
        arm(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        if case .inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
    }

    private func arm(_ context: ChannelHandlerContext) {
        guard let next = deadlines.nextCheck else { return }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: next) {
            let (handler, context) = bound.value
            if handler.deadlines.check(at: context.eventLoop.now, output: handler.meter.output) != nil {
                context.close(promise: nil)
            } else {
                handler.arm(context)
            }
        }
    }
}
