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
    private let configuration: ClientConfiguration
    private let eventLoopGroup: any EventLoopGroup

    init(configuration: ClientConfiguration, eventLoopGroup: any EventLoopGroup) {
        sessions = SessionStore(capacity: configuration.sessionLimit)
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
    }

    /// Opens the connection of a call to the first collector that can be reached.
    func openCollector(_ call: Call) async throws(CondorError) -> CommandConnection {
        var failure = CondorError(.unreachable, "no collector is configured")
        for collector in configuration.collectors {
            do throws(CondorError) {
                return try await open(call, at: try ScheddLocator.sinful(collector, defaultPort: 9618))
            } catch {
                guard error.code == .unreachable || error.code == .timedOut else { throw error }
                failure = error
            }
        }
        throw failure
    }

    /// Opens the connection of a call and returns once the handshake is done, or once the daemon has answered if the call awaits that.
    func open(_ call: Call, at address: Sinful) async throws(CondorError) -> CommandConnection {
        let purpose = SessionStore.Purpose(
            address: address.description, identity: IdentityDigest(call.credential), command: call.command, subject: call.subject)
        // Nothing to wait for when the answer to the command tells the same: a question does no harm twice.
        var waitsForWord = !call.awaitingReply || sessions.needsWord(purpose.address)
        var wasSilent = false
        while true {
            let grant: SessionStore.Grant
            if case .starter(_, let claim) = call.peer {
                grant = .claimed(claim.session(for: call.command))
            } else {
                grant = try await sessions.acquire(purpose)
            }
            var attempt = Attempt(
                call: call, handshake: handshake(for: call, at: address), grant: grant, purpose: purpose, sessions: sessions)
            if case .resume = grant { attempt.handshake.awaitsResumptionAnswer = waitsForWord }
            do throws(CondorError) {
                let connection = try await connect(attempt)
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

    private func handshake(for call: Call, at address: Sinful) -> ClientHandshake.Configuration {
        var handshake = ClientHandshake.Configuration(
            address: address, command: call.command.rawValue, authCommand: call.subject?.rawValue, credential: call.credential)
        handshake.authentication = call.credential == .anonymous ? .optional : .required
        handshake.trustDomain = configuration.trustDomain
        handshake.processID = Int(getpid())
        handshake.sessionDuration = Self.sessionDuration(for: call.credential)
        return handshake
    }

    /// A session must not outlive the token it was made with.
    private static func sessionDuration(for credential: Credential) -> Int {
        guard case .token(let token) = credential, let expiration = token.expiration else { return Int(sessionDuration) }
        let (left, overflow) = expiration.subtractingReportingOverflow(Int64(time(nil)))
        guard !overflow else { return Int(sessionDuration) }
        return Int(min(max(left, 0), sessionDuration))
    }

    /// Tries the addresses of the daemon one after the other.
    private func connect(_ attempt: Attempt) async throws(CondorError) -> CommandConnection {
        let endpoints = attempt.handshake.address.endpoints
        for (index, endpoint) in endpoints.enumerated() {
            var attempt = attempt
            attempt.handshake.connectedEndpoint = endpoint
            attempt.isLast = index == endpoints.count - 1
            let connection = start(attempt, endpoint)
            do throws(CondorError) {
                try await connection.waitForPackets(handshake: !attempt.call.awaitingReply)
                if !attempt.handshake.awaitsResumptionAnswer, connection.inbox.isSilent, connection.inbox.session != nil {
                    throw CondorError(.sessionUnknown, "\(endpoint) ended the connection instead of resuming the session")
                }
                if let failure = connection.inbox.failure { throw failure }
                return connection
            } catch {
                connection.close()
                guard !attempt.isLast, error.code == .unreachable, connection.inbox.session == nil else { throw error }
            }
        }
        throw CondorError(.unreachable, "the daemon has no address")
    }

    /// One attempt at a call, with one session or none.
    private struct Attempt: Sendable {
        let call: Call
        var handshake: ClientHandshake.Configuration
        let grant: SessionStore.Grant
        let purpose: SessionStore.Purpose
        let sessions: SessionStore
        /// False while there are other addresses to try.
        var isLast = true

        /// Tells the store of sessions what it waits for.
        func finished(_ result: Result<EstablishedSession, CondorError>) {
            guard case .negotiate = grant else { return }
            switch result {
            case .success(let established):
                sessions.finish(.success(established.session), for: purpose)
            case .failure(let error):
                guard isLast || error.code != .unreachable else { return }
                sessions.finish(.failure(error), for: purpose)
            }
        }
    }

    private func start(_ attempt: Attempt, _ endpoint: Sinful.Endpoint) -> CommandConnection {
        // The caller's own where it runs on one: nothing then crosses a thread.
        let eventLoop = eventLoopGroup.any()
        let inbox = PacketInbox(eventLoop: eventLoop)
        let handler = NIOLoopBoundBox.makeBoxSendingValue(
            CommandHandler(
                attempt.call, handshake: ClientHandshake(attempt.handshake, resuming: attempt.grant.session), inbox: inbox,
                peer: endpoint.description, observer: attempt.finished),
            eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: false)
            .channelOption(.maxMessagesPerRead, value: 16)
            .channelOption(.writeBufferWaterMark, value: ChannelOptions.Types.WriteBufferWaterMark(low: 256 * 1024, high: 1024 * 1024))
            .connectTimeout(attempt.call.deadlines.connect)
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
