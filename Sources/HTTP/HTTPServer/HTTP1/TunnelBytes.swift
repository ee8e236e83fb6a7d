import NIOCore
import NIOHTTP1

/// Passes on the bytes of a connection as parts of a body. It replaces the decoder after an upgrade.
final class TunnelBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(.body(unwrapInboundIn(data))))
    }
}
