#if canImport(Glibc)
    import Glibc
#endif
import NIOCore

/// Counts the bytes that leave at the bottom of a pipeline, to measure the progress of a slow reader.
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

    /// Bytes written, bytes that wait in the channel, and bytes that the client has acknowledged.
    var output: ConnectionDeadlines.Output {
        let buffered = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return ConnectionDeadlines.Output(written: bytesWritten, buffered: buffered ?? 0, acknowledged: acknowledged)
    }

    /// Bytes that the other side of a TCP connection has acknowledged; nil for other sockets.
    ///
    /// The bytes that the channel has flushed say less: the system takes more only once a large part of its own buffer, of megabytes, is free again.
    private var acknowledged: Int? {
        #if os(Linux)
            guard let socket = context?.channel as? any SocketOptionProvider else { return nil }
            let information: EventLoopFuture<TCPInformation> = socket.unsafeGetSocketOption(
                level: SocketOptionLevel(IPPROTO_TCP), name: SocketOptionName(TCP_INFO))
            var acknowledged: Int?
            // On the event loop the answer is there at once.
            information.assumeIsolated().whenSuccess { acknowledged = Int(truncatingIfNeeded: $0.acknowledgedBytes) }
            return acknowledged
        #else
            return nil
        #endif
    }
}

#if os(Linux)
    /// The first fields of Linux' `struct tcp_info` (include/uapi/linux/tcp.h).
    private struct TCPInformation: Sendable {
        private var before: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
        /// `tcpi_bytes_acked`
        var acknowledgedBytes: UInt64
    }
#endif
