import NIOCore
import Text
package import Tokens

/// The client's end of the security handshake, from the first byte of a connection until the command's own messages start.
///
/// A state machine without a socket: give it ``start()`` and every packet that arrives, carry out the actions it returns, stop at
/// ``HandshakeAction/established(_:)`` or ``HandshakeAction/failed(_:)``. Time limits are the caller's: on one of them call
/// ``connectionClosed()``, too, so that a directory that was made is removed.
///
/// Source: HTCondor 25.14, `condor_io/condor_secman.cpp` and `authentication.cpp`; checked against recorded connections.
package struct ClientHandshake: Sendable {
    /// What the client wants and what it has.
    package struct Configuration: Sendable {
        /// The address the server was found under; its shared port id is used when there is one.
        package var address: Sinful
        /// The command the connection is for.
        package var command: Int
        /// The real command when `command` only creates a session (60010) or asks for the authorisation (60040).
        package var authCommand: Int?
        /// What the identity is proven with; nil for a client that has nothing.
        package var credential: Credential?
        /// How much the client wants to be authenticated.
        package var authentication: SecurityLevel = .required
        /// The address as seen from here, for the FS method.
        package var connectedEndpoint: Sinful.Endpoint?
        /// The directory in which the FS method may make directories.
        package var fileSystemDirectory = "/tmp"
        /// The client's kind, told to the server.
        package var subsystem = "TOOL"
        /// The client's name, for the log of the shared port daemon.
        package var clientName = "TOOL"
        /// Seconds the client waits behind the shared port; -1 for no end.
        package var sharedPortDeadline = -1
        /// The client's trust domain, if it has one.
        package var trustDomain: String?
        /// The client's process id.
        package var processID = 0
        /// The life asked for the session in seconds.
        package var sessionDuration = 60
        /// The time without use after which the session ends, in seconds.
        package var sessionLease = 3_600
        /// False to resume a session without waiting for the server's word: the command's messages go out at once, which saves a round
        /// trip. A server that does not know the session then closes the connection without a word.
        package var awaitsResumptionAnswer = true
        /// The version text the server is told.
        package var versionText = CondorVersion.currentText

        package init(address: Sinful, command: Int, authCommand: Int? = nil, credential: Credential?) {
            self.address = address
            self.command = command
            self.authCommand = authCommand
            self.credential = credential
        }
    }

    private enum State {
        /// Nothing sent. Left by `start` to `awaitingPolicy` or `awaitingResumption`.
        case initial
        /// The policy was sent. The server's policy leads to `awaitingMethod`, or to `awaitingAuthorization` without authentication.
        case awaitingPolicy
        /// A method was offered, or none. The server's choice leads to `authenticating`, or, without one, to `awaitingAuthorization` if
        /// authentication is not required.
        case awaitingMethod(ServerPolicy)
        /// A method runs. Success leads to `awaitingKeyExchange`, failure to `awaitingMethod`.
        case authenticating(any ClientAuthenticator, ServerPolicy)
        /// The server's word that no wrapped key follows leads to `awaitingAuthorization`.
        case awaitingKeyExchange(AuthenticationMethod, ServerPolicy)
        /// The first encrypted message ends the handshake.
        case awaitingAuthorization(AuthenticationMethod?, ServerPolicy, SessionKey)
        /// The server's answer to a resumption ends the handshake.
        case awaitingResumption(SecuritySession)
        /// Established or failed: nothing is expected any more.
        case ended
    }

    /// Longest message accepted during the handshake, in bytes.
    static let maximumMessageLength = 262_144
    /// Longest total of clear bytes accepted: beyond the first MiB the digests of the peers would differ.
    static let maximumClearLength = 1_000_000
    /// The number of the request for a secured connection.
    static let authenticateCommand = 60_010
    /// The number of the request to a shared port daemon.
    static let sharedPortConnectCommand = 75

    /// The methods this client can carry out; a credential for another one is as good as none.
    static let methods: Set<AuthenticationMethod> = [.token, .fileSystem, .claimToBe, .anonymous]

    private let configuration: Configuration
    private let resumed: SecuritySession?
    private var entropy: HandshakeEntropy
    private var state = State.initial
    private var decoder = MessageDecoder(encrypted: false, bufferLimit: Self.maximumMessageLength)
    private var clearBytes = 0
    /// The credential, until it turns out to be of no use.
    private var credential: Credential?
    /// Why its method failed, for the final error.
    private var methodFailure: CedarError?

    /// - Parameter session: the session to resume; nil negotiates a new one.
    package init(_ configuration: Configuration, resuming session: SecuritySession? = nil) {
        self.init(configuration, resuming: session, entropy: HandshakeEntropy())
    }

    init(_ configuration: Configuration, resuming session: SecuritySession?, entropy: HandshakeEntropy) {
        self.configuration = configuration
        self.resumed = session
        self.entropy = entropy
        credential = configuration.credential.flatMap { Self.methods.contains($0.method) ? $0 : nil }
    }

    // MARK: Events

    /// The connection is there.
    package mutating func start() -> [HandshakeAction] {
        guard case .initial = state else { return fail(CedarError(.unexpectedEvent, "the handshake was started twice")) }
        do throws(CedarError) {
            return try begin()
        } catch {
            return fail(error)
        }
    }

    /// A packet arrived.
    package mutating func receive(_ packet: PacketCodec.Packet) -> [HandshakeAction] {
        do throws(CedarError) {
            clearBytes += decoder.encrypted ? 0 : packet.payload.readableBytes
            guard decoder.bufferedByteCount + packet.payload.readableBytes <= Self.maximumMessageLength,
                clearBytes <= Self.maximumClearLength
            else { throw CedarError(.limitExceeded, "the server's message is too long for a handshake") }
            try decoder.append(packet)
            guard decoder.hasWholeMessage else { return [] }
            return try handleMessage()
        } catch {
            return fail(error)
        }
    }

    /// The directory asked for by ``HandshakeAction/createDirectory(path:)`` was made, or could not be.
    package mutating func directoryCreated(_ success: Bool) -> [HandshakeAction] {
        do throws(CedarError) {
            guard case .authenticating(var authenticator, let policy) = state else {
                throw CedarError(.unexpectedEvent, "no directory was asked for")
            }
            let steps = try authenticator.directoryCreated(success)
            state = .authenticating(authenticator, policy)
            return try perform(steps)
        } catch {
            return fail(error)
        }
    }

    /// The connection ended, or the caller gives it up.
    package mutating func connectionClosed() -> [HandshakeAction] {
        switch state {
        case .ended: []
        case .initial: fail(CedarError(.connectionClosed, "the connection closed before the handshake"))
        case .awaitingPolicy:
            fail(
                CedarError(
                    .connectionClosed,
                    """
                    the server closed the connection without an answer: it does not know the command, has no security policy in common, or no \
                    daemon is behind the shared port id
                    """
                ))
        case .awaitingMethod, .authenticating:
            fail(methodFailure ?? CedarError(.authenticationFailed, "the server closed the connection during authentication"))
        case .awaitingKeyExchange:
            fail(CedarError(.authenticationFailed, "the server closed the connection instead of accepting the identity"))
        case .awaitingAuthorization:
            fail(CedarError(.connectionClosed, "the server closed the connection before it authorised the command"))
        case .awaitingResumption: fail(CedarError(.connectionClosed, "the server closed the connection instead of resuming the session"))
        }
    }

    /// The part of the handshake that is going on.
    package var phase: HandshakePhase {
        switch state {
        case .initial, .awaitingPolicy, .ended: .negotiation
        case .awaitingMethod: .methodSelection
        case .authenticating(let authenticator, _): .authentication(authenticator.method)
        case .awaitingKeyExchange: .keyExchange
        case .awaitingAuthorization: .authorization
        case .awaitingResumption: .resumption
        }
    }

    // MARK: Transitions

    private mutating func begin() throws(CedarError) -> [HandshakeAction] {
        guard !configuration.address.needsBroker else {
            throw CedarError(.unsupported, "the daemon is only reachable through a connection broker")
        }
        if configuration.authentication == .required, resumed == nil, credential == nil {
            let method = configuration.credential.map { AuthenticationMethod.list([$0.method]) }
            throw CedarError(
                .authenticationFailed, method.map { "credentials for \($0) cannot be used by this client" } ?? "there is no credential")
        }
        var actions: [HandshakeAction] = []
        if let id = configuration.address.sharedPortID {
            var message = MessageEncoder(encrypted: false)
            message.write(integer: Self.sharedPortConnectCommand)
            message.write(string: id)
            message.write(string: configuration.clientName)
            message.write(integer: configuration.sharedPortDeadline)
            message.write(integer: 0)
            actions = [.send(message.bytes), .resetDigests]
        }
        var message = MessageEncoder(encrypted: false)
        message.write(integer: Self.authenticateCommand)
        if let resumed {
            resumptionRequest(of: resumed).write(to: &message)
            guard configuration.awaitsResumptionAnswer else {
                state = .ended
                let established = EstablishedSession(session: resumed, isResumed: true)
                return actions + [.send(message.bytes), .enableEncryption(resumed.key), .established(established)]
            }
            state = .awaitingResumption(resumed)
        } else {
            let keyExchange = if let given = entropy.keyExchange { given } else { try KeyExchange() }
            entropy.keyExchange = keyExchange
            policyAd(publicKeyText: keyExchange.publicKeyText).write(to: &message)
            state = .awaitingPolicy
        }
        return actions + [.send(message.bytes)]
    }

    private mutating func handleMessage() throws(CedarError) -> [HandshakeAction] {
        switch state {
        case .initial, .ended: throw CedarError(.unexpectedEvent, "a message came that nothing waits for")
        case .awaitingPolicy:
            let policy = try ServerPolicy(PolicyAd(from: &decoder))
            try decoder.readEndOfMessage()
            return try negotiate(policy)
        case .awaitingMethod(let policy):
            let choice = try decoder.readInteger()
            try decoder.readEndOfMessage()
            return try authenticate(choice, policy)
        case .authenticating(var authenticator, let policy):
            let steps = try authenticator.receive(&decoder)
            try decoder.readEndOfMessage()
            state = .authenticating(authenticator, policy)
            return try perform(steps)
        case .awaitingKeyExchange(let method, let policy):
            let hasKey = try decoder.readInteger()
            try decoder.readEndOfMessage()
            guard hasKey == 0 else { throw CedarError(.unsupported, "the server delivers a wrapped key, as versions before 9.9 do") }
            return try encrypt(after: method, policy)
        case .awaitingAuthorization(let method, let policy, let key):
            let ad = try PolicyAd(from: &decoder)
            try decoder.readEndOfMessage()
            return try finish(ad, method, policy, key)
        case .awaitingResumption(let session):
            let ad = try PolicyAd(from: &decoder)
            try decoder.readEndOfMessage()
            return try resume(session, ad)
        }
    }

    private mutating func negotiate(_ policy: ServerPolicy) throws(CedarError) -> [HandshakeAction] {
        guard policy.offersAES else { throw CedarError(.unsupported, "the server does not offer AES") }
        guard policy.authenticates else {
            guard configuration.authentication != .required else {
                throw CedarError(.negotiationFailed, "the server does not authenticate this command")
            }
            // Servers up to 23.9 talk with strangers in clear or not at all.
            guard policy.publicKey != nil else { throw CedarError(.negotiationFailed, "the server does not encrypt without an identity") }
            return try encrypt(after: nil, policy)
        }
        guard policy.publicKey != nil else { throw CedarError(.unsupported, "the server is older than 9.9: it sent no key to agree on") }
        if let method = credential?.method, !policy.methods.contains(method) { credential = nil }
        return try offerMethod(policy)
    }

    /// Tells the server which method is left, if any.
    private mutating func offerMethod(_ policy: ServerPolicy) throws(CedarError) -> [HandshakeAction] {
        state = .awaitingMethod(policy)
        guard credential != nil || (!policy.authenticationRequired && configuration.authentication != .required) else {
            throw methodFailure
                ?? CedarError(
                    .authenticationFailed,
                    "the server accepts \(AuthenticationMethod.list(policy.methods)), and there is no credential for any of these methods")
        }
        var message = MessageEncoder(encrypted: false)
        message.write(integer: credential?.method.rawValue ?? 0)
        return [.send(message.bytes)]
    }

    private mutating func authenticate(_ choice: Int64, _ policy: ServerPolicy) throws(CedarError) -> [HandshakeAction] {
        guard choice != 0 else {
            guard !policy.authenticationRequired, configuration.authentication != .required else {
                throw methodFailure ?? CedarError(.authenticationFailed, "the server accepts none of the offered methods")
            }
            return try encrypt(after: nil, policy)
        }
        guard let credential, choice == Int64(credential.method.rawValue) else {
            throw CedarError(.malformed, "the server chose a method that was not offered")
        }
        var authenticator: any ClientAuthenticator
        switch credential {
        case .token(let token):
            authenticator = TokenClient(token: token, random: entropy.tokenRandom)
        case .fileSystem:
            authenticator = FileSystemClient(
                parent: configuration.fileSystemDirectory, endpoint: configuration.connectedEndpoint,
                sharedPortID: configuration.address.sharedPortID)
        case .claimToBe(let user): authenticator = ClaimToBeClient(user: user)
        case .anonymous: authenticator = AnonymousClient()
        }
        let steps = try authenticator.start()
        state = .authenticating(authenticator, policy)
        return try perform(steps)
    }

    private mutating func perform(_ steps: [AuthenticatorStep]) throws(CedarError) -> [HandshakeAction] {
        var actions: [HandshakeAction] = []
        for step in steps {
            switch step {
            case .send(let bytes): actions.append(.send(bytes))
            case .createDirectory(let path): actions.append(.createDirectory(path: path))
            case .removeDirectory(let path): actions.append(.removeDirectory(path: path))
            case .succeeded:
                guard case .authenticating(let authenticator, let policy) = state else { break }
                state = .awaitingKeyExchange(authenticator.method, policy)
            case .failed(let error):
                guard case .authenticating(_, let policy) = state else { break }
                methodFailure = error
                credential = nil
                do throws(CedarError) {
                    actions += try offerMethod(policy)
                } catch {
                    return actions + fail(error)
                }
            }
        }
        return actions
    }

    /// Switches encryption on; the server's verdict is the first message under it.
    private mutating func encrypt(after method: AuthenticationMethod?, _ policy: ServerPolicy) throws(CedarError) -> [HandshakeAction] {
        guard let keyExchange = entropy.keyExchange, let publicKey = policy.publicKey else {
            throw CedarError(.unexpectedEvent, "no key was exchanged")
        }
        let key = try keyExchange.sessionKey(peerPublicKeyText: publicKey)
        state = .awaitingAuthorization(method, policy, key)
        decoder = MessageDecoder(encrypted: true, bufferLimit: Self.maximumMessageLength)
        return [.enableEncryption(key)]
    }

    private mutating func finish(
        _ ad: PolicyAd, _ method: AuthenticationMethod?, _ policy: ServerPolicy, _ key: SessionKey
    ) throws(CedarError) -> [HandshakeAction] {
        let user = ad.string("User") ?? SecuritySession.unauthenticatedUser
        switch ad.string("ReturnCode") {
        case nil, "AUTHORIZED": break
        case "DENIED":
            throw CedarError(
                .permissionDenied, "the server does not let \(user) run command \(configuration.authCommand ?? configuration.command)")
        case "CMD_NOT_FOUND": throw CedarError(.unknownCommand, "the server does not know command \(configuration.command)")
        default: throw CedarError(.negotiationFailed, "the server answered with an unknown code instead of authorising the command")
        }
        guard let id = ad.string("Sid"), !id.isEmpty, let commands = ad.string("ValidCommands") else {
            throw CedarError(.malformed, "the server's verdict lacks the session")
        }
        state = .ended
        let session = SecuritySession(
            id: id, key: key, user: user, method: method,
            validCommands: Set(commands.utf8.split(separator: UInt8(ascii: ",")).compactMap { String($0).flatMap { Int($0) } }),
            duration: .seconds(min(policy.duration, Int64(max(configuration.sessionDuration, 0)))), lease: .seconds(policy.lease),
            peerVersion: policy.version)
        return [.established(EstablishedSession(session: session, isResumed: false))]
    }

    private mutating func resume(_ session: SecuritySession, _ ad: PolicyAd) throws(CedarError) -> [HandshakeAction] {
        switch ad.string("ReturnCode") {
        case "AUTHORIZED":
            state = .ended
            return [.enableEncryption(session.key), .established(EstablishedSession(session: session, isResumed: true))]
        case "SID_NOT_FOUND": throw CedarError(.unknownSession, "the server does not know the session any more")
        default: throw CedarError(.negotiationFailed, "the server refused to resume the session")
        }
    }

    private mutating func fail(_ error: CedarError) -> [HandshakeAction] {
        var actions: [HandshakeAction] = []
        if case .authenticating(let authenticator, _) = state, let directory = authenticator.directory {
            actions.append(.removeDirectory(path: directory))
        }
        let located = error.during(phase)
        state = .ended
        return actions + [.failed(located)]
    }
}

// MARK: - Messages

extension ClientHandshake {
    /// The client's policy for a new session.
    private func policyAd(publicKeyText: String) -> PolicyAd {
        var ad = PolicyAd()
        ad["AuthMethods"] = .string(AuthenticationMethod.list(credential.map { [$0.method] } ?? []))
        ad["Authentication"] = .string(configuration.authentication.rawValue)
        ad["AuthenticationNew"] = .string(configuration.authentication.rawValue)
        ad["Command"] = .integer(Int64(configuration.command))
        if let authCommand = configuration.authCommand { ad["AuthCommand"] = .integer(Int64(authCommand)) }
        ad["ConnectSinful"] = .string(configuration.address.description)
        ad["CryptoMethods"] = .string("AES")
        ad["ECDHPublicKey"] = .string(publicKeyText)
        ad["Enact"] = .string("NO")
        ad["Encryption"] = .string("REQUIRED")
        ad["Integrity"] = .string("REQUIRED")
        ad["NegotiatedSession"] = .boolean(true)
        ad["NewSession"] = .string("YES")
        ad["OutgoingNegotiation"] = .string("REQUIRED")
        ad["RemoteVersion"] = .string(configuration.versionText)
        ad["ServerPid"] = .integer(Int64(configuration.processID))
        ad["SessionDuration"] = .string(String(configuration.sessionDuration))
        ad["SessionLease"] = .integer(Int64(configuration.sessionLease))
        ad["Subsystem"] = .string(configuration.subsystem)
        if let trustDomain = configuration.trustDomain { ad["TrustDomain"] = .string(trustDomain) }
        return ad
    }

    private func resumptionRequest(of session: SecuritySession) -> PolicyAd {
        var ad = PolicyAd()
        ad["Command"] = .integer(Int64(configuration.command))
        if let authCommand = configuration.authCommand { ad["AuthCommand"] = .integer(Int64(authCommand)) }
        ad["ConnectSinful"] = .string(configuration.address.description)
        ad["CryptoMethods"] = .string("AES")
        ad["Nonce"] = .string(Base64.encode(entropy.nonce))
        ad["RemoteVersion"] = .string(configuration.versionText)
        ad["ResumeResponse"] = .boolean(configuration.awaitsResumptionAnswer)
        ad["Sid"] = .string(session.id)
        ad["UseSession"] = .string("YES")
        return ad
    }
}

/// What the server's policy ad says.
struct ServerPolicy: Sendable {
    var authenticates: Bool
    /// False when both may go on without an identity after authentication failed.
    var authenticationRequired: Bool
    var methods: [AuthenticationMethod]
    var offersAES: Bool
    var publicKey: String?
    /// Seconds.
    var duration: Int64
    /// Seconds, 0 for none.
    var lease: Int64
    var version: CondorVersion?

    /// The longest life of a session that is believed, in seconds.
    static let maximumLife: Int64 = 1 << 31

    init(_ ad: PolicyAd) throws(CedarError) {
        guard let authentication = ad.string("Authentication") else {
            throw CedarError(.malformed, "the server's policy does not say whether it authenticates")
        }
        authenticates = authentication.uppercased() == "YES"
        authenticationRequired = ad.boolean("AuthRequired") ?? true
        methods = AuthenticationMethod.list(ad.string("AuthMethodsList") ?? ad.string("AuthMethods") ?? "")
        let ciphers = (ad.string("CryptoMethodsList") ?? ad.string("CryptoMethods") ?? "").uppercased()
        offersAES = ciphers.utf8.split(whereSeparator: { $0 == 0x2C || $0 == 0x20 }).contains { $0.elementsEqual("AES".utf8) }
        publicKey = ad.string("ECDHPublicKey")
        duration = min(max(ad.integer("SessionDuration") ?? 0, 0), Self.maximumLife)
        lease = min(max(ad.integer("SessionLease") ?? 0, 0), Self.maximumLife)
        version = ad.string("RemoteVersion").flatMap { CondorVersion($0) }
    }
}
