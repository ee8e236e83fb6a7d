import NIOCore

/// Counts the bytes that leave through the lowest point of a pipeline, so that the progress of a slow reader can be told.
final class ByteMeter: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private(set) var bytesWritten = 0
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        bytesWritten &+= unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    /// Bytes written, and how many of them wait in the channel.
    var output: ConnectionDeadlines.Output {
        let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return ConnectionDeadlines.Output(written: bytesWritten, buffered: buffered ?? 0)
    }
}
