import NIOCore

/// Keeps the first bytes that the HTTP/1 decoder has not decoded yet, so that the answer to a refused head can say what was refused.
///
/// It sits right before the decoder. The handler behind the decoder calls ``forget()`` for each decoded part.
final class UnparsedBytes: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// The number of bytes that are kept.
    static let capacity = 16 * 1024

    private var bytes: ByteBuffer?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        keep(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }

    private func keep(_ part: ByteBuffer) {
        guard var kept = bytes else {
            bytes = part
            return
        }
        if kept.readableBytes < Self.capacity {
            kept.writeImmutableBuffer(part.getSlice(at: part.readerIndex, length: min(part.readableBytes, Self.capacity)) ?? ByteBuffer())
            bytes = kept
        }
    }

    /// The bytes so far have been decoded.
    func forget() { bytes = nil }

    /// What is known about the head that has begun to arrive.
    var head: RefusedHead { RefusedHead(bytes.map { Array($0.readableBytesView.prefix(Self.capacity)) } ?? []) }
}
