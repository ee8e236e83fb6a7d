import NIOCore
import Testing
import Text
@testable import Tokens

@testable import Cedar

/// Client end and server end authenticate each other in memory.
@Suite struct HandshakeTests {
    private typealias Fixture = HandshakeFixture

    @Test(arguments: [nil, "schedd_1_2"])
    func token(sharedPortID: String?) throws {
        for key in [try Fixture.key(), try Fixture.key("second", 9)] {
            var server = try Fixture.server()
            server.sharedPortIDs = ["schedd_1_2"]
            var pair = HandshakePair(Fixture.client(.token(try Fixture.token(key: key)), sharedPortID: sharedPortID), server)
            try pair.run()
            let session = try #require(
                pair.established?.session, "\(String(describing: pair.clientError)) \(String(describing: pair.serverError))")
            let accepted = try #require(pair.accepted)
            #expect(session.user == "alice@pool.test")
            #expect(session.method == .token)
            #expect(session.id == "host:1:2:3")
            #expect(session.validCommands == [60_020, 516, 519])
            #expect(session.duration == .seconds(60))
            #expect(session.lease == .seconds(3_600))
            #expect(session.peerVersion == .current)
            #expect(accepted.number == 519)
            #expect(accepted.clientVersion == .current)
            #expect(accepted.session?.session.user == "alice@pool.test")
            #expect(accepted.session?.session.key == session.key)
            #expect(accepted.session?.token?.issuer == "pool.test")
            #expect(accepted.session?.limits == nil)
            #expect(try pair.exchange())
        }
    }

    @Test(arguments: [nil, "schedd_1_2"])
    func fileSystem(sharedPortID: String?) throws {
        var server = try Fixture.server()
        server.sharedPortIDs = ["schedd_1_2"]
        var pair = HandshakePair(Fixture.client(.fileSystem, command: 1112, sharedPortID: sharedPortID), server)
        try pair.run()
        #expect(pair.established?.session.user == "alice@pool.test")
        #expect(pair.established?.session.validCommands == [60_020, 60_021, 516, 519, 1112])
        #expect(pair.directories.isEmpty)
        let made = try #require(pair.madeDirectories.first)
        #expect(made.hasPrefix("/tmp/FS_127.0.0.1_9618_"))
        #expect(made.hasSuffix("_127.0.0.1:9618" + (sharedPortID.map { "?sock=\($0)" } ?? "")))
        #expect(try pair.exchange())

        // The superuser is the service's user; a client that adds nothing is accepted as well.
        var client = Fixture.client(.fileSystem)
        client.connectedEndpoint = nil
        pair = HandshakePair(client, server)
        pair.owner = "root"
        try pair.run()
        #expect(pair.established?.session.user == "condor@pool.test")
    }

    @Test func everySharedPortID() throws {
        var server = try Fixture.server()
        let client = Fixture.client(.fileSystem, command: 1112, sharedPortID: "any.id")
        var pair = HandshakePair(client, server)
        try pair.run()
        #expect(pair.serverError?.phase == .sharedPort)
        server.acceptsEverySharedPortID = true
        pair = HandshakePair(client, server)
        try pair.run()
        #expect(pair.established?.session.user == "alice@pool.test")
        #expect(pair.madeDirectories.first?.hasSuffix("?sock=any.id") == true)
    }

    /// A command for everybody is in no session of another level, and yet such a session can be resumed for it.
    @Test func commandsForEverybody() throws {
        let server = try Fixture.server()
        var client = Fixture.client(.fileSystem, command: 516)
        var first = HandshakePair(client, server)
        try first.run()
        let session = try #require(first.established?.session)
        #expect(!session.validCommands.contains(60_011))
        client.command = 60_011
        var second = HandshakePair(client, server, resuming: session)
        second.sessions = first.sessions
        try second.run()
        #expect(second.accepted?.isResumed == true)
    }

    @Test func otherMethods() throws {
        var pair = HandshakePair(Fixture.client(.claimToBe("bob@pool.test"), command: 1112), try Fixture.server(methods: [.claimToBe]))
        try pair.run()
        #expect(pair.established?.session.user == "bob@pool.test")
        #expect(pair.established?.session.method == .claimToBe)
        pair = HandshakePair(Fixture.client(.claimToBe("bob")), try Fixture.server(methods: [.claimToBe]))
        try pair.run()
        #expect(pair.established?.session.user == "bob@pool.test")
        pair = HandshakePair(Fixture.client(.anonymous, command: 516), try Fixture.server(methods: [.anonymous]))
        try pair.run()
        #expect(pair.established?.session.user == "CONDOR_ANONYMOUS_USER@pool.test")
        for name in ["", "@pool.test", "a b@pool.test", "x@unmapped", "a/b", "a\n@b"] {
            pair = HandshakePair(Fixture.client(.claimToBe(name)), try Fixture.server(methods: [.claimToBe]))
            try pair.run()
            #expect(pair.established == nil)
            #expect(pair.serverError == CedarError(.authenticationFailed, ""), "\(name)")
            #expect(pair.clientError == CedarError(.authenticationFailed, ""))
        }
    }

    @Test func unauthenticatedReading() throws {
        var pair = HandshakePair(Fixture.client(nil, command: 516, authentication: .optional), try Fixture.server())
        try pair.run()
        #expect(pair.established?.session.user == SecuritySession.unauthenticatedUser)
        #expect(pair.established?.session.validCommands == [60_020, 516])
        #expect(pair.established?.session.method == nil)
        #expect(try pair.exchange())
        // A command that wants an identity.
        pair = HandshakePair(Fixture.client(nil, command: 519, authentication: .optional), try Fixture.server())
        try pair.run()
        #expect(pair.serverError == CedarError(.negotiationFailed, ""))
        #expect(pair.clientError == CedarError(.connectionClosed, ""))
        #expect(pair.clientError?.phase == .negotiation)
    }

    /// Neither side requires authentication: a failure to authenticate is not the end.
    @Test func optionalAuthenticationMayFail() throws {
        let wrong = try Fixture.token(key: Fixture.key("POOL", 77))
        var pair = HandshakePair(Fixture.client(.token(wrong), command: 516, authentication: .preferred), try Fixture.server())
        try pair.run()
        #expect(pair.established?.session.user == SecuritySession.unauthenticatedUser)
        #expect(try pair.exchange())
    }

    /// Stock clients offer several methods, and what is left of them after one has failed; ours has one.
    @Test func theNextMethodIsTried() throws {
        var server = ServerHandshake(
            try Fixture.server(methods: [.token, .fileSystem]), localEndpoint: HandshakePair.endpoint, sessionID: "x", now: 1_795_228_700)
        func answers(_ message: [UInt8]) -> [[UInt8]] {
            server.receive(.init(payload: ByteBuffer(bytes: message), endsMessage: true)).compactMap { action in
                guard case .send(let bytes) = action else { return nil }
                return bytes
            }
        }
        func mask(_ methods: AuthenticationMethod...) -> [UInt8] {
            var message = MessageEncoder(encrypted: false)
            message.write(integer: methods.reduce(0) { $0 | $1.rawValue })
            return message.bytes
        }
        func bytes(_ step: AuthenticatorStep?) throws -> [UInt8] {
            guard case .send(let bytes) = step else { throw CedarError(.unexpectedEvent, "nothing to send") }
            return bytes
        }

        let wrong = try Fixture.token(key: Fixture.key("POOL", 77))
        var client = ClientHandshake(Fixture.client(.token(wrong)))
        guard case .send(let request) = client.start().first else { Issue.record("nothing asked"); return }
        var decoder = MessageDecoder(message: request, encrypted: false)
        #expect(try decoder.readInteger() == 60_010)
        var policy = try PolicyAd(from: &decoder)
        policy["AuthMethods"] = .string("TOKEN,FS")
        var message = MessageEncoder(encrypted: false)
        message.write(integer: 60_010)
        policy.write(to: &message)
        #expect(answers(message.bytes).count == 1)

        #expect(answers(mask(.token, .fileSystem)) == [mask(.token)])
        var method = TokenClient(token: wrong, random: [UInt8](repeating: 1, count: AKEP2.randomLength))
        let proof = try #require(answers(try bytes(method.start().first)).first)
        decoder = MessageDecoder(message: proof, encrypted: false)
        #expect(answers(try bytes(method.receive(&decoder).first)) == [])
        #expect(server.phase == .methodSelection)
        #expect(answers(mask(.fileSystem)).first == mask(.fileSystem))
        #expect(server.phase == .authentication(.fileSystem))
    }

    @Test func refusedTokens() throws {
        let key = try Fixture.key()
        let tokens: [BearerToken] = [
            try Fixture.token(key: Fixture.key("POOL", 77)), try Fixture.token(key: Fixture.key("unknown")),
            try Fixture.token(key: key, expiration: 1_795_228_699), try Fixture.token(subject: "alice", key: key),
            try Fixture.token(subject: "alice@unmapped", key: key), try Fixture.token(subject: "@pool.test", key: key),
            try Fixture.token(subject: "alice@", key: key),
            try IDToken(subject: "alice@pool.test", issuer: "", issuedAt: 1).signed(with: key),
            try IDToken(subject: "alice@pool.test", issuer: "pool.test", issuedAt: 1, tokenID: "").signed(with: key),
        ]
        for token in tokens {
            var pair = HandshakePair(Fixture.client(.token(token)), try Fixture.server())
            try pair.run()
            #expect(pair.established == nil)
            #expect(pair.accepted == nil)
            #expect(pair.clientError == CedarError(.authenticationFailed, ""))
            #expect(pair.clientError?.phase == .authentication(.token))
            #expect(pair.serverError == CedarError(.authenticationFailed, ""))
            #expect(pair.serverError?.phase == .authentication(.token))
        }
        // One that expires later, and one within a limit of age.
        var pair = HandshakePair(Fixture.client(.token(try Fixture.token(key: key, expiration: 1_795_228_701))), try Fixture.server())
        try pair.run()
        #expect(pair.established != nil)
        for (age, succeeds) in [(Int64(100), true), (99, false)] {
            var server = try Fixture.server()
            server.maximumTokenAge = age
            pair = HandshakePair(Fixture.client(.token(try Fixture.token(key: key))), server)
            try pair.run()
            #expect((pair.established != nil) == succeeds)
        }
    }

    /// A token of another algorithm is refused by the server even when its key would verify it.
    @Test func onlyTheAlgorithmsOnTheList() throws {
        func status(_ header: String, _ payload: String = #"{"iss":"i","jti":"j","sub":"a@b"}"#) throws -> Int64 {
            var server = TokenServer(
                keys: ["POOL": try Fixture.key()], serverName: "condor@password", random: [UInt8](repeating: 1, count: 256), now: 10,
                maximumAge: nil)
            var message = MessageEncoder(encrypted: false)
            message.write(integer: 0)
            message.write(integer: 3)
            message.write(string: "a@b")
            message.write(string: Base64.encodeURL(header.utf8) + "." + Base64.encodeURL(payload.utf8))
            message.write(integer: 256)
            message.write(bytes: [UInt8](repeating: 2, count: 256))
            var decoder = MessageDecoder(message: message.bytes, encrypted: false)
            guard case .send(let bytes) = try server.receive(&decoder).first else { return -99 }
            var answer = MessageDecoder(message: bytes, encrypted: false)
            return try TokenServerMessage(from: &answer).status
        }
        #expect(try status(#"{"alg":"HS256","kid":"POOL"}"#) == 0)
        for header in [
            #"{"alg":"HS512","kid":"POOL"}"#, #"{"alg":"none","kid":"POOL"}"#, #"{"kid":"POOL"}"#, #"{"alg":"HS256"}"#,
            #"{"alg":"HS256","kid":"../POOL"}"#,
            #"{"alg":"HS256","kid":"POOL","crit":["x"]}"#, "x",
        ] {
            #expect(try status(header) == -1, "\(header)")
        }
        for payload in [
            #"{"iss":"i","jti":"j","sub":"a@c"}"#, #"{"iss":"i","jti":"j"}"#, #"{"iss":"i","jti":"j","sub":"a@b","exp":10}"#,
            #"{"iss":"i","jti":"j","sub":"a@b","nbf":11}"#, "[]",
        ] {
            #expect(try status(#"{"alg":"HS256","kid":"POOL"}"#, payload) == -1, "\(payload)")
        }
    }

    @Test func scopesRestrict() throws {
        let key = try Fixture.key()
        let reading = try Fixture.token(key: key, scopes: ["condor:/READ", "other"])
        var pair = HandshakePair(Fixture.client(.token(reading), command: 1112), try Fixture.server())
        try pair.run()
        #expect(pair.clientError == CedarError(.permissionDenied, ""))
        #expect(pair.clientError?.phase == .authorization)
        #expect(pair.serverError == CedarError(.permissionDenied, ""))
        pair = HandshakePair(Fixture.client(.token(reading), command: 519), try Fixture.server())
        try pair.run()
        #expect(pair.established?.session.validCommands == [60_020, 516, 519])
        #expect(pair.accepted?.session?.limits == [.allow, .read])
        pair = HandshakePair(
            Fixture.client(.token(try Fixture.token(key: key, scopes: ["condor:/WRITE"])), command: 1112), try Fixture.server())
        try pair.run()
        #expect(pair.established != nil)
        pair = HandshakePair(
            Fixture.client(.token(try Fixture.token(key: key, scopes: ["condor:/NOTHING"])), command: 519), try Fixture.server())
        try pair.run()
        #expect(pair.clientError == CedarError(.permissionDenied, ""))
        // A level nobody gave this user.
        pair = HandshakePair(Fixture.client(.token(try Fixture.token(key: key)), command: 541), try Fixture.server())
        try pair.run()
        #expect(pair.clientError == CedarError(.permissionDenied, ""))
        #expect(AuthorizationLevel.limits(scopes: ["read", "write"]) == nil)
        #expect(AuthorizationLevel.limits(scopes: ["condor:/ADMINISTRATOR"]) == [.allow, .read, .write, .administrator])
    }

    @Test func directoriesThatProveNothing() throws {
        let wrong: [DirectoryStatus?] = [
            nil, .init(isDirectory: false, mode: 0o700, linkCount: 1, owner: "alice"),
            .init(isDirectory: true, mode: 0o755, linkCount: 2, owner: "alice"),
            .init(isDirectory: true, mode: 0o1700, linkCount: 2, owner: "alice"),
            .init(isDirectory: true, mode: 0o700, linkCount: 3, owner: "alice"),
            .init(isDirectory: true, mode: 0o700, linkCount: 2, owner: nil),
        ]
        for status in wrong {
            var server = FileSystemServer(try Fixture.server(), local: HandshakePair.endpoint, random: [1, 2, 3, 4, 5, 6, 7, 8])
            var message = MessageDecoder(message: [UInt8](repeating: 0, count: 8), encrypted: false)
            guard case .inspectDirectory("/tmp/FS_127.0.0.1_9618_0102030405060708_") = try server.receive(&message).first else {
                Issue.record("nothing looked at")
                return
            }
            guard case .failed = try server.directoryInspected(status).last else {
                Issue.record("accepted \(String(describing: status))")
                return
            }
        }
        for (addition, isAccepted) in [
            ("127.0.0.1:9618", true), ("127.0.0.1:9619", false), ("10.0.0.1:9618", false), ("127.0.0.1:9618?sock=x", false),
            ("../x", false),
            ("127.0.0.1:9618/..", false), ("192.168.0.1:1", true), ("192.168.0.1:1?sock=me", true), ("?sock=me", false),
        ] {
            var configuration = try Fixture.server()
            configuration.advertisedAddress = Sinful(host: "192.168.0.1", port: 1)
            configuration.sharedPortIDs = ["me"]
            var server = FileSystemServer(configuration, local: HandshakePair.endpoint, random: [UInt8](repeating: 0, count: 8))
            var message = MessageEncoder(encrypted: false)
            message.write(integer: 0)
            message.write(string: addition)
            var decoder = MessageDecoder(message: message.bytes, encrypted: false)
            let steps = try server.receive(&decoder)
            if case .inspectDirectory = steps.first { #expect(isAccepted, "\(addition)") } else { #expect(!isAccepted, "\(addition)") }
        }
    }

    @Test func sessionsAreResumed() throws {
        let client = Fixture.client(.token(try Fixture.token(key: Fixture.key())), sharedPortID: "me")
        var server = try Fixture.server()
        server.sharedPortIDs = ["me"]
        var first = HandshakePair(client, server)
        try first.run()
        let session = try #require(first.established?.session)
        var next = client
        next.command = 516
        var second = HandshakePair(next, server, resuming: session)
        second.sessions = first.sessions
        try second.run()
        #expect(second.established?.isResumed == true)
        #expect(second.established?.session.user == "alice@pool.test")
        #expect(second.accepted?.isResumed == true)
        #expect(second.accepted?.number == 516)
        #expect(try second.exchange())
        // The server was restarted.
        var third = HandshakePair(next, server, resuming: session)
        try third.run()
        #expect(third.clientError == CedarError(.unknownSession, ""))
        #expect(third.clientError?.phase == .resumption)
        #expect(third.serverError == CedarError(.unknownSession, ""))
        // A command the session is not for: the connection closes after the server's answer.
        next.command = 1112
        var fourth = HandshakePair(next, server, resuming: session)
        fourth.sessions = first.sessions
        try fourth.run()
        #expect(fourth.accepted == nil)
        #expect(fourth.serverError == CedarError(.permissionDenied, ""))
        // Another key under the same id: nothing can be read.
        let other = SecuritySession(
            id: session.id, key: try #require(SessionKey(bytes: [UInt8](repeating: 3, count: 32))), user: "", method: nil,
            validCommands: [516],
            duration: .seconds(1), lease: .zero, peerVersion: nil)
        next.command = 516
        var fifth = HandshakePair(next, server, resuming: other)
        fifth.sessions = first.sessions
        try fifth.run()
        #expect(throws: CedarError(.integrity, "")) { try fifth.exchange() }
    }

    /// A client that wants no answer would leave nothing of the server in what is authenticated: its connection could be played again.
    @Test func resumptionsWithoutAnswerAreRefused() throws {
        for wish in [false, nil] {
            var request = PolicyAd()
            request["UseSession"] = .string("YES")
            request["Sid"] = .string("a")
            request["Command"] = .integer(516)
            request["ResumeResponse"] = wish.map { .boolean($0) }
            var message = MessageEncoder(encrypted: false)
            message.write(integer: 60_010)
            request.write(to: &message)
            var server = ServerHandshake(try Fixture.server(), localEndpoint: HandshakePair.endpoint, sessionID: "x", now: 0)
            guard case .findSession("a") = server.receive(.init(payload: ByteBuffer(bytes: message.bytes), endsMessage: true)).first else {
                Issue.record("the session is not looked up")
                return
            }
            let session = SecuritySession(
                id: "a", key: try #require(SessionKey(bytes: [UInt8](repeating: 3, count: 32))), user: "alice@pool.test", method: .token,
                validCommands: [516], duration: .seconds(60), lease: .zero, peerVersion: nil)
            let actions = server.sessionFound(ServerSession(session: session))
            guard actions.count == 1, case .failed(CedarError(.unsupported, "")) = actions[0] else {
                Issue.record("\(actions)")
                return
            }
        }
    }

    @Test func securityQuery() throws {
        let token = try Fixture.token(key: Fixture.key(), scopes: ["condor:/WRITE"])
        var pair = HandshakePair(Fixture.client(.token(token), command: 60_040, authCommand: 60_021), try Fixture.server())
        try pair.run()
        #expect(pair.accepted?.number == AcceptedCommand.securityQuery)
        #expect(pair.accepted?.authCommand == 60_021)
        #expect(pair.accepted?.session?.token?.scopes == ["condor:/WRITE"])
        pair = HandshakePair(Fixture.client(.token(token), command: 60_040, authCommand: 541), try Fixture.server())
        try pair.run()
        #expect(pair.clientError == CedarError(.permissionDenied, ""))
        pair = HandshakePair(Fixture.client(.token(token), command: 60_040), try Fixture.server())
        try pair.run()
        #expect(pair.serverError == CedarError(.unknownCommand, ""))
    }

    @Test func silentRefusals() throws {
        let token = Credential.token(try Fixture.token(key: Fixture.key()))
        // Unknown command, unknown id, no method in common, and a broker.
        var pair = HandshakePair(Fixture.client(token, command: 9_999), try Fixture.server())
        try pair.run()
        #expect(pair.serverError == CedarError(.unknownCommand, ""))
        #expect(pair.clientError == CedarError(.connectionClosed, ""))
        pair = HandshakePair(Fixture.client(token, sharedPortID: "unknown"), try Fixture.server())
        try pair.run()
        #expect(pair.serverError?.phase == .sharedPort)
        #expect(pair.clientError == CedarError(.connectionClosed, ""))
        pair = HandshakePair(Fixture.client(token), try Fixture.server(methods: [.fileSystem]))
        try pair.run()
        #expect(pair.serverError == CedarError(.negotiationFailed, ""))
        pair = HandshakePair(Fixture.client(token, authentication: .never), try Fixture.server())
        try pair.run()
        #expect(pair.serverError == CedarError(.negotiationFailed, ""))
        var client = Fixture.client(token)
        client.address.parameters["CCBID"] = "1"
        pair = HandshakePair(client, try Fixture.server())
        try pair.run()
        #expect(pair.clientError == CedarError(.unsupported, ""))
    }

    /// A token of an outside issuer has no method here: that is told before anything is sent.
    @Test func credentialsWithoutMethod() throws {
        let text =
            Base64.encodeURL(#"{"alg":"ES256"}"#.utf8) + "." + Base64.encodeURL(#"{"sub":"a"}"#.utf8) + "."
            + Base64.encodeURL([UInt8](repeating: 1, count: 64))
        for credential in [nil, Credential.token(try BearerToken(text))] {
            var handshake = ClientHandshake(Fixture.client(credential))
            #expect(handshake.start() == [.failed(CedarError(.authenticationFailed, ""))])
        }
    }

    @Test func rawCommands() throws {
        func answer(_ number: Int) throws -> ServerHandshakeAction? {
            var server = ServerHandshake(try Fixture.server(), localEndpoint: HandshakePair.endpoint, sessionID: "x", now: 0)
            var message = MessageEncoder(encrypted: false)
            message.write(integer: number)
            message.write(integer: 5)
            return server.receive(.init(payload: ByteBuffer(bytes: message.bytes), endsMessage: true)).last
        }
        guard case .accepted(var command) = try answer(60_011) else {
            Issue.record("refused")
            return
        }
        #expect(command.session == nil)
        #expect(try command.remainder.readInteger() == 5)
        guard case .failed(CedarError(.permissionDenied, "")) = try answer(516) else {
            Issue.record("accepted")
            return
        }
        guard case .failed(CedarError(.unknownCommand, "")) = try answer(7) else {
            Issue.record("accepted")
            return
        }
    }

    /// A byte changed anywhere in the conversation never ends in an authenticated session of two minds.
    @Test func changedBytes() throws {
        let token = Credential.token(try Fixture.token(key: Fixture.key()))
        for message in 0..<6 {
            for toServer in [true, false] {
                for position in stride(from: 0, to: 900, by: 7) {
                    var pair = HandshakePair(Fixture.client(token, sharedPortID: "me"), try Fixture.server())
                    pair.tamper = { direction, number, bytes in
                        if direction == toServer, number == message, position < bytes.count { bytes[position] ^= 0x15 }
                    }
                    try pair.run()
                    // Either the handshake fails, or nothing can be read after it, or the change did not matter to anybody.
                    guard pair.established != nil, pair.accepted != nil else { continue }
                    if (try? pair.exchange()) == true {
                        #expect(pair.established?.session.user == "alice@pool.test")
                        #expect(pair.accepted?.session?.session.user == "alice@pool.test")
                        // Only the request to the shared port is not covered by the digests.
                        #expect(toServer && message == 0)
                    }
                }
            }
        }
    }

    @Test func levels() {
        let levels: [SecurityLevel] = [.never, .optional, .preferred, .required]
        let expected: [[Bool?]] = [
            [false, false, false, nil], [false, false, true, true], [false, true, true, true], [nil, true, true, true],
        ]
        for (row, client) in levels.enumerated() {
            for (column, server) in levels.enumerated() { #expect(SecurityLevel.reconcile(client, server) == expected[row][column]) }
        }
        #expect(SecurityLevel(policyText: nil) == .never)
        #expect(SecurityLevel(policyText: "YES") == .required)
        #expect(SecurityLevel(policyText: "false") == .never)
        #expect(SecurityLevel(policyText: "Preferred") == .preferred)
    }
}
