import NIOCore
import NIOPosix
import NIOSSL

/// A client that sends just the bytes it is told to, and shows just the bytes that come back.
final class RawClient: Sendable {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let inbound: Inbound

    /// What has come but was not asked for yet.
    private actor Inbound {
        private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        private var text = ""

        init(_ iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) {
            self.iterator = iterator
        }

        func read(until isDone: @Sendable (String) -> String.Index?) async throws -> String {
            while true {
                if let end = isDone(text) {
                    defer { text = String(text[end...]) }
                    return String(text[..<end])
                }
                var iterator = iterator
                guard let bytes = try await iterator.next(isolation: self) else { throw Ended(text: text) }
                self.iterator = iterator
                text += String(buffer: bytes)
            }
        }

        func readToEnd() async -> (text: String, wasReset: Bool) {
            var iterator = iterator
            do {
                while let bytes = try await iterator.next(isolation: self) { text += String(buffer: bytes) }
                return (text, false)
            } catch {
                return (text, true)
            }
        }
    }

    struct Ended: Error {
        var text: String
    }

    private init(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ inbound: Inbound, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.channel = channel
        self.inbound = inbound
        self.outbound = outbound
    }

    /// Connects, runs the body, and closes.
    @discardableResult
    static func connected<Result: Sendable>(
        to address: SocketAddress, receiveBuffer: Int? = nil, tls: Bool = false, protocols: [String] = [],
        certificate: TestCertificate? = nil, version: TLSVersion? = nil, _ body: @Sendable (RawClient) async throws -> Result
    ) async throws -> Result {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
        if let receiveBuffer { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer) }
        let channel = try await bootstrap.connect(to: address) { channel in
            channel.eventLoop.makeCompletedFuture {
                if tls {
                    var configuration = try TLSConfiguration.testClient(certificate)
                    configuration.applicationProtocols = protocols
                    configuration.maximumTLSVersion = version
                    let context = try NIOSSLContext(configuration: configuration)
                    try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                }
                return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(
                        backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2), isOutboundHalfClosureEnabled: true))
            }
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(channel, Inbound(inbound.makeAsyncIterator()), outbound))
        }
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    func send(_ bytes: ByteBuffer) async throws {
        try await outbound.write(bytes)
    }

    /// Closes the sending side.
    func finishSending() {
        outbound.finish()
    }

    /// Everything up to and including a text.
    func read(through text: String) async throws -> String {
        try await inbound.read { all in
            all.utf8Range(of: text)?.upperBound
        }
    }

    /// Everything up to the end of the connection.
    func readToEnd() async -> (text: String, wasReset: Bool) {
        await inbound.readToEnd()
    }

    /// The next answer, with a body of the declared length.
    func readAnswer() async throws -> Answer {
        let head = try await read(through: "\r\n\r\n")
        var answer = Answer(head: head)
        if let length = answer.field("content-length").flatMap(Int.init), length > 0, !answer.isInterim {
            answer.body = try await inbound.read { all in
                all.utf8.count >= length ? all.utf8.index(all.startIndex, offsetBy: length) : nil
            }
        }
        return answer
    }

    struct Answer: Sendable {
        var head: String
        var body = ""

        var status: Int {
            Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
        }

        var isInterim: Bool { status < 200 }

        func field(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name { return parts[1].drop { $0 == " " }.description }
            }
            return nil
        }
    }
}

extension String {
    fileprivate func utf8Range(of text: String) -> Range<String.Index>? {
        let bytes = Array(utf8)
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start] == wanted[0] {
            if bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
                return utf8.index(startIndex, offsetBy: start)..<utf8.index(startIndex, offsetBy: start + wanted.count)
            }
        }
        return nil
    }
}
