import HTTPTypes
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL

/// An HTTP/2 client over TLS that shows the frames of each stream.
struct HTTP2Client: Sendable {
    typealias Stream = NIOAsyncChannel<HTTP2Frame.FramePayload, HTTP2Frame.FramePayload>

    private let connection: any Channel
    private let multiplexer: NIOHTTP2Handler.AsyncStreamMultiplexer<Void>

    /// What came back on a stream.
    struct Answer: Sendable {
        var status: String?
        var headers: [String: String] = [:]
        var interim: [String] = []
        var body = ""
        var endedCleanly = false
        var reset: NIOHTTP2.HTTP2ErrorCode?
    }

    @discardableResult
    static func connected<Result: Sendable>(
        to address: SocketAddress, alpn: [String] = ["h2"], certificate: TestCertificate? = nil,
        _ body: @Sendable (HTTP2Client) async throws -> Result
    ) async throws -> Result {
        var configuration = try TLSConfiguration.testClient(certificate)
        configuration.applicationProtocols = alpn
        let context = try NIOSSLContext(configuration: configuration)
        let (channel, multiplexer) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(to: address) {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                let multiplexer = try channel.pipeline.syncOperations.configureAsyncHTTP2Pipeline(mode: .client) { stream in
                    stream.eventLoop.makeSucceededVoidFuture()
                }
                return (channel, multiplexer)
            }
        }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(HTTP2Client(connection: channel, multiplexer: multiplexer)))
        } catch {
            result = .failure(error)
        }
        try? await channel.close().get()
        return try result.get()
    }

    /// Sends a request with the given parts of a body, and collects what comes back.
    /// - Parameters:
    ///   - endsBody: whether the last part ends the stream.
    ///   - beforeReading: runs after the request was sent and before anything of the answer is taken.
    func request(
        _ method: String, _ path: String, authority: String? = "localhost", fields: [(String, String)] = [], body: [String] = [],
        endsBody: Bool = true, beforeReading: @Sendable @escaping () async -> Void = {}
    ) async throws -> Answer {
        let stream = try await multiplexer.openStream { channel in
            channel.eventLoop.makeCompletedFuture { try Stream(wrappingChannelSynchronously: channel) }
        }
        return try await stream.executeThenClose { inbound, outbound in
            var headers = HPACKHeaders([(":method", method), (":scheme", "https"), (":path", path)])
            if let authority { headers.add(name: ":authority", value: authority) }
            for (name, value) in fields { headers.add(name: name, value: value) }
            try await outbound.write(.headers(.init(headers: headers, endStream: body.isEmpty && endsBody)))
            for (index, part) in body.enumerated() {
                let isLast = endsBody && index == body.count - 1
                try await outbound.write(.data(.init(data: .byteBuffer(ByteBuffer(string: part)), endStream: isLast)))
            }
            await beforeReading()
            var answer = Answer()
            do {
                for try await frame in inbound { Self.add(frame, to: &answer) }
            } catch let error as NIOHTTP2Errors.StreamClosed {
                answer.reset = error.errorCode
            }
            return answer
        }
    }

    private static func add(_ frame: HTTP2Frame.FramePayload, to answer: inout Answer) {
        switch frame {
        case .headers(let headers):
            let status = headers.headers.first(name: ":status")
            if let status, status.hasPrefix("1") {
                answer.interim.append(status)
            } else {
                answer.status = status
                for (name, value, _) in headers.headers { answer.headers[name] = value }
            }
            if headers.endStream { answer.endedCleanly = true }
        case .data(let data):
            if case .byteBuffer(let bytes) = data.data { answer.body += String(buffer: bytes) }
            if data.endStream { answer.endedCleanly = true }
        case .rstStream(let code): answer.reset = code
        default: break
        }
    }
}
