import Tokens
import Cedar
import ClassAd
import CondorProtocol
import NIOCore
import NIOEmbedded
import NIOPosix

@testable import CondorClient

/// The client's end of a connection in memory, on a session known to both, and a peer that says what a test tells it to.
struct ScriptedConnection {
    let channel: NIOAsyncTestingChannel
    let connection: CommandConnection
    let peer: ScriptedPeer

    static let session = session(method: .token)

    static func session(method: AuthenticationMethod?) -> SecuritySession {
        SecuritySession(
            id: "vm:1:2:3", key: SessionKey(bytes: 0..<32)!, user: "alice@pool.test", method: method, validCommands: [516, 519, 1112],
            duration: .seconds(60), lease: .zero, peerVersion: nil)
    }

    init(
        first: [[UInt8]] = [], session: SecuritySession = Self.session, awaitsAnswer: Bool = true, packetLength: Int = 65_536,
        deadlines: CommandDeadlines = CommandDeadlines(), observer: @escaping CommandHandler.HandshakeObserver = { _ in }
    ) async throws {
        let channel = NIOAsyncTestingChannel()
        var configuration = ClientHandshake.Configuration(
            address: try Sinful("<127.0.0.1:9618>"), command: 519, credential: .anonymous)
        configuration.awaitsResumptionAnswer = awaitsAnswer
        let inbox = PacketInbox(eventLoop: channel.eventLoop)
        let handler = NIOLoopBoundBox.makeBoxSendingValue(
            CommandHandler(
                Call(command: .queryJobAdsWithAuthentication, peer: .schedd, credential: .anonymous, deadlines: deadlines, first: first),
                handshake: ClientHandshake(configuration, resuming: session), inbox: inbox, peer: "peer", observer: observer),
            eventLoop: channel.eventLoop)
        try await channel.testingEventLoop.executeInContext { try channel.pipeline.syncOperations.addHandler(handler.value) }
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 9618))
        self.channel = channel
        connection = CommandConnection(eventLoop: channel.eventLoop, inbox: inbox, handler: handler)
        peer = ScriptedPeer(channel: channel, packetLength: packetLength)
    }
}

/// The server's end, by hand.
final class ScriptedPeer {
    private let channel: NIOAsyncTestingChannel
    private var codec: PacketCodec
    private var decoder = MessageDecoder(encrypted: false)

    init(channel: NIOAsyncTestingChannel, packetLength: Int = 65_536) {
        self.channel = channel
        codec = PacketCodec(packetLength: packetLength)
    }

    /// Reads the request to resume, and accepts it, by a word if the client waits for one.
    func acceptResumption() async throws {
        let request = try await receive { (m) throws(CedarError) in
            _ = try m.readInteger()
            return try m.readAd()
        }
        if request.boolean("ResumeResponse") == true { try await answerResumption("AUTHORIZED") }
        try codec.enableEncryption(key: ScriptedConnection.session.key)
        decoder = MessageDecoder(encrypted: true)
    }

    func answerResumption(_ code: String) async throws {
        var ad = ClassAd()
        ad.set("ReturnCode", code)
        try await send { $0.write(ad: ad) }
    }

    /// Reads one message of the client.
    func receive<Value>(_ read: (inout MessageDecoder) throws(CedarError) -> Value) async throws -> Value {
        while true {
            while let packet = try codec.nextPacket() {
                try decoder.append(packet)
                if packet.endsMessage {
                    let value = try read(&decoder)
                    try decoder.readEndOfMessage()
                    return value
                }
            }
            codec.receive(try await channel.waitForOutboundWrite(as: ByteBuffer.self))
        }
    }

    func bytes(_ write: (inout MessageEncoder) -> Void) throws -> ByteBuffer {
        var message = MessageEncoder(encrypted: codec.isEncrypted)
        write(&message)
        return try codec.frame(message.bytes)
    }

    func send(_ write: (inout MessageEncoder) -> Void) async throws {
        try await channel.writeInbound(bytes(write))
    }
}
