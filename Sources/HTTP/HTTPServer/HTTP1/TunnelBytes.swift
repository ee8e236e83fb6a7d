import NIOCore
import NIOHTTP1

/// Hands on the bytes of a connection after an upgrade as parts of a body. It takes the place of the decoder.
final class TunnelBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(.body(unwrapInboundIn(data))))
    }
}
