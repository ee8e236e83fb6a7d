import NIOCore
import Tokens

@testable import Cedar

/// A client and a server in memory: two codecs, two handshakes, a file system and a session table.
struct HandshakePair {
    var client: ClientHandshake
    var server: ServerHandshake
    var clientCodec = PacketCodec(packetLength: 700)
    var serverCodec = PacketCodec(packetLength: 900)
    var directories: [String: DirectoryStatus] = [:]
    var sessions: [String: ServerSession] = [:]
    /// The owner of directories the client makes; nil makes it fail.
    var owner: String? = "alice"
    /// Changes bytes on their way to the server or client.
    var tamper: (_ toServer: Bool, _ message: Int, _ bytes: inout [UInt8]) -> Void = { _, _, _ in }

    private(set) var established: EstablishedSession?
    private(set) var accepted: AcceptedCommand?
    private(set) var clientError: CedarError?
    private(set) var serverError: CedarError?
    private(set) var madeDirectories: [String] = []
    private var sent = [0, 0]

    init(
        _ client: ClientHandshake.Configuration, _ server: ServerHandshake.Configuration, resuming session: SecuritySession? = nil,
        now: Int64 = 1_795_228_700
    ) {
        self.client = ClientHandshake(client, resuming: session)
        self.server = ServerHandshake(server, localEndpoint: Self.endpoint, sessionID: "host:1:2:3", now: now)
    }

    static let endpoint = Sinful.Endpoint(host: "127.0.0.1", port: 9618)

    /// Runs until both have ended, or one waits for something that never comes.
    mutating func run() throws(CedarError) {
        try perform(client.start())
        for _ in 0..<200 {
            var progressed = false
            if serverError == nil, accepted == nil, let packet = try serverPacket() {
                progressed = true
                try perform(server.receive(packet))
            } else if clientError == nil, established == nil, let packet = try clientPacket() {
                progressed = true
                try perform(client.receive(packet))
            }
            guard progressed else { break }
        }
        if serverError != nil, clientError == nil, established == nil { try perform(client.connectionClosed()) }
        if clientError != nil, serverError == nil, accepted == nil { try perform(server.connectionClosed()) }
    }

    private mutating func serverPacket() throws(CedarError) -> PacketCodec.Packet? {
        do throws(CedarError) {
            return try serverCodec.nextPacket()
        } catch {
            serverError = error
            return nil
        }
    }

    private mutating func clientPacket() throws(CedarError) -> PacketCodec.Packet? {
        do throws(CedarError) {
            return try clientCodec.nextPacket()
        } catch {
            clientError = error
            return nil
        }
    }

    private mutating func deliver(_ wire: ByteBuffer, toServer: Bool) {
        var bytes = Array(wire.readableBytesView)
        tamper(toServer, sent[toServer ? 0 : 1], &bytes)
        sent[toServer ? 0 : 1] += 1
        if toServer { serverCodec.receive(ByteBuffer(bytes: bytes)) } else { clientCodec.receive(ByteBuffer(bytes: bytes)) }
    }

    private mutating func perform(_ actions: [HandshakeAction]) throws(CedarError) {
        for action in actions {
            switch action {
            case .send(let message): deliver(try clientCodec.frame(message), toServer: true)
            case .resetDigests: clientCodec.resetDigests()
            case .enableEncryption(let key): try clientCodec.enableEncryption(key: key)
            case .createDirectory(let path):
                let succeeds = owner != nil && directories[path] == nil
                if succeeds {
                    directories[path] = DirectoryStatus(isDirectory: true, mode: 0o700, linkCount: 2, owner: owner)
                    madeDirectories.append(path)
                }
                try perform(client.directoryCreated(succeeds))
            case .removeDirectory(let path): directories[path] = nil
            case .established(let session): established = session
            case .failed(let error): clientError = error
            }
        }
    }

    private mutating func perform(_ actions: [ServerHandshakeAction]) throws(CedarError) {
        for action in actions {
            switch action {
            case .send(let message): deliver(try serverCodec.frame(message), toServer: false)
            case .resetDigests: serverCodec.resetDigests()
            case .enableEncryption(let key): try serverCodec.enableEncryption(key: key)
            case .findSession(let id): try perform(server.sessionFound(sessions[id]))
            case .inspectDirectory(let path): try perform(server.directoryInspected(directories[path]))
            case .accepted(let command):
                accepted = command
                if let session = command.session { sessions[session.session.id] = session }
            case .failed(let error): serverError = error
            }
        }
    }

    /// One message each way after the handshake: shows that keys, counters and digests agree.
    mutating func exchange() throws -> Bool {
        serverCodec.receive(try clientCodec.frame(Array("question".utf8)))
        clientCodec.receive(try serverCodec.frame(Array("answer".utf8)))
        return try serverCodec.nextPacket()?.payload == ByteBuffer(string: "question")
            && clientCodec.nextPacket()?.payload == ByteBuffer(string: "answer")
    }
}

/// Configurations for both ends.
enum HandshakeFixture {
    static func key(_ id: String = "POOL", _ byte: UInt8 = 1) throws -> SigningKey {
        try SigningKey(id: id, fileContents: (0..<64).map { byte &+ $0 })
    }

    static func token(
        subject: String = "alice@pool.test", key: SigningKey, expiration: Int64? = nil, scopes: [String] = [],
        issuedAt: Int64 = 1_795_228_600
    ) throws -> BearerToken {
        try IDToken(subject: subject, issuer: "pool.test", issuedAt: issuedAt, expiration: expiration, scopes: scopes).signed(with: key)
    }

    static let commands = [
        ServerCommand(60_011, .allow), ServerCommand(60_020, .read), ServerCommand(60_021, .write), ServerCommand(516, .read),
        ServerCommand(519, .read, requiresIdentity: true), ServerCommand(1112, .write, requiresIdentity: true),
        ServerCommand(541, .administrator, requiresIdentity: true),
    ]

    static func server(methods: [AuthenticationMethod] = [.fileSystem, .token]) throws -> ServerHandshake.Configuration {
        var configuration = ServerHandshake.Configuration(
            commands: commands, methods: methods, trustDomain: "pool.test", userDomain: "pool.test"
        ) {
            user, level in level == .read || (level == .write && user.hasSuffix("@pool.test")) || user == "root@pool.test"
        }
        configuration.signingKeys = [try key(), try key("second", 9)]
        return configuration
    }

    static func client(
        _ credential: Credential?, command: Int = 519, authCommand: Int? = nil, authentication: SecurityLevel = .required,
        sharedPortID: String? = nil
    ) -> ClientHandshake.Configuration {
        let address = Sinful(host: "127.0.0.1", port: 9618, parameters: sharedPortID.map { ["sock": $0] } ?? [:])
        var configuration = ClientHandshake.Configuration(
            address: address, command: command, authCommand: authCommand, credential: credential)
        configuration.authentication = authentication
        configuration.connectedEndpoint = HandshakePair.endpoint
        return configuration
    }
}
