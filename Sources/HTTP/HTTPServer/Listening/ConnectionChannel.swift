import HTTPMessages
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOTLS
import TLS

/// Builds the pipeline of an accepted connection and runs its exchanges.
///
///     socket → ByteMeter → [PlainRequestRefusal → TLS → HandshakeDeadline → ALPN] → UnparsedBytes → HTTP/1 decoder → HTTP1Handler
///                                                                                 → HTTP/2 → one channel a stream: HTTP2StreamHandler
struct ConnectionChannel: Sendable {
    /// Where the exchanges of a connection (HTTP/1) or of a stream (HTTP/2) come from.
    struct ExchangeSource: Sendable {
        let channel: any Channel
        let exchanges: AsyncStream<Exchange>
    }

    enum Negotiated: Sendable {
        case http1(ExchangeSource)
        case http2(NIOHTTP2Handler.AsyncStreamMultiplexer<ExchangeSource>)
    }

    /// An accepted connection, with the protocol that is negotiated by its first bytes.
    struct Accepted: Sendable {
        let channel: any Channel
        let negotiated: EventLoopFuture<Negotiated>
    }

    let responder: Server.Responder
    let limits: ServerLimits
    let currentLimits: (@Sendable () -> ServerLimits)?
    let tls: TLSMaterial?
    let accessLog: AccessLog?
    let logger: Logger

    /// Builds the pipeline of a connection. Unix sockets speak no TLS.
    func setUp(_ channel: any Channel, isUnixSocket: Bool) -> EventLoopFuture<Accepted> {
        channel.eventLoop.makeCompletedFuture {
            let limits = currentLimits?() ?? limits
            let tls = isUnixSocket ? nil : tls
            var connection = ConnectionContext(limits: limits, isSecure: tls != nil, peer: channel.remoteAddress, logger: logger)
            if isUnixSocket { connection.peerCredentials = PeerCredentials(of: channel) }
            let meter = ByteMeter()
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(meter)
            guard let tls = tls?.current else {
                let source = try Self.addHTTP1(to: channel, connection, meter)
                return Accepted(channel: channel, negotiated: channel.eventLoop.makeSucceededFuture(.http1(source)))
            }
            // In TLS, a client ends its side by close_notify. A socket that just ends may have been cut.
            try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
            try pipeline.addHandler(PlainRequestRefusal(connection: connection))
            try pipeline.addHandler(TLSHandler(tls.context))
            try pipeline.addHandler(HandshakeDeadline(limit: limits.handshake))
            let boundMeter = NIOLoopBound(meter, eventLoop: channel.eventLoop)
            let context = connection
            let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Negotiated> { result in
                channel.eventLoop.makeCompletedFuture {
                    var connection = context
                    let handler = try channel.pipeline.syncOperations.handler(type: TLSHandler.self)
                    if let authorities = tls.clientAuthorities, let certificate = handler.peerCertificate {
                        connection.clientCertificate = ClientCertificate(certificate, authorities: authorities)
                    }
                    if case .negotiated("h2") = result {
                        return .http2(try Self.addHTTP2(to: channel, connection, boundMeter.value))
                    }
                    return .http1(try Self.addHTTP1(to: channel, connection, boundMeter.value))
                }
            }
            try pipeline.addHandler(negotiation)
            return Accepted(channel: channel, negotiated: negotiation.protocolNegotiationResult)
        }
    }

    private static func addHTTP1(
        to channel: any Channel, _ connection: ConnectionContext, _ meter: ByteMeter
    ) throws -> ExchangeSource {
        let (exchanges, continuation) = AsyncStream.makeStream(of: Exchange.self)
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = connection.limits.headSize
        decoderLimits.maxHeaderListSize = connection.limits.headSize
        decoderLimits.maxHeaderFieldCount = connection.limits.headFields
        let pipeline = channel.pipeline.syncOperations
        let unparsed = UnparsedBytes()
        try pipeline.addHandler(unparsed)
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoderLimits)))
        try pipeline.addHandler(HTTP1Handler(connection: connection, meter: meter, unparsed: unparsed, exchanges: continuation))
        return ExchangeSource(channel: channel, exchanges: exchanges)
    }

    private static func addHTTP2(
        to channel: any Channel, _ connection: ConnectionContext, _ meter: ByteMeter
    ) throws -> NIOHTTP2Handler.AsyncStreamMultiplexer<ExchangeSource> {
        let limits = connection.limits
        let manager = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: limits.idle, maxAge: nil, maxGraceTime: limits.drain, keepalive: nil))
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.streamsPerConnection),
            // A head above this ends the connection. Smaller ones that are too large are answered with 431.
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headSize * 4),
        ]
        configuration.connection.targetWindowSize = 1024 * 1024
        configuration.stream.targetWindowSize = 256 * 1024
        configuration.stream.outboundBufferSizeHighWatermark = 64 * 1024
        configuration.stream.outboundBufferSizeLowWatermark = 32 * 1024
        let pipeline = channel.pipeline.syncOperations
        let counter = NIOLoopBoundBox(0, eventLoop: channel.eventLoop)
        let boundMeter = NIOLoopBound(meter, eventLoop: channel.eventLoop)
        let multiplexer = try pipeline.configureAsyncHTTP2Pipeline(
            mode: .server, streamDelegate: manager.http2StreamDelegate, configuration: configuration
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                counter.value += 1
                let (exchanges, continuation) = AsyncStream.makeStream(of: Exchange.self)
                try stream.pipeline.syncOperations.addHandler(
                    HTTP2StreamHandler(
                        connection: connection, meter: boundMeter.value, identifierNumber: counter.value, exchanges: continuation))
                return ExchangeSource(channel: stream, exchanges: exchanges)
            }
        }
        try pipeline.addHandler(manager)
        try pipeline.addHandler(HTTP2ConnectionGuard(limits: limits, meter: meter))
        return multiplexer
    }

    /// Runs a connection until it closes; closes it when the task is cancelled.
    func serve(_ accepted: Accepted) async {
        await withTaskCancellationHandler {
            do {
                switch try await accepted.negotiated.get() {
                case .http1(let source): await serve(source)
                case .http2(let streams):
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await stream in streams.inbound {
                            group.addTask { await serve(stream) }
                        }
                    }
                }
            } catch {
                logger.debug("connection ended", metadata: ["error": "\(error)"])
            }
        } onCancel: {
            accepted.channel.close(promise: nil)
        }
    }

    /// Runs the exchanges of a channel one after the other, and cancels the running one when the channel closes.
    private func serve(_ source: ExchangeSource) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: EventLoopExecutor(source.channel.eventLoop)) {
                for await exchange in source.exchanges {
                    await exchange.serve(responder, accessLog: accessLog)
                }
            }
            try? await source.channel.closeFuture.get()
            group.cancelAll()
        }
    }
}
