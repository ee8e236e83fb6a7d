import NIOCore

/// Limits the number of connections of a listening socket: further ones wait in the system's queue. Tells all connections when the server
/// drains. It sits in the pipeline of the listening socket.
final class ConnectionGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    private let limit: Int
    private var connections: [ObjectIdentifier: any Channel] = [:]
    private var owesRead = false
    private var isDraining = false

    /// - Parameter limit: the number of connections at one time.
    init(limit: Int) {
        self.limit = limit
    }

    func read(context: ChannelHandlerContext) {
        if connections.count < limit {
            context.read()
        } else {
            owesRead = true
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        let id = ObjectIdentifier(connection)
        connections[id] = connection
        let bound = NIOLoopBound((gate: self, context: context), eventLoop: context.eventLoop)
        connection.closeFuture.hop(to: context.eventLoop).whenComplete { _ in
            bound.value.gate.closed(id, bound.value.context)
        }
        context.fireChannelRead(data)
        if isDraining { Self.drain(connection) }
    }

    private func closed(_ id: ObjectIdentifier, _ context: ChannelHandlerContext) {
        connections[id] = nil
        if owesRead, connections.count < limit {
            owesRead = false
            context.read()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !isDraining {
            isDraining = true
            for connection in connections.values { Self.drain(connection) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private static func drain(_ connection: any Channel) {
        connection.eventLoop.execute { connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }
}
