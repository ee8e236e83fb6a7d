import Cryptography
import NIOCore
import Testing
import Text
import Tokens

@testable import Cedar

/// The client's machine against recorded connections to HTCondor 25.14.1: every byte it sends is the recorded one.
@Suite struct RecordedClientTests {
    private func configuration(_ vector: TokenSessionVector) throws -> ClientHandshake.Configuration {
        var configuration = ClientHandshake.Configuration(
            address: try Sinful(vector.sinful), command: 519, credential: .token(try BearerToken(vector.token)))
        configuration.sharedPortDeadline = 20
        configuration.processID = 47_323
        configuration.versionText = "$CondorVersion: 25.14.1 2026-10-16 PackageID: probe $"
        return configuration
    }

    private func packet(_ bytes: [UInt8]) -> PacketCodec.Packet {
        .init(payload: ByteBuffer(bytes: bytes), endsMessage: true)
    }

    @Test func newSession() throws {
        let vector = try Vectors.load("token-session", as: TokenSessionVector.self)
        var entropy = HandshakeEntropy()
        entropy.keyExchange = KeyExchange(scalar: vector.ecdh.clientPrivateScalar.bytes)
        entropy.tokenRandom = vector.akep2.ra.bytes
        #expect(entropy.keyExchange?.publicKeyText == vector.ecdh.clientPublicB64)
        var handshake = ClientHandshake(try configuration(vector), resuming: nil, entropy: entropy)
        let messages = vector.messages.map(\.plaintext.bytes)

        #expect(handshake.start() == [.send(messages[0]), .resetDigests, .send(messages[1])])
        #expect(handshake.receive(packet(messages[2])) == [.send(messages[3])])
        #expect(handshake.receive(packet(messages[4])) == [.send(messages[5])])
        #expect(handshake.receive(packet(messages[6])) == [.send(messages[7])])
        let key = try #require(SessionKey(bytes: vector.ecdh.sessionKey.bytes))
        #expect(handshake.receive(packet(messages[8])) == [.enableEncryption(key)])
        let actions = handshake.receive(packet(messages[9]))
        guard actions.count == 1, case .established(let result) = actions[0] else {
            Issue.record("\(actions)")
            return
        }
        #expect(!result.isResumed)
        #expect(result.session.id == "vm:32152:1795228601:26")
        #expect(result.session.user == "alice@lab.test")
        #expect(result.session.method == .token)
        #expect(result.session.key == key)
        #expect(result.session.validCommands == [60007, 457, 60020, 550, 443, 441, 6, 12, 5, 515, 516, 519, 540, 560, 553, 1111])
        #expect(result.session.duration == .seconds(60))
        #expect(result.session.lease == .seconds(3600))
        #expect(result.session.peerVersion == CondorVersion(25, 14, 1))
        // The recorded first query and its answer are tested with the packets.
        #expect(vector.messages.count == 12)
    }

    @Test func keysAndProofs() throws {
        let vector = try Vectors.load("token-session", as: TokenSessionVector.self)
        let akep = vector.akep2
        let secrets = AKEP2(signature: akep.signature.bytes, signedText: akep.headerPayload)
        #expect(
            secrets.serverProof(client: akep.a, server: akep.b, clientRandom: akep.ra.bytes, serverRandom: akep.rb.bytes) == akep.hkt.bytes)
        #expect(secrets.clientProof(client: akep.a, serverRandom: akep.rb.bytes) == akep.hk.bytes)
        let token = try BearerToken(vector.token)
        #expect(token.signedText == akep.headerPayload)
        #expect(token.signature == akep.signature.bytes)

        let client = try #require(KeyExchange(scalar: vector.ecdh.clientPrivateScalar.bytes))
        #expect(try client.sessionKey(peerPublicKeyText: vector.ecdh.serverPublicB64) == SessionKey(bytes: vector.ecdh.sessionKey.bytes))
        // The steps in between, and the keys that only older peers use.
        let seeds = try Vectors.load("akep2-seeds", as: SeedVector.self)
        #expect(seeds.seedKa.bytes == AKEP2.seed)
        func derive(_ material: [UInt8], _ salt: [UInt8], _ info: String) -> [UInt8] {
            MessageAuthentication.derivedKey(from: SecureBytes(material), salt: salt, info: Array(info.utf8), count: 32)
                .withUnsafeBytes { Array($0) }
        }
        let text = Array(akep.headerPayload.utf8)
        #expect(derive(akep.signature.bytes, seeds.seedKa.bytes + text, "master ka") == akep.ka.bytes)
        #expect(derive(akep.signature.bytes, seeds.seedKb.bytes + text, "master kb") == akep.kb.bytes)
        #expect(derive(akep.rb.bytes, Array("session key".utf8), "htcondor") == akep.wrapKey.bytes)
        #expect(derive(vector.ecdh.sharedSecretX.bytes, Array("htcondor".utf8), "keygen") == vector.ecdh.sessionKey.bytes)
        let secret = try KeyAgreement(scalar: vector.ecdh.clientPrivateScalar.bytes).sharedSecret(with: Vectors.base64(vector.ecdh.serverPublicB64))
        #expect(secret.withUnsafeBytes { Array($0) } == vector.ecdh.sharedSecretX.bytes)
    }

    @Test func resumption() throws {
        let first = try Vectors.load("token-session", as: TokenSessionVector.self)
        let vector = try Vectors.load("resume-session", as: ResumeVector.self)
        let key = try #require(SessionKey(bytes: vector.sessionKey.bytes))
        let session = SecuritySession(
            id: vector.sid, key: key, user: "alice@lab.test", method: .token, validCommands: [519], duration: .seconds(60), lease: .zero,
            peerVersion: nil)
        var entropy = HandshakeEntropy()
        // The nonce is random: take the recorded one.
        var request = MessageDecoder(message: vector.messages[1].plaintext.bytes, encrypted: false)
        #expect(try request.readInteger() == 60_010)
        let ad = try PolicyAd(from: &request)
        let nonce = try #require(ad.string("Nonce"))
        entropy.nonce = try #require(Base64.decode(nonce.utf8))
        #expect(entropy.nonce.count == HandshakeEntropy.nonceLength)
        var handshake = ClientHandshake(try configuration(first), resuming: session, entropy: entropy)
        #expect(
            handshake.start() == [
                .send(vector.messages[0].plaintext.bytes), .resetDigests, .send(vector.messages[1].plaintext.bytes),
            ])
        #expect(
            handshake.receive(packet(vector.messages[2].plaintext.bytes))
                == [.enableEncryption(key), .established(EstablishedSession(session: session, isResumed: true))])
    }

    /// The recorded FS exchange of a stock client: ours makes the same answers.
    @Test func fileSystem() throws {
        let vector = try Vectors.load("stock-client-fs", as: StockFSVector.self)
        #expect(vector.messages.map(\.name).prefix(2) == ["method bitmask", "method chosen"])
        var client = FileSystemClient(parent: "/tmp", endpoint: .init(host: "127.0.0.1", port: 9871), sharedPortID: nil)
        #expect(client.start().isEmpty)
        var name = MessageDecoder(message: vector.messages[2].plaintext.bytes, encrypted: false)
        let path = "/tmp/FS_127.0.0.1_9871_b9e859421_127.0.0.1:9871"
        guard case .createDirectory(path) = try client.receive(&name).first else {
            Issue.record("no directory asked for")
            return
        }
        #expect(client.directory == path)
        guard case .send(vector.messages[3].plaintext.bytes) = try client.directoryCreated(true).first else {
            Issue.record("another answer than the recorded one")
            return
        }
        var verdict = MessageDecoder(message: vector.messages[4].plaintext.bytes, encrypted: false)
        let steps = try client.receive(&verdict)
        guard steps.count == 2, case .removeDirectory(path) = steps[0], case .succeeded = steps[1] else {
            Issue.record("\(steps)")
            return
        }
        #expect(client.directory == nil)
        #expect(vector.messages[5].plaintext.bytes == [UInt8](repeating: 0, count: 8))
    }

    @Test(arguments: [
        "", "/tmp/FS_", "/etc/FS_1_", "/tmp/../etc/FS_1", "/tmp/FS_a/b", "FS_1", "/tmp/XX_1", "/tmp/FS_a b", "/tmp/FS_a\n", "/tmp//FS_a",
        "/tmpFS_1", "/tmp/FS_" + String(repeating: "a", count: 300),
    ])
    func fileSystemRefusesOtherPlaces(name: String) throws {
        var client = FileSystemClient(parent: "/tmp", endpoint: nil, sharedPortID: nil)
        var encoder = MessageEncoder(encrypted: false)
        encoder.write(string: name)
        var message = MessageDecoder(message: encoder.bytes, encrypted: false)
        let steps = try client.receive(&message)
        if name == "/tmp/FS_" {
            guard case .createDirectory = steps.first else {
                Issue.record("\(steps)")
                return
            }
            return
        }
        guard steps.count == 1, case .send(let bytes) = steps[0] else {
            Issue.record("\(steps)")
            return
        }
        #expect(bytes == [UInt8](repeating: 0xFF, count: 8))
    }
}
