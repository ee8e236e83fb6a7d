import NIOCore
import Testing
import Text
import Tokens

@testable import Cedar

/// The server's machine against what a stock client of 25.14.1 sent.
@Suite struct RecordedServerTests {
    private func packet(_ bytes: [UInt8]) -> PacketCodec.Packet {
        .init(payload: ByteBuffer(bytes: bytes), endsMessage: true)
    }

    private func ad(_ bytes: [UInt8], encrypted: Bool) throws -> PolicyAd {
        var decoder = MessageDecoder(message: bytes, encrypted: encrypted)
        let ad = try PolicyAd(from: &decoder)
        try decoder.readEndOfMessage()
        return ad
    }

    @Test func stockPingWithToken() throws {
        let vector = try Vectors.load("stock-client-token", as: StockTokenVector.self)
        var configuration = ServerHandshake.Configuration(
            commands: [
                ServerCommand(60_007, .read), ServerCommand(60_020, .read), ServerCommand(60_021, .write), ServerCommand(516, .read),
                ServerCommand(519, .read, requiresIdentity: true), ServerCommand(1112, .write, requiresIdentity: true),
                ServerCommand(1111, .read),
                ServerCommand(478, .write, requiresIdentity: true),
            ], methods: [.token], trustDomain: "lab.test", userDomain: "lab.test"
        ) { _, _ in true }
        configuration.sharedPortIDs = ["myschedd"]
        configuration.signingKeys = [try Vectors.poolKey()]
        configuration.versionText = "$CondorVersion: 25.14.1 2026-10-16 PackageID: probe $"

        let messages = vector.messages.map(\.plaintext.bytes)
        var recorded = MessageDecoder(message: messages[6], encrypted: false)
        var entropy = ServerEntropy()
        entropy.keyExchange = KeyExchange(scalar: vector.ecdhServerPrivateScalar.bytes)
        entropy.tokenRandom = try TokenServerMessage(from: &recorded).serverRandom
        var server = ServerHandshake(
            configuration, localEndpoint: .init(host: "127.0.0.1", port: 9871), sessionID: "vm:51595:1795229051:1", now: 1_795_229_051,
            entropy: entropy)

        guard case .resetDigests = server.receive(packet(messages[0])).first else {
            Issue.record("the shared port request was not accepted")
            return
        }
        guard case .send(let policy) = server.receive(packet(messages[1])).first else {
            Issue.record("no answer to the policy")
            return
        }
        // The recorded server wrote its attributes in another order.
        #expect(try ad(policy, encrypted: false) == ad(messages[2], encrypted: false))
        guard case .send(messages[4]) = server.receive(packet(messages[3])).first else {
            Issue.record("another method than the recorded one")
            return
        }
        guard case .send(messages[6]) = server.receive(packet(messages[5])).first else {
            Issue.record("another proof than the recorded one")
            return
        }
        let actions = server.receive(packet(messages[7]))
        guard actions.count == 4, case .send(messages[8]) = actions[0], case .enableEncryption(let key) = actions[1],
            case .send(let verdict) = actions[2], case .accepted(let command) = actions[3]
        else {
            Issue.record("\(actions)")
            return
        }
        #expect(key == SessionKey(bytes: vector.sessionKey.bytes))
        let ours = try ad(verdict, encrypted: true)
        let theirs = try ad(messages[9], encrypted: true)
        #expect(ours.names == theirs.names)
        for name in ours.names where name != "ValidCommands" { #expect(ours[name] == theirs[name], "\(name)") }
        func commands(_ ad: PolicyAd) -> [String]? { ad.string("ValidCommands")?.split(separator: ",").map(String.init).sorted() }
        #expect(commands(ours) == commands(theirs))
        #expect(command.number == AcceptedCommand.securityQuery)
        #expect(command.authCommand == 60_021)
        #expect(command.clientVersion == CondorVersion(25, 14, 1))
        #expect(command.session?.session.user == "alice@lab.test")
        // The answer to the security query, written by the command itself.
        var answer = PolicyAd()
        answer["AuthorizationSucceeded"] = .boolean(true)
        var encoder = MessageEncoder(encrypted: true)
        answer.write(to: &encoder)
        #expect(encoder.bytes == messages[10])
        #expect(messages.count == 11)
    }

    @Test func stockPingWithDirectory() throws {
        let vector = try Vectors.load("stock-client-fs", as: StockFSVector.self)
        let messages = vector.messages.map(\.plaintext.bytes)
        // The random part of the recorded name is longer than ours: put the recorded answer to our own name.
        var configuration = try HandshakeFixture.server(methods: [.fileSystem])
        configuration.userDomain = "lab.test"
        var server = FileSystemServer(configuration, local: .init(host: "127.0.0.1", port: 9871), random: [1, 2, 3, 4, 5, 6, 7, 8])
        guard case .send(let name) = server.start().first else {
            Issue.record("no name sent")
            return
        }
        #expect(name.starts(with: Array("/tmp/FS_127.0.0.1_9871_".utf8)) && name.suffix(2) == [UInt8(ascii: "_"), 0])
        #expect(messages[2].starts(with: Array("/tmp/FS_127.0.0.1_9871_".utf8)))
        var result = MessageDecoder(message: messages[3], encrypted: false)
        guard case .inspectDirectory("/tmp/FS_127.0.0.1_9871_0102030405060708_127.0.0.1:9871") = try server.receive(&result).first else {
            Issue.record("another directory looked at")
            return
        }
        try result.readEndOfMessage()
        let steps = try server.directoryInspected(.init(isDirectory: true, mode: 0o700, linkCount: 2, owner: "alice"))
        guard steps.count == 2, case .send(messages[4]) = steps[0], case .succeeded(let identity) = steps[1] else {
            Issue.record("\(steps)")
            return
        }
        #expect(identity.user == "alice@lab.test")
        #expect(messages[0] == messages[1])
        #expect(messages[5] == [UInt8](repeating: 0, count: 8))
    }

    /// The recorded resumption of our own lab client.
    @Test func resumption() throws {
        let vector = try Vectors.load("resume-session", as: ResumeVector.self)
        let key = try #require(SessionKey(bytes: vector.sessionKey.bytes))
        var configuration = try HandshakeFixture.server()
        configuration.sharedPortIDs = ["schedd_32108_feef"]
        var entropy = ServerEntropy()
        let recorded = try ad(vector.messages[2].plaintext.bytes, encrypted: false)
        let nonce = try #require(recorded.string("Nonce"))
        entropy.nonce = try #require(Base64.decode(nonce.utf8))
        configuration.versionText = try #require(recorded.string("RemoteVersion"))
        var server = ServerHandshake(configuration, localEndpoint: HandshakePair.endpoint, sessionID: "x", now: 0, entropy: entropy)
        _ = server.receive(packet(vector.messages[0].plaintext.bytes))
        guard case .findSession(vector.sid) = server.receive(packet(vector.messages[1].plaintext.bytes)).first else {
            Issue.record("the session is not looked up")
            return
        }
        let session = SecuritySession(
            id: vector.sid, key: key, user: "alice@pool.test", method: .token, validCommands: [519], duration: .seconds(60), lease: .zero,
            peerVersion: nil)
        let actions = server.sessionFound(ServerSession(session: session))
        guard actions.count == 3, case .send(let answer) = actions[0], case .enableEncryption(key) = actions[1],
            case .accepted(let command) = actions[2]
        else {
            Issue.record("\(actions)")
            return
        }
        #expect(try ad(answer, encrypted: false) == recorded)
        #expect(command.isResumed)
        #expect(command.number == 519)
    }
}
