import HTTPMessages
import HTTPTypes
import Logging
import NIOCore

/// Tells a client that speaks plain HTTP to an HTTPS port what is wrong, and closes. It sits before TLS and leaves when a handshake begins.
final class PlainRequestRefusal: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: ConnectionContext
    /// Bytes discarded since the refusal; nil before it.
    private var discarded: Int?
    private var timer: Scheduled<Void>?

    init(connection: ConnectionContext) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if let discarded {
            self.discarded = discarded + bytes.readableBytes
            if discarded + bytes.readableBytes > connection.limits.lingerBytes { context.close(promise: nil) }
        } else if let first = bytes.readableBytesView.first, Self.beginsMethod(first) {
            discarded = bytes.readableBytes
            refuse(context, RefusedHead(Array(bytes.readableBytesView.prefix(UnparsedBytes.capacity))))
        } else {
            context.fireChannelRead(data)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    /// A handshake begins with 0x16; methods are letters.
    private static func beginsMethod(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private func refuse(_ context: ChannelHandlerContext, _ head: RefusedHead) {
        let id = connection.requestID(given: head.requestID, number: 1)
        var response = Problem(.httpsRequired, "This port speaks HTTPS: the address begins with https://").response(
            instance: head.path, requestID: id)
        response.headers[.xRequestID] = id
        guard case .bytes(var body) = response.body else { return }
        connection.logger.info("request refused", metadata: ["request_id": "\(id)", "status": "\(response.status.code)", "reason": "HTTPS_REQUIRED"])
        var date = HTTPDate()
        var answer = context.channel.allocator.buffer(capacity: 1024)
        HTTP1ResponseFraming.length(body.readableBytes).writeHead(
            ResponseHead(status: response.status, headers: response.headers), connection: "close", date: date.current(), to: &answer)
        if head.method != .head { answer.writeBuffer(&body) }
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        // Keep reading what the client still sends: otherwise its system would discard the answer.
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: connection.limits.linger) { channel.close(promise: nil) }
    }
}
