import Cedar
import CondorProtocol
import Glibc
import NIOCore
import NIOPosix
import Tokens

/// Opens connections and brings them through the security handshake, on a resumed session where there is one.
struct Dialer: Sendable {
    /// The longest life asked for a session, in seconds.
    static let sessionDuration: Int64 = 3600

    let sessions: SessionStore
    private let eventLoopGroup: any EventLoopGroup
    private let trustDomain: String?

    init(configuration: ClientConfiguration, eventLoopGroup: any EventLoopGroup) {
        sessions = SessionStore(capacity: configuration.sessionLimit)
        self.eventLoopGroup = eventLoopGroup
        trustDomain = configuration.trustDomain
    }

    /// Opens a connection for a command and returns once the handshake is done; with `awaitingReply` only once the daemon has also answered
    /// the first messages.
    ///
    /// - Parameters:
    ///   - subject: the command asked about, for commands that only ask.
    ///   - first: messages that go out as soon as the daemon may get them.
    func open(
        _ command: Command, subject: Command? = nil, at address: Sinful, credential: Credential, deadlines: CommandDeadlines, first: [[UInt8]],
        awaitingReply: Bool
    ) async throws(CondorError) -> CommandConnection {
        let purpose = SessionStore.Purpose(
            address: address.description, identity: IdentityDigest([credential]), command: command, subject: subject)
        // Nothing to wait for when the answer to the command tells the same: a question does no harm twice.
        var waitsForWord = !awaitingReply || sessions.needsWord(purpose.address)
        var wasSilent = false
        while true {
            var configuration = ClientHandshake.Configuration(
                address: address, command: command.rawValue, authCommand: subject?.rawValue, credentials: [credential])
            configuration.authentication = credential == .anonymous ? .optional : .required
            configuration.trustDomain = trustDomain
            configuration.processID = Int(getpid())
            configuration.sessionDuration = try Self.sessionDuration(for: credential)

            let grant = try await sessions.acquire(purpose)
            if case .resume = grant { configuration.awaitsResumptionAnswer = waitsForWord }
            do throws(CondorError) {
                let connection = try await connect(
                    configuration, grant: grant, purpose: purpose, deadlines: deadlines, first: first, awaitingReply: awaitingReply)
                if wasSilent, case .resume = grant { sessions.noteNeedsWord(purpose.address) }
                return connection
            } catch {
                // The daemon was started again since: negotiate anew. Without a session to resume this cannot happen again.
                guard error.code == .sessionUnknown, case .resume(let session) = grant else { throw error }
                if waitsForWord {
                    sessions.forget(session, address: purpose.address)
                } else {
                    // Or it resumes no session without giving its word.
                    waitsForWord = true
                    wasSilent = true
                }
            }
        }
    }

    /// The same with a session that was not negotiated: a claim's.
    func open(
        _ command: Command, at address: Sinful, claim: StarterClaim, deadlines: CommandDeadlines, first: [[UInt8]]
    ) async throws(CondorError) -> CommandConnection {
        var configuration = ClientHandshake.Configuration(address: address, command: command.rawValue, credentials: [])
        configuration.trustDomain = trustDomain
        configuration.processID = Int(getpid())
        let session = SecuritySession(
            id: claim.sessionID, key: claim.key, user: "execute-side@matchsession", method: nil, validCommands: [command.rawValue],
            duration: .seconds(60),
            lease: .zero, peerVersion: nil)
        let purpose = SessionStore.Purpose(address: address.description, identity: IdentityDigest([.anonymous]), command: command, subject: nil)
        return try await connect(
            configuration, grant: .resume(session), purpose: purpose, deadlines: deadlines, first: first, awaitingReply: false)
    }

    /// A session must not outlive the token it was made with.
    private static func sessionDuration(for credential: Credential) throws(CondorError) -> Int {
        guard case .token(let token) = credential, let expiration = token.expiration else { return Int(sessionDuration) }
        let (left, overflow) = expiration.subtractingReportingOverflow(Int64(time(nil)))
        guard !overflow else { return Int(sessionDuration) }
        return Int(min(max(left, 0), sessionDuration))
    }

    /// Tries the addresses of the daemon one after the other.
    private func connect(
        _ configuration: ClientHandshake.Configuration, grant: SessionStore.Grant, purpose: SessionStore.Purpose, deadlines: CommandDeadlines,
        first: [[UInt8]], awaitingReply: Bool
    ) async throws(CondorError) -> CommandConnection {
        let endpoints = configuration.address.endpoints
        for (index, endpoint) in endpoints.enumerated() {
            let isLast = index == endpoints.count - 1
            let attempt = Attempt(grant: grant, purpose: purpose, sessions: sessions, reportsUnreachable: isLast)
            let connection = start(configuration, endpoint: endpoint, attempt: attempt, deadlines: deadlines, first: first)
            do throws(CondorError) {
                try await connection.waitForPackets(handshake: !awaitingReply)
                if !configuration.awaitsResumptionAnswer, connection.inbox.isSilent, connection.inbox.session != nil {
                    throw CondorError(.sessionUnknown, "\(endpoint) ended the connection instead of resuming the session")
                }
                if let failure = connection.inbox.failure { throw failure }
                return connection
            } catch {
                connection.close()
                guard !isLast, error.code == .unreachable, connection.inbox.session == nil else { throw error }
            }
        }
        throw CondorError(.unreachable, "the daemon has no address")
    }

    /// What the store of sessions has to hear of one attempt to connect.
    private struct Attempt: Sendable {
        let grant: SessionStore.Grant
        let purpose: SessionStore.Purpose
        let sessions: SessionStore
        /// False while there are other addresses to try.
        let reportsUnreachable: Bool

        var session: SecuritySession? {
            if case .resume(let session) = grant { return session }
            return nil
        }

        func finished(_ result: Result<EstablishedSession, CondorError>) {
            guard case .negotiate = grant else { return }
            switch result {
            case .success(let established):
                sessions.finish(.success(established.session), for: purpose)
            case .failure(let error):
                guard reportsUnreachable || error.code != .unreachable else { return }
                sessions.finish(.failure(error), for: purpose)
            }
        }
    }

    private func start(
        _ configuration: ClientHandshake.Configuration, endpoint: Sinful.Endpoint, attempt: Attempt, deadlines: CommandDeadlines, first: [[UInt8]]
    ) -> CommandConnection {
        var configuration = configuration
        configuration.connectedEndpoint = endpoint
        // The caller's own where it runs on one: nothing then crosses a thread.
        let eventLoop = eventLoopGroup.any()
        let inbox = PacketInbox(eventLoop: eventLoop)
        let handler = NIOLoopBoundBox.makeBoxSendingValue(
            CommandHandler(
                handshake: ClientHandshake(configuration, resuming: attempt.session), first: first, inbox: inbox, deadlines: deadlines,
                peer: endpoint.description, observer: attempt.finished),
            eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: false)
            .channelOption(.maxMessagesPerRead, value: 16)
            .channelOption(.writeBufferWaterMark, value: ChannelOptions.Types.WriteBufferWaterMark(low: 256 * 1024, high: 1024 * 1024))
            .connectTimeout(deadlines.connect)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler.value) }
            }
        let connected =
            if let address = try? SocketAddress(ipAddress: endpoint.host, port: endpoint.port) {
                bootstrap.connect(to: address)
            } else {
                bootstrap.connect(host: endpoint.host, port: endpoint.port)
            }
        connected.whenFailure { error in handler.value.connectFailed(error) }
        return CommandConnection(eventLoop: eventLoop, inbox: inbox, handler: handler)
    }
}
