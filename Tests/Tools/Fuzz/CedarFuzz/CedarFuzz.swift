import ClassAd
import FuzzDriver
import NIOCore
@testable import Tokens

@testable import Cedar

// Runs libFuzzer over everything of the module that reads what a peer sends. The first byte of an input chooses what reads the rest.

// The name the package manager gives to the entry point of an executable.
@_cdecl("CedarFuzz_main")
func main(_ argumentCount: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    fuzz(argumentCount, arguments) { test(Array($0)) }
}

private func test(_ input: [UInt8]) {
    guard let kind = input.first else { return }
    let bytes = Array(input.dropFirst())
    switch kind {
    case UInt8(ascii: "a"): address(String(decoding: bytes, as: UTF8.self))
    case UInt8(ascii: "t"): token(String(decoding: bytes, as: UTF8.self))
    case UInt8(ascii: "p"): packets(bytes, encrypted: false)
    case UInt8(ascii: "e"): packets(bytes, encrypted: true)
    case UInt8(ascii: "d"): ads(bytes, encrypted: false)
    case UInt8(ascii: "D"): ads(bytes, encrypted: true)
    case UInt8(ascii: "c"): clientHandshake(bytes)
    case UInt8(ascii: "s"): serverHandshake(bytes)
    default: break
    }
}

private func address(_ text: String) {
    if let address = try? Sinful(text), (try? Sinful(address.description)) != address { fatalError("\(text) is read as \(address)") }
    _ = CondorVersion(text)
}

private func token(_ text: String) {
    if let token = try? BearerToken(text), token.text != text { fatalError("a token changed") }
    _ = try? TokenClaims(signedText: text)
}

private func packets(_ bytes: [UInt8], encrypted: Bool) {
    guard let key = SessionKey(bytes: [UInt8](repeating: 1, count: 32)) else { return }
    var codec = PacketCodec()
    if encrypted { try? codec.enableEncryption(key: key) }
    codec.receive(ByteBuffer(bytes: bytes))
    while let packet = try? codec.nextPacket() { _ = packet }
}

/// Ads of one message: read at once and packet by packet, with the same outcome.
private func ads(_ bytes: [UInt8], encrypted: Bool) {
    var whole = MessageDecoder(message: bytes, encrypted: encrypted)
    var count = 0
    while let ad = try? whole.readAd() { count += ad.count + 1 }
    var pieces = MessageDecoder(encrypted: encrypted)
    var piecewise = 0
    for (index, byte) in bytes.enumerated() {
        try? pieces.append(.init(payload: ByteBuffer(bytes: [byte]), endsMessage: index == bytes.count - 1))
        while let ad = try? pieces.readAd() { piecewise += ad.count + 1 }
    }
    if count != piecewise { fatalError("\(count) at once, \(piecewise) in pieces") }
    var policy = MessageDecoder(message: bytes, encrypted: encrypted)
    _ = try? PolicyAd(from: &policy)
}

/// Messages, each after its length in one byte; 255 stands for one made of the two bytes after it.
private func messages(_ bytes: [UInt8]) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    var rest = bytes[...]
    while let first = rest.popFirst() {
        var length = Int(first)
        if first == 255, let high = rest.popFirst(), let low = rest.popFirst() { length = Int(high) << 8 | Int(low) }
        messages.append(Array(rest.prefix(length)))
        rest = rest.dropFirst(length)
    }
    return messages
}

private let entropy = HandshakeEntropy()
private let serverEntropy = ServerEntropy()
private let signingKey = try? SigningKey(id: "POOL", fileContents: [1, 2, 3])

private func clientHandshake(_ bytes: [UInt8]) {
    guard let signingKey, let token = try? IDToken(subject: "a@b", issuer: "b", issuedAt: 1).signed(with: signingKey) else { return }
    let credentials: [Credential] = [.token(token), .fileSystem, .claimToBe("a@b"), .anonymous]
    let configuration = ClientHandshake.Configuration(
        address: Sinful(host: "127.0.0.1", port: 1), command: 519, credential: credentials[bytes.count / 2 % credentials.count])
    var machine = ClientHandshake(configuration, resuming: nil, entropy: entropy)
    var isOver = false
    func handle(_ actions: [HandshakeAction]) {
        for action in actions {
            switch action {
            case .failed, .established: isOver = true
            case .createDirectory(let path):
                guard path.hasPrefix("/tmp/FS_") else { fatalError("asks for \(path)") }
                handle(machine.directoryCreated(bytes.count % 2 == 0))
            case .send, .resetDigests, .enableEncryption, .removeDirectory: break
            }
        }
    }
    handle(machine.start())
    for message in messages(bytes) where !isOver {
        handle(machine.receive(.init(payload: ByteBuffer(bytes: message), endsMessage: true)))
    }
    if !isOver { handle(machine.connectionClosed()) }
    guard isOver else { fatalError("the client's handshake does not end") }
}

private func serverHandshake(_ bytes: [UInt8]) {
    var configuration = ServerHandshake.Configuration(
        commands: [ServerCommand(519, .read, requiresIdentity: true), ServerCommand(60_011, .allow)],
        methods: [.token, .fileSystem, .claimToBe],
        trustDomain: "b", userDomain: "b"
    ) { _, _ in true }
    configuration.signingKeys = signingKey.map { [$0] } ?? []
    configuration.sharedPortIDs = ["x"]
    var machine = ServerHandshake(
        configuration, localEndpoint: .init(host: "127.0.0.1", port: 1), sessionID: "id", now: 1, entropy: serverEntropy)
    var isOver = false
    func handle(_ actions: [ServerHandshakeAction]) {
        for action in actions {
            switch action {
            case .accepted(let command):
                isOver = true
                if command.session?.session.method == .token { fatalError("a token was proven that nobody has") }
            case .failed: isOver = true
            case .findSession: handle(machine.sessionFound(nil))
            case .inspectDirectory: handle(machine.directoryInspected(nil))
            case .send, .resetDigests, .enableEncryption: break
            }
        }
    }
    for message in messages(bytes) where !isOver {
        handle(machine.receive(.init(payload: ByteBuffer(bytes: message), endsMessage: true)))
    }
    if !isOver { handle(machine.connectionClosed()) }
    guard isOver else { fatalError("the server's handshake does not end") }
}
