import NIOCore
import NIOTLS

/// Closes a connection whose TLS handshake does not end in time.
final class HandshakeDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let limit: TimeAmount
    private var timer: Scheduled<Void>?

    init(limit: TimeAmount) {
        self.limit = limit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { timer?.cancel() }
        context.fireUserInboundEventTriggered(event)
    }
}

/// Closes an HTTP/2 connection whose client does not take the bytes that wait for it.
final class OutputGuard: ChannelInboundHandler, RemovableChannelHandler {
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
