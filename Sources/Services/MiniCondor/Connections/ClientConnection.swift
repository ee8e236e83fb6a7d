import Cedar
import ClassAd
import NIOCore

/// One client's connection, as seen by the task that serves it: values in, messages out.
///
/// Output is buffered. It is sent before the task waits for the client, or when much has collected; the task pauses while the client does not read.
/// So a long answer needs little memory, and pipelined requests are answered in few packets.
final class ClientConnection {
    /// Number of buffered bytes that triggers sending.
    private static let flushThreshold = 128 * 1024
    /// The largest number of bytes of a message that may have to be held at a time, for a client with an identity and for one without.
    private static let messageLimit = 64 << 20
    private static let anonymousMessageLimit = 1 << 20

    private var codec = PacketCodec()
    private var decoder = MessageDecoder(encrypted: false, bufferLimit: ClientConnection.anonymousMessageLimit)
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var pending = ByteBuffer()

    init(inbound: NIOAsyncChannelInboundStream<ByteBuffer>, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Determines the form of strings.
    var isEncrypted: Bool { codec.isEncrypted }

    // MARK: Handshake

    /// Runs everything up to the command: shared port request, negotiation or resumption, authentication, authorization.
    /// - Throws: if the client is rejected. Any reply has already been sent.
    func handshake(_ machine: ServerHandshake, sessions: ServerSessions) async throws(ServerError) -> AcceptedCommand {
        var machine = machine
        while true {
            guard let packet = try nextPacket() else {
                try await receive()
                continue
            }
            var actions = machine.receive(packet)[...]
            while let action = actions.popFirst() {
                switch action {
                case .send(let bytes): try enqueue(bytes)
                case .resetDigests: codec.resetDigests()
                case .enableEncryption(let key):
                    do throws(CedarError) { try codec.enableEncryption(key: key) } catch { throw .violation(error) }
                case .findSession(let id): actions += machine.sessionFound(sessions.session(id: id))
                case .inspectDirectory(let path): actions += machine.directoryInspected(DirectoryStatus(path: path))
                case .accepted(let command):
                    if let session = command.session, !command.isResumed { sessions.store(session) }
                    decoder = command.remainder
                    if let user = command.session?.session.user {
                        let isAnonymous = user == SecuritySession.unauthenticatedUser
                        decoder = MessageDecoder(encrypted: true, bufferLimit: isAnonymous ? Self.anonymousMessageLimit : Self.messageLimit)
                    }
                    return command
                case .failed(let error):
                    try await flush()
                    throw .violation(error)
                }
            }
        }
    }

    // MARK: Reading

    /// Reads a value within the current message, waiting for as many packets as needed.
    func value<Value>(_ read: (inout MessageDecoder) throws(CedarError) -> Value) async throws(ServerError) -> Value {
        while true {
            do throws(CedarError) {
                return try decoder.attempt(read)
            } catch {
                guard error.code == .incomplete else { throw .violation(error) }
            }
            try await receivePacket()
        }
    }

    /// Ends reading the current message, which must have been read completely.
    func endOfMessage() async throws(ServerError) {
        try await value { decoder throws(CedarError) in try decoder.readEndOfMessage() }
    }

    /// Reads a whole message of one layout.
    func message<Value>(_ read: (inout MessageDecoder) throws(CedarError) -> Value) async throws(ServerError) -> Value {
        let value = try await value(read)
        try await endOfMessage()
        return value
    }

    /// Skips the rest of the current message.
    func discardMessage() async throws(ServerError) {
        try await value { decoder throws(CedarError) in try decoder.discardMessage() }
    }

    /// Whether the whole of the current message has been read.
    var isAtEndOfMessage: Bool { decoder.isAtEndOfMessage }

    private func receivePacket() async throws(ServerError) {
        while true {
            if let packet = try nextPacket() {
                do throws(CedarError) { return try decoder.append(packet) } catch { throw .violation(error) }
            }
            try await receive()
        }
    }

    private func nextPacket() throws(ServerError) -> PacketCodec.Packet? {
        do throws(CedarError) { return try codec.nextPacket() } catch { throw .violation(error) }
    }

    private func receive() async throws(ServerError) {
        try await flush()
        let bytes: ByteBuffer?
        do { bytes = try await inbound.next() } catch { throw .closed }
        guard let bytes else { throw .closed }
        codec.receive(bytes)
    }

    // MARK: Writing

    /// Sends one message.
    func send(_ write: (inout MessageEncoder) -> Void) async throws(ServerError) {
        var message = MessageEncoder(encrypted: isEncrypted)
        write(&message)
        try await send(message: message.bytes)
    }

    /// Sends one message, or a part of one, given as plaintext.
    func send(message: [UInt8], endsMessage: Bool = true) async throws(ServerError) {
        try enqueue(message, endsMessage: endsMessage)
        if pending.readableBytes >= Self.flushThreshold { try await flush() }
    }

    /// Sends file bytes as a part of a message.
    func send(piece: ByteBuffer, endsMessage: Bool) async throws(ServerError) {
        do throws(CedarError) {
            pending.writeImmutableBuffer(try codec.frame(piece, endsMessage: endsMessage))
        } catch {
            throw .violation(error)
        }
        if pending.readableBytes >= Self.flushThreshold { try await flush() }
    }

    private func enqueue(_ message: [UInt8], endsMessage: Bool = true) throws(ServerError) {
        do throws(CedarError) {
            pending.writeImmutableBuffer(try codec.frame(message, endsMessage: endsMessage))
        } catch {
            throw .violation(error)
        }
    }

    /// Sends everything that is buffered. Returns when the connection accepts more.
    func flush() async throws(ServerError) {
        guard pending.readableBytes > 0 else { return }
        let bytes = pending
        pending = ByteBuffer()
        do { try await outbound.write(bytes) } catch { throw .closed }
    }
}
