import NIOCore

/// Keeps the beginning of what the HTTP/1 decoder has made nothing of yet, so that the answer to what it refuses can say what was refused.
///
/// It sits right before the decoder. Whoever gets what the decoder makes calls ``forget()`` for each part.
final class UnparsedBytes: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Bytes that are kept.
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

    /// What has come so far has been understood.
    func forget() { bytes = nil }

    /// What can be told of the head that has begun to come.
    var head: RefusedHead { RefusedHead(bytes.map { Array($0.readableBytesView.prefix(Self.capacity)) } ?? []) }
}
