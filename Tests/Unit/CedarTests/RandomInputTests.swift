import ClassAd
import NIOCore
import SeededGeneration
import Testing
@testable import Tokens

@testable import Cedar

/// Seeded random, changed and truncated input for every parser and state machine of the module: each case ends with a value or a typed
/// error. A trap or a hang ends the test run; that nothing wrong is accepted is asserted by the other tests, and here where it can be told.
/// Together more than a million cases.
@Suite struct RandomInputTests {
    /// As `#expect`, without its cost for each of many cases.
    private static func check(_ condition: Bool, _ seed: UInt64, _ number: Int) {
        if !condition { Issue.record("seed \(seed), case \(number)") }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func addressesVersionsAndMethodLists() {
        var random = SeededGenerator(seed: 101)
        let good = [
            "<127.0.0.1:9618?addrs=127.0.0.1-9618+[fd00--2]-9618&alias=vm&noUDP&sock=schedd_10523_1c00>", "<[::1]:80?a=%20;b>", "<h:1>",
            CondorVersion.currentText, "FS,TOKEN,KERBEROS,SCITOKENS,SSL",
        ].map { Array($0.utf8) }
        for number in 0..<50_000 {
            let input = Self.text(number % 4 == 0 ? random.bytes(random.below(60)) : random.mutated(good[number % good.count]))
            if let address = try? Sinful(input) {
                // What was read can be written and read again.
                Self.check((try? Sinful(address.description)) == address, 101, number)
                Self.check(!address.endpoints.isEmpty, 101, number)
            }
            if let version = CondorVersion(input) { Self.check(CondorVersion(version.description) == version, 101, number) }
            _ = AuthenticationMethod.list(input)
        }
    }

    @Test(arguments: [false, true])
    func values(encrypted: Bool) {
        var random = SeededGenerator(seed: encrypted ? 104 : 105)
        for number in 0..<20_000 {
            var encoder = MessageEncoder(encrypted: encrypted)
            var kinds: [Int] = []
            for _ in 0..<(1 + random.below(5)) {
                let kind = random.below(6)
                kinds.append(kind)
                switch kind {
                case 0: encoder.write(integer: Int64(bitPattern: random.next()))
                case 1: encoder.write(string: Self.text(random.bytes(random.below(20))))
                case 2: encoder.write(byte: UInt8(random.below(256)))
                case 3: encoder.write(double: Double(bitPattern: random.next()))
                case 4: encoder.write(bytes: random.bytes(4))
                default: encoder.writeNullString()
                }
            }
            let bytes =
                number % 3 == 0 ? random.bytes(random.below(80)) : number % 3 == 1 ? encoder.bytes : random.mutated(encoder.bytes)
            var whole = MessageDecoder(message: bytes, encrypted: encrypted)
            var pieces = MessageDecoder(encrypted: encrypted)
            var offset = 0
            do throws(CedarError) {
                for kind in kinds {
                    let result = try Self.read(kind, &whole)
                    // The same value, read while the message arrives in pieces.
                    var piecewise: String?
                    while piecewise == nil {
                        do throws(CedarError) {
                            piecewise = try Self.read(kind, &pieces)
                        } catch {
                            guard error == .incomplete else { throw error }
                            let end = min(bytes.count, offset + 1 + random.below(6))
                            guard end > offset else { break }
                            try pieces.append(.init(payload: ByteBuffer(bytes: bytes[offset..<end]), endsMessage: end == bytes.count))
                            offset = end
                        }
                    }
                    Self.check(piecewise == result, encrypted ? 104 : 105, number)
                }
                try whole.readEndOfMessage()
            } catch {
                Self.check(error.code != .incomplete, encrypted ? 104 : 105, number)
            }
        }
    }

    private static func read(_ kind: Int, _ decoder: inout MessageDecoder) throws(CedarError) -> String {
        switch kind {
        case 0: "\(try decoder.readInteger())"
        case 1: try decoder.readString()
        case 2: "\(try decoder.readByte())"
        case 3: "\(try decoder.readDouble().bitPattern)"
        case 4: "\(try decoder.readBytes(4))"
        default: try decoder.readOptionalString() ?? "NULL"
        }
    }

    @Test(arguments: [false, true])
    func ads(encrypted: Bool) throws {
        var random = SeededGenerator(seed: encrypted ? 106 : 107)
        let vector = try Vectors.load("framing", as: FramingVector.self).classad
        let session = try Vectors.load("token-session", as: TokenSessionVector.self)
        let good =
            encrypted
            ? [vector.encryptedModeBytes.bytes, session.messages[9].plaintext.bytes, session.messages[10].plaintext.bytes]
            : [vector.plainBytes.bytes, Array(session.messages[1].plaintext.bytes.dropFirst(8)), session.messages[2].plaintext.bytes]
        for number in 0..<15_000 {
            let bytes = number % 5 == 0 ? random.bytes(random.below(60)) : random.mutated(good[number % good.count])
            var decoder = MessageDecoder(message: bytes, encrypted: encrypted)
            let ad = try? decoder.readAd()
            if let ad {
                Self.check(ad.names.count == ad.count, encrypted ? 106 : 107, number)
            }
            // In pieces: the same outcome.
            var pieces = MessageDecoder(encrypted: encrypted)
            var offset = 0
            var outcome: CedarError.Code? = .incomplete
            while outcome == .incomplete, offset < bytes.count {
                let end = min(bytes.count, offset + 1 + random.below(bytes.count))
                try pieces.append(.init(payload: ByteBuffer(bytes: bytes[offset..<end]), endsMessage: end == bytes.count))
                offset = end
                do throws(CedarError) {
                    let count = try pieces.readAd().count
                    Self.check(count == ad?.count, encrypted ? 106 : 107, number)
                    outcome = nil
                } catch {
                    outcome = error.code
                }
            }
            if !bytes.isEmpty { Self.check((outcome == nil) == (ad != nil), encrypted ? 106 : 107, number) }
            var policy = MessageDecoder(message: bytes, encrypted: encrypted)
            if let policy = try? PolicyAd(from: &policy) {
                var encoder = MessageEncoder(encrypted: encrypted)
                policy.write(to: &encoder)
                var again = MessageDecoder(message: encoder.bytes, encrypted: encrypted)
                // A NUL inside of a value is the one thing that does not survive.
                if !bytes.dropFirst(8).contains(0) || encrypted { _ = try? PolicyAd(from: &again) }
            }
        }
    }

    @Test func packets() throws {
        var random = SeededGenerator(seed: 108)
        let key = try #require(SessionKey(bytes: [UInt8](repeating: 5, count: 32)))
        for number in 0..<40_000 {
            var sender = PacketCodec(packetLength: 1 + random.below(30))
            var receiver = PacketCodec()
            let encrypted = number % 2 == 0
            if encrypted {
                try sender.enableEncryption(key: key)
                try receiver.enableEncryption(key: key)
            }
            let message = random.bytes(random.below(60))
            let wire = Array(try sender.frame(message).readableBytesView)
            let sent = number % 5 == 0 ? random.bytes(random.below(60)) : number % 5 == 1 ? wire : random.mutated(wire)
            var received: [UInt8] = []
            var offset = 0
            do throws(CedarError) {
                while offset < sent.count {
                    let end = min(sent.count, offset + 1 + random.below(40))
                    receiver.receive(ByteBuffer(bytes: sent[offset..<end]))
                    offset = end
                    while let packet = try receiver.nextPacket() { received += Array(packet.payload.readableBytesView) }
                }
                if sent == wire { Self.check(received == message, 108, number) }
                // Under encryption nothing but a beginning of what was sent is ever delivered.
                if encrypted { Self.check(message.starts(with: received), 108, number) }
            } catch {
                Self.check(sent != wire, 108, number)
                if encrypted { Self.check(message.starts(with: received), 108, number) }
            }
        }
    }

    /// The client's machine, in each of its states, is given the server's recorded message changed, or nonsense.
    @Test func clientHandshake() throws {
        var random = SeededGenerator(seed: 109)
        let vector = try Vectors.load("token-session", as: TokenSessionVector.self)
        var entropy = HandshakeEntropy()
        entropy.keyExchange = KeyExchange(scalar: vector.ecdh.clientPrivateScalar.bytes)
        entropy.tokenRandom = vector.akep2.ra.bytes
        let token = Credential.token(try BearerToken(vector.token))
        // The machine before each message of the server, and that message.
        var stages: [(ClientHandshake, [UInt8])] = []
        var handshake = ClientHandshake(HandshakeFixture.client(token, authentication: .preferred), resuming: nil, entropy: entropy)
        _ = handshake.start()
        for index in [2, 4, 6, 8, 9] {
            let message = vector.messages[index].plaintext.bytes
            stages.append((handshake, message))
            _ = handshake.receive(.init(payload: ByteBuffer(bytes: message), endsMessage: true))
        }
        for credential in [Credential.fileSystem, .claimToBe("x@y"), .anonymous] {
            let method = credential.method
            var encoder = MessageEncoder(encrypted: false)
            PolicyAdFixture.reply(method, publicKey: vector.ecdh.serverPublicB64).write(to: &encoder)
            var machine = ClientHandshake(HandshakeFixture.client(credential), resuming: nil, entropy: entropy)
            _ = machine.start()
            _ = machine.receive(.init(payload: ByteBuffer(bytes: encoder.bytes), endsMessage: true))
            encoder = MessageEncoder(encrypted: false)
            encoder.write(integer: method.rawValue)
            _ = machine.receive(.init(payload: ByteBuffer(bytes: encoder.bytes), endsMessage: true))
            encoder = MessageEncoder(encrypted: false)
            if method == .fileSystem { encoder.write(string: "/tmp/FS_127.0.0.1_9618_abc_") } else { encoder.write(integer: 1) }
            stages.append((machine, encoder.bytes))
        }
        for number in 0..<250_000 {
            var (machine, message) = stages[number % stages.count]
            let input = number % 7 == 0 ? random.bytes(random.below(40)) : random.mutated(message)
            var ended = false
            var made: Set<String> = []
            var event = 0
            func handle(_ actions: [HandshakeAction]) {
                for action in actions {
                    switch action {
                    case .failed, .established: ended = true
                    case .createDirectory(let path):
                        Self.check(path.hasPrefix("/tmp/FS_"), 109, number)
                        made.insert(path)
                        handle(machine.directoryCreated(random.below(2) == 0))
                    case .removeDirectory(let path): made.remove(path)
                    case .send, .resetDigests, .enableEncryption: break
                    }
                }
            }
            handle(machine.receive(.init(payload: ByteBuffer(bytes: input), endsMessage: random.below(8) != 0)))
            while !ended, event < 3 {
                event += 1
                handle(machine.receive(.init(payload: ByteBuffer(bytes: random.bytes(8 * random.below(3))), endsMessage: true)))
            }
            if !ended { handle(machine.connectionClosed()) }
            Self.check(ended, 109, number)
            // After its end the machine accepts nothing.
            for action in machine.receive(.init(payload: ByteBuffer(bytes: [1]), endsMessage: true)) {
                guard case .failed = action else {
                    Issue.record("seed 109, case \(number): \(action)")
                    continue
                }
            }
        }
    }

    /// The server's machine, in each of its states, is given the client's message changed, or nonsense.
    @Test func serverHandshake() throws {
        var random = SeededGenerator(seed: 110)
        let vector = try Vectors.load("stock-client-token", as: StockTokenVector.self)
        let resume = try Vectors.load("resume-session", as: ResumeVector.self)
        var configuration = try HandshakeFixture.server(methods: [.token, .fileSystem, .claimToBe, .anonymous])
        configuration.sharedPortIDs = ["myschedd", "schedd_32108_feef"]
        configuration.signingKeys = [try Vectors.poolKey()]
        let client = vector.messages.filter(\.fromClient).map(\.plaintext.bytes)
        var recorded = MessageDecoder(message: vector.messages[6].plaintext.bytes, encrypted: false)
        var entropy = ServerEntropy()
        entropy.tokenRandom = try TokenServerMessage(from: &recorded).serverRandom
        var machine = ServerHandshake(configuration, localEndpoint: HandshakePair.endpoint, sessionID: "id", now: 1, entropy: entropy)
        var stages: [(ServerHandshake, [UInt8])] = []
        for message in client {
            stages.append((machine, message))
            _ = machine.receive(.init(payload: ByteBuffer(bytes: message), endsMessage: true))
        }
        stages.append((stages[0].0, resume.messages[1].plaintext.bytes))
        for method in [AuthenticationMethod.fileSystem, .claimToBe] {
            var machine = stages[2].0
            var encoder = MessageEncoder(encrypted: false)
            encoder.write(integer: method.rawValue)
            stages.append((machine, encoder.bytes))
            _ = machine.receive(.init(payload: ByteBuffer(bytes: encoder.bytes), endsMessage: true))
            encoder = MessageEncoder(encrypted: false)
            encoder.write(integer: method == .fileSystem ? 0 : 1)
            encoder.write(string: method == .fileSystem ? "127.0.0.1:9618" : "alice@pool.test")
            stages.append((machine, encoder.bytes))
        }
        let session = ServerSession(
            session: SecuritySession(
                id: resume.sid, key: try #require(SessionKey(bytes: resume.sessionKey.bytes)), user: "alice@pool.test", method: .token,
                validCommands: [519], duration: .seconds(60), lease: .zero, peerVersion: nil))
        for number in 0..<250_000 {
            var (machine, message) = stages[number % stages.count]
            let input = number % 7 == 0 ? random.bytes(random.below(40)) : random.mutated(message)
            var ended = false
            var event = 0
            func handle(_ actions: [ServerHandshakeAction]) {
                for action in actions {
                    switch action {
                    case .failed: ended = true
                    case .accepted(let command):
                        ended = true
                        // Nobody becomes a user by nonsense: a proof is only as good as the recorded one.
                        if let user = command.session?.session.user {
                            Self.check(
                                ["alice@lab.test", "alice@pool.test", "carol@pool.test", "CONDOR_ANONYMOUS_USER@pool.test"].contains(user)
                                    || user == SecuritySession.unauthenticatedUser
                                    || command.session?.session.method == .claimToBe, 110, number)
                        }
                    case .findSession(let id): handle(machine.sessionFound(id == resume.sid ? session : nil))
                    case .inspectDirectory(let path):
                        Self.check(path.hasPrefix("/tmp/FS_127.0.0.1_9618_") && !path.contains(".."), 110, number)
                        handle(
                            machine.directoryInspected(
                                random.below(2) == 0 ? nil : DirectoryStatus(isDirectory: true, mode: 0o700, linkCount: 2, owner: "carol")))
                    case .send, .resetDigests, .enableEncryption: break
                    }
                }
            }
            handle(machine.receive(.init(payload: ByteBuffer(bytes: input), endsMessage: random.below(8) != 0)))
            while !ended, event < 3 {
                event += 1
                handle(machine.receive(.init(payload: ByteBuffer(bytes: random.bytes(8 * random.below(3))), endsMessage: true)))
            }
            if !ended { handle(machine.connectionClosed()) }
            Self.check(ended, 110, number)
        }
    }
}

enum PolicyAdFixture {
    /// A server's policy that leaves one method.
    static func reply(_ method: AuthenticationMethod, publicKey: String) -> PolicyAd {
        var ad = PolicyAd()
        ad["Authentication"] = .string("YES")
        ad["AuthMethodsList"] = .string(method.wireName)
        ad["CryptoMethodsList"] = .string("AES")
        ad["ECDHPublicKey"] = .string(publicKey)
        ad["SessionDuration"] = .string("60")
        return ad
    }
}
