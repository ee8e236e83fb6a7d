import NIOCore
import Text
package import Tokens

/// The server's end of the security handshake: the counterpart of ``ClientHandshake``, for a small scheduler that stock tools talk to.
///
/// A state machine without a socket: give it every packet that arrives, carry out the actions it returns in order, stop at
/// ``ServerHandshakeAction/accepted(_:)`` or ``ServerHandshakeAction/failed(_:)``. After a failure send what was asked to be sent, then close.
///
/// Source: HTCondor 25.14, `condor_daemon_core.V6/daemon_command.cpp` and `condor_io/condor_secman.cpp`; checked against recorded connections
/// of stock tools.
package struct ServerHandshake: Sendable {
    /// What the server offers; the same for all connections.
    package struct Configuration: Sendable {
        /// The commands it answers.
        package var commands: [Int: ServerCommand]
        /// Methods it authenticates by, in order of preference.
        package var methods: [AuthenticationMethod]
        /// How much it wants to know who asks, for commands of the levels ALLOW and READ; the others require it.
        package var readAuthentication: SecurityLevel = .optional
        /// Keys that tokens may be signed with.
        package var signingKeys: [SigningKey] = []
        /// How long after its `iat` a token is accepted, in seconds; nil for any time.
        package var maximumTokenAge: Int64?
        /// The issuer clients should have a token of.
        package var trustDomain: String
        /// The domain of users whose name has none.
        package var userDomain: String
        /// The ids under which this server is found behind its port; empty when it is not addressed by an id.
        package var sharedPortIDs: Set<String> = []
        /// True for a server that is every daemon behind its port, whatever the id.
        package var acceptsEverySharedPortID = false
        /// The address clients find this server by.
        package var advertisedAddress: Sinful?
        /// Where clients make directories for the FS method.
        package var fileSystemDirectory = "/tmp"
        /// Who `root` is for the FS method.
        package var serviceUser = "condor"
        /// The longest life of a session in seconds.
        package var sessionDuration: Int64 = 86_400
        /// The longest time without use after which a session ends, in seconds.
        package var sessionLease: Int64 = 3_600
        /// Ciphers that stand behind AES in the answer to clients that offer them, and are never used: without one of them a client's own UDP
        /// messages, which nobody reads, fail with an error that its user sees.
        package var unusedCiphers: [String] = []
        /// The version text clients are told.
        package var versionText = CondorVersion.currentText
        /// Whether a user may run commands of a level.
        package var authorize: @Sendable (_ user: String, _ level: AuthorizationLevel) -> Bool

        package init(
            commands: [ServerCommand], methods: [AuthenticationMethod], trustDomain: String, userDomain: String,
            authorize: @escaping @Sendable (_ user: String, _ level: AuthorizationLevel) -> Bool
        ) {
            self.commands = Dictionary(commands.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
            self.methods = methods
            self.trustDomain = trustDomain
            self.userDomain = userDomain
            self.authorize = authorize
        }
    }

    private enum State {
        /// Left by the first message; a shared port request may come before it, once.
        case awaitingRequest(afterSharedPort: Bool)
        /// A session is looked up. Left by `sessionFound`.
        case lookingUpSession(PolicyAd)
        /// Left by the client's list of methods to `authenticating`, or to the end without an identity.
        case awaitingMethods(Negotiation)
        /// A method runs. Success leads to the end, failure to `awaitingMethods`.
        case authenticating(any ServerAuthenticator, AuthenticationMethod, Negotiation)
        /// Accepted or failed: nothing is expected any more.
        case ended
    }

    /// What client and server have agreed on.
    private struct Negotiation: Sendable {
        var command: ServerCommand
        var number: Int
        var methods: [AuthenticationMethod]
        var authenticationRequired: Bool
        var clientPublicKey: String
        /// Ciphers of the client that stand in the answer without being used.
        var otherCiphers: [String]
        var clientVersion: CondorVersion?
        var duration: Int64
        var lease: Int64
        /// Methods tried so far: a client cannot go round for ever.
        var attempts = 0
    }

    /// Longest message accepted during the handshake, in bytes.
    static let maximumMessageLength = 131_072
    /// Times a client may try to authenticate.
    static let maximumAttempts = 8

    private let configuration: Configuration
    private let localEndpoint: Sinful.Endpoint
    private let sessionID: String
    private let now: Int64
    private var entropy: ServerEntropy
    private var state = State.awaitingRequest(afterSharedPort: false)
    private var decoder = MessageDecoder(encrypted: false, bufferLimit: Self.maximumMessageLength)
    private var clearBytes = 0
    private var methodFailure: CedarError?

    /// - Parameters:
    ///   - localEndpoint: the connection's address on this side.
    ///   - sessionID: the id of the session if one is made, different for each connection (`host:pid:time:counter`).
    ///   - now: the time in seconds since 1970.
    package init(_ configuration: Configuration, localEndpoint: Sinful.Endpoint, sessionID: String, now: Int64) {
        self.init(configuration, localEndpoint: localEndpoint, sessionID: sessionID, now: now, entropy: ServerEntropy())
    }

    init(_ configuration: Configuration, localEndpoint: Sinful.Endpoint, sessionID: String, now: Int64, entropy: ServerEntropy) {
        self.configuration = configuration
        self.localEndpoint = localEndpoint
        self.sessionID = sessionID
        self.now = now
        self.entropy = entropy
    }

    // MARK: Events

    /// A packet arrived.
    package mutating func receive(_ packet: PacketCodec.Packet) -> [ServerHandshakeAction] {
        do throws(CedarError) {
            clearBytes += packet.payload.readableBytes
            guard decoder.bufferedByteCount + packet.payload.readableBytes <= Self.maximumMessageLength,
                clearBytes <= ClientHandshake.maximumClearLength
            else { throw CedarError(.limitExceeded, "the client's message is too long for a handshake") }
            try decoder.append(packet)
            guard decoder.hasWholeMessage else { return [] }
            return try handleMessage()
        } catch {
            return fail(error)
        }
    }

    /// The session asked for by ``ServerHandshakeAction/findSession(id:)``, or nil when there is none.
    package mutating func sessionFound(_ session: ServerSession?) -> [ServerHandshakeAction] {
        do throws(CedarError) {
            guard case .lookingUpSession(let request) = state else { throw CedarError(.unexpectedEvent, "no session was asked for") }
            return try resume(session, request)
        } catch {
            return fail(error)
        }
    }

    /// What was found for ``ServerHandshakeAction/inspectDirectory(path:)``; nil when nothing is there.
    package mutating func directoryInspected(_ status: DirectoryStatus?) -> [ServerHandshakeAction] {
        do throws(CedarError) {
            guard case .authenticating(var authenticator, let method, let negotiation) = state else {
                throw CedarError(.unexpectedEvent, "no directory was asked for")
            }
            let steps = try authenticator.directoryInspected(status)
            state = .authenticating(authenticator, method, negotiation)
            return try perform(steps)
        } catch {
            return fail(error)
        }
    }

    /// The connection ended, or the caller gives it up.
    package mutating func connectionClosed() -> [ServerHandshakeAction] {
        if case .ended = state { return [] }
        return fail(methodFailure ?? CedarError(.connectionClosed, "the client closed the connection"))
    }

    /// The part of the handshake that is going on.
    package var phase: HandshakePhase {
        switch state {
        case .awaitingRequest, .ended: .negotiation
        case .lookingUpSession: .resumption
        case .awaitingMethods: .methodSelection
        case .authenticating(_, let method, _): .authentication(method)
        }
    }

    // MARK: Transitions

    private mutating func handleMessage() throws(CedarError) -> [ServerHandshakeAction] {
        switch state {
        case .awaitingRequest(let afterSharedPort): return try receiveRequest(afterSharedPort: afterSharedPort)
        case .awaitingMethods(let negotiation):
            let mask = try decoder.readInteger()
            try decoder.readEndOfMessage()
            return try choose(mask, negotiation)
        case .authenticating(var authenticator, let method, let negotiation):
            let steps = try authenticator.receive(&decoder)
            try decoder.readEndOfMessage()
            state = .authenticating(authenticator, method, negotiation)
            return try perform(steps)
        case .lookingUpSession, .ended: throw CedarError(.unexpectedEvent, "a message came that nothing waits for")
        }
    }

    private mutating func receiveRequest(afterSharedPort: Bool) throws(CedarError) -> [ServerHandshakeAction] {
        let number = try decoder.readInteger()
        if number == Int64(ClientHandshake.sharedPortConnectCommand), !afterSharedPort {
            try receiveSharedPortRequest()
            state = .awaitingRequest(afterSharedPort: true)
            return [.resetDigests]
        }
        guard number == Int64(ClientHandshake.authenticateCommand) else { return try acceptRaw(number) }
        let ad = try PolicyAd(from: &decoder)
        try decoder.readEndOfMessage()
        if ad.string("UseSession")?.uppercased() == "YES" {
            guard let id = ad.string("Sid"), !id.isEmpty else { throw CedarError(.malformed, "the client names no session") }
            state = .lookingUpSession(ad)
            return [.findSession(id: id)]
        }
        return try negotiate(ad)
    }

    private mutating func receiveSharedPortRequest() throws(CedarError) {
        let id = try decoder.readString()
        _ = try decoder.readString()
        _ = try decoder.readInteger()
        for _ in 0..<(try decoder.readCount(limit: 16)) { _ = try decoder.readString() }
        try decoder.readEndOfMessage()
        guard configuration.acceptsEverySharedPortID || configuration.sharedPortIDs.contains(id) else {
            throw CedarError(.negotiationFailed, "no daemon of that id is behind this port", phase: .sharedPort)
        }
    }

    /// A command without a handshake.
    private mutating func acceptRaw(_ number: Int64) throws(CedarError) -> [ServerHandshakeAction] {
        guard let number = Int(exactly: number), let command = configuration.commands[number] else {
            throw CedarError(.unknownCommand, "the client asks for a command that is not known here")
        }
        guard command.level == .allow, !command.requiresIdentity else {
            throw CedarError(.permissionDenied, "the client asks for command \(number) without a handshake")
        }
        state = .ended
        return [
            .accepted(
                AcceptedCommand(number: number, authCommand: nil, session: nil, isResumed: false, clientVersion: nil, remainder: decoder))
        ]
    }

    /// The command the policies are for: where the command only makes a session, the one that is to follow.
    private func requestedCommand(_ ad: PolicyAd) throws(CedarError) -> (number: Int, authCommand: Int?, command: ServerCommand) {
        guard let number = ad.integer("Command").flatMap({ Int(exactly: $0) }) else {
            throw CedarError(.malformed, "the client names no command")
        }
        let authCommand = ad.integer("AuthCommand").flatMap { Int(exactly: $0) }
        let isIndirect = number == ClientHandshake.authenticateCommand || number == AcceptedCommand.securityQuery
        guard let command = configuration.commands[isIndirect ? authCommand ?? 0 : number] else {
            throw CedarError(.unknownCommand, "the client asks for a command that is not known here")
        }
        return (number, isIndirect ? authCommand : nil, command)
    }

    private mutating func negotiate(_ ad: PolicyAd) throws(CedarError) -> [ServerHandshakeAction] {
        let request = try requestedCommand(ad)
        guard ad.string("Enact")?.uppercased() == "NO" else {
            throw CedarError(.unsupported, "the client does not want an answer to its policy")
        }
        for feature in ["Encryption", "Integrity"] {
            guard SecurityLevel.reconcile(SecurityLevel(policyText: ad.string(feature)), .required) == true else {
                throw CedarError(.negotiationFailed, "the client refuses encryption or integrity")
            }
        }
        let ciphers = (ad.string("CryptoMethods") ?? "").uppercased().utf8.split(whereSeparator: { $0 == 0x2C || $0 == 0x20 })
        guard ciphers.contains(where: { $0.elementsEqual("AES".utf8) }) else {
            throw CedarError(.unsupported, "the client does not offer AES")
        }
        guard let publicKey = ad.string("ECDHPublicKey") else {
            throw CedarError(.unsupported, "the client is older than 9.9: it sent no key to agree on")
        }
        let client = SecurityLevel(policyText: ad.string("AuthenticationNew") ?? ad.string("Authentication"))
        let isReading = request.command.level == .allow || request.command.level == .read
        let server: SecurityLevel = isReading && !request.command.requiresIdentity ? configuration.readAuthentication : .required
        guard var authenticates = SecurityLevel.reconcile(client, server) else {
            throw CedarError(.negotiationFailed, "client and server do not agree on authentication")
        }
        let isRequired = client == .required || server == .required
        let offered = AuthenticationMethod.list(ad.string("AuthMethods") ?? "")
        let methods = usableMethods.filter { offered.contains($0) }
        if authenticates, methods.isEmpty {
            guard !isRequired else { throw CedarError(.negotiationFailed, "client and server have no authentication method in common") }
            authenticates = false
        }
        let duration = min(max(ad.integer("SessionDuration") ?? 0, 0), max(configuration.sessionDuration, 0))
        let leases = [max(ad.integer("SessionLease") ?? 0, 0), max(configuration.sessionLease, 0)].filter { $0 > 0 }
        let negotiation = Negotiation(
            command: request.command, number: request.number, methods: methods, authenticationRequired: isRequired,
            clientPublicKey: publicKey,
            otherCiphers: configuration.unusedCiphers.filter { cipher in ciphers.contains { $0.elementsEqual(cipher.utf8) } },
            clientVersion: ad.string("RemoteVersion").flatMap { CondorVersion($0) }, duration: duration,
            lease: min(leases.min() ?? 0, ServerPolicy.maximumLife))
        let keyExchange = if let given = entropy.keyExchange { given } else { try KeyExchange() }
        entropy.keyExchange = keyExchange
        var message = MessageEncoder(encrypted: false)
        reply(negotiation, authenticates: authenticates, publicKeyText: keyExchange.publicKeyText).write(to: &message)
        guard authenticates else { return [.send(message.bytes)] + (try accept(nil, nil, negotiation)) }
        state = .awaitingMethods(negotiation)
        return [.send(message.bytes)]
    }

    /// Methods that this server can carry out.
    private var usableMethods: [AuthenticationMethod] {
        configuration.methods.filter { method in
            switch method {
            case .token: !configuration.signingKeys.isEmpty
            case .fileSystem, .claimToBe, .anonymous: true
            case .ssl, .scitokens: false
            }
        }
    }

    private mutating func choose(_ mask: Int64, _ negotiation: Negotiation) throws(CedarError) -> [ServerHandshakeAction] {
        var negotiation = negotiation
        negotiation.attempts += 1
        guard negotiation.attempts <= Self.maximumAttempts else { throw CedarError(.authenticationFailed, "the client tried too often") }
        let method = negotiation.methods.first { mask & Int64($0.rawValue) != 0 }
        var message = MessageEncoder(encrypted: false)
        message.write(integer: method?.rawValue ?? 0)
        guard let method else {
            guard negotiation.authenticationRequired else { return [.send(message.bytes)] + (try accept(nil, nil, negotiation)) }
            let error = methodFailure ?? CedarError(.authenticationFailed, "the client has no authentication method left")
            return [.send(message.bytes)] + fail(error)
        }
        var authenticator: any ServerAuthenticator
        switch method {
        case .token:
            let isOld = negotiation.clientVersion.map { $0 < CondorVersion(23, 9, 0) } ?? true
            authenticator = TokenServer(
                keys: Dictionary(configuration.signingKeys.map { ($0.id, $0) }, uniquingKeysWith: { $1 }),
                serverName: isOld ? "condor_pool@" + configuration.trustDomain : "condor@password", random: entropy.tokenRandom, now: now,
                maximumAge: configuration.maximumTokenAge)
        case .fileSystem: authenticator = FileSystemServer(configuration, local: localEndpoint, random: entropy.directoryRandom)
        case .claimToBe: authenticator = ClaimToBeServer(domain: configuration.userDomain)
        case .anonymous: authenticator = AnonymousServer(domain: configuration.userDomain)
        case .ssl, .scitokens: throw CedarError(.unsupported, "the \(method) method is not available")
        }
        let steps = try authenticator.start()
        state = .authenticating(authenticator, method, negotiation)
        return [.send(message.bytes)] + (try perform(steps))
    }

    private mutating func perform(_ steps: [ServerAuthenticatorStep]) throws(CedarError) -> [ServerHandshakeAction] {
        var actions: [ServerHandshakeAction] = []
        for step in steps {
            guard case .authenticating(_, let method, let negotiation) = state else { break }
            switch step {
            case .send(let bytes): actions.append(.send(bytes))
            case .inspectDirectory(let path): actions.append(.inspectDirectory(path: path))
            case .succeeded(let identity):
                // No wrapped key follows: both sides agree on one.
                var message = MessageEncoder(encrypted: false)
                message.write(integer: 0)
                actions.append(.send(message.bytes))
                actions += try accept(identity, method, negotiation)
            case .failed(let error):
                methodFailure = error
                state = .awaitingMethods(negotiation)
            }
        }
        return actions
    }

    /// Encryption on, then the verdict.
    private mutating func accept(
        _ identity: ProvenIdentity?, _ method: AuthenticationMethod?, _ negotiation: Negotiation
    ) throws(CedarError) -> [ServerHandshakeAction] {
        guard let keyExchange = entropy.keyExchange else { throw CedarError(.unexpectedEvent, "no key was exchanged") }
        let key = try keyExchange.sessionKey(peerPublicKeyText: negotiation.clientPublicKey)
        let user = identity?.user ?? SecuritySession.unauthenticatedUser
        let level = negotiation.command.level
        // What everybody may do belongs to no session: a client that has one of a low level negotiates a better one for its next question.
        let valid = configuration.commands.values.filter {
            level.implied.contains($0.level) && ($0.level != .allow || level == .allow)
                && permits($0, user: user, isMapped: identity != nil, limits: identity?.limits)
        }
        let session = ServerSession(
            session: SecuritySession(
                id: sessionID, key: key, user: user, method: method, validCommands: Set(valid.map(\.number)),
                duration: .seconds(negotiation.duration), lease: .seconds(negotiation.lease), peerVersion: negotiation.clientVersion),
            limits: identity?.limits, token: identity?.token)
        let isAllowed = session.session.validCommands.contains(negotiation.command.number)
        var verdict = PolicyAd()
        verdict["ReturnCode"] = .string(isAllowed ? "AUTHORIZED" : "DENIED")
        verdict["Sid"] = .string(sessionID)
        verdict["User"] = .string(user)
        verdict["ValidCommands"] = .string(session.session.validCommands.sorted().map(String.init).joined(separator: ","))
        if method != nil || methodFailure != nil { verdict["TriedAuthentication"] = .boolean(true) }
        var message = MessageEncoder(encrypted: true)
        verdict.write(to: &message)
        let actions: [ServerHandshakeAction] = [.enableEncryption(key), .send(message.bytes)]
        guard isAllowed else {
            return actions
                + fail(CedarError(.permissionDenied, "\(user) may not run command \(negotiation.command.number)", phase: .authorization))
        }
        state = .ended
        return actions + [
            .accepted(
                AcceptedCommand(
                    number: negotiation.number,
                    authCommand: negotiation.number == negotiation.command.number ? nil : negotiation.command.number,
                    session: session, isResumed: false, clientVersion: negotiation.clientVersion, remainder: MessageDecoder(encrypted: true)
                ))
        ]
    }

    private func permits(_ command: ServerCommand, user: String, isMapped: Bool, limits: Set<AuthorizationLevel>?) -> Bool {
        if command.requiresIdentity, !isMapped { return false }
        if command.level == .allow { return true }
        if let limits, !limits.contains(command.level) { return false }
        return configuration.authorize(user, command.level)
    }

    private mutating func resume(_ session: ServerSession?, _ ad: PolicyAd) throws(CedarError) -> [ServerHandshakeAction] {
        // Without an answer there would be nothing of this server in the digests, and a recorded connection could be played again.
        guard ad.boolean("ResumeResponse") == true else {
            throw CedarError(.unsupported, "the client resumes a session without wanting an answer, as versions before 9.9 do")
        }
        var answer = PolicyAd()
        answer["RemoteVersion"] = .string(configuration.versionText)
        answer["ReturnCode"] = .string(session == nil ? "SID_NOT_FOUND" : "AUTHORIZED")
        if session != nil { answer["Nonce"] = .string(Base64.encode(entropy.nonce)) }
        var message = MessageEncoder(encrypted: false)
        answer.write(to: &message)
        let sending: [ServerHandshakeAction] = [.send(message.bytes)]
        guard let session else {
            return sending + fail(CedarError(.unknownSession, "the client resumes a session that is not known"))
        }
        // Whether the command is allowed is said by closing the connection or not.
        do throws(CedarError) {
            let request = try requestedCommand(ad)
            let user = session.session.user
            guard permits(request.command, user: user, isMapped: user != SecuritySession.unauthenticatedUser, limits: session.limits),
                request.command.level == .allow || session.session.validCommands.contains(request.command.number)
            else { throw CedarError(.permissionDenied, "\(user) may not run command \(request.command.number) in this session") }
            state = .ended
            return sending + [
                .enableEncryption(session.session.key),
                .accepted(
                    AcceptedCommand(
                        number: request.number, authCommand: request.authCommand, session: session, isResumed: true,
                        clientVersion: ad.string("RemoteVersion").flatMap { CondorVersion($0) } ?? session.session.peerVersion,
                        remainder: MessageDecoder(encrypted: true))),
            ]
        } catch {
            return sending + fail(error)
        }
    }

    private mutating func fail(_ error: CedarError) -> [ServerHandshakeAction] {
        let located = error.during(phase)
        state = .ended
        return [.failed(located)]
    }

    /// The server's policy.
    private func reply(_ negotiation: Negotiation, authenticates: Bool, publicKeyText: String) -> PolicyAd {
        var ad = PolicyAd()
        ad["Authentication"] = .string(authenticates ? "YES" : "NO")
        if authenticates, !negotiation.authenticationRequired { ad["AuthRequired"] = .boolean(false) }
        ad["AuthMethodsList"] = .string(AuthenticationMethod.list(negotiation.methods))
        ad["AuthMethods"] = .string(negotiation.methods.first?.wireName ?? "")
        ad["CryptoMethods"] = .string("AES")
        ad["CryptoMethodsList"] = .string((["AES"] + negotiation.otherCiphers).joined(separator: ","))
        ad["ECDHPublicKey"] = .string(publicKeyText)
        ad["Enact"] = .string("YES")
        ad["Encryption"] = .string("YES")
        ad["Integrity"] = .string("YES")
        if !configuration.signingKeys.isEmpty {
            ad["IssuerKeys"] = .string(configuration.signingKeys.map(\.id).sorted().joined(separator: ", "))
        }
        ad["NegotiatedSession"] = .boolean(true)
        ad["RemoteVersion"] = .string(configuration.versionText)
        ad["SessionDuration"] = .string(String(negotiation.duration))
        ad["SessionLease"] = .integer(negotiation.lease)
        ad["TrustDomain"] = .string(configuration.trustDomain)
        return ad
    }
}
