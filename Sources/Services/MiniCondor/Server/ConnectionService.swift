import Tokens
import Cedar
import CondorProtocol
import Logging
import NIOCore

/// The accepted methods of authentication, and the sessions.
struct HandshakeSettings: Sendable {
    /// Without the methods that only some connections may use.
    var configuration: ServerHandshake.Configuration
    /// Whether to trust the user names that local clients claim.
    var allowsClaimToBe: Bool
    let sessions: ServerSessions
}

/// Serves one connection: handshake, authorization, one command.
struct ConnectionService {
    let channel: any Channel
    let deadlines: NIOLoopBound<ConnectionDeadlines>
    let scheduler: Scheduler
    let settings: HandshakeSettings

    func serve(_ connection: ClientConnection) async {
        let peer = channel.remoteAddress?.description ?? "unknown"
        var logger = scheduler.logger
        logger[metadataKey: "peer"] = "\(peer)"
        do throws(ServerError) {
            let accepted = try await connection.handshake(handshake(), sessions: settings.sessions)
            channel.eventLoop.execute { deadlines.value.handshakeEnded() }
            logger[metadataKey: "command"] = "\(Command(rawValue: accepted.number))"
            logger[metadataKey: "user"] = "\(accepted.session?.session.user ?? "-")"
            guard let entry = CommandTable.entries[accepted.number] else { throw .refused("unknown command") }
            if let delay = scheduler.faults.delay { try? await Task.sleep(for: delay) }
            logger.debug("command")
            let call = CommandCall(
                connection: connection, accepted: accepted, scheduler: scheduler, requester: scheduler.rules.requester(accepted.session),
                disconnect: { [channel] in channel.close(promise: nil) })
            try await entry.run(call)
            try await connection.flush()
        } catch {
            // Output before the end, such as a refusal, must still reach the client.
            try? await connection.flush()
            switch error {
            case .closed: logger.debug("the client ended the connection")
            case .violation, .refused: logger.info("\(error)")
            }
        }
        await drain()
    }

    /// Returns when all output has been sent, which closing the connection would discard, or when the connection is closed.
    private func drain() async {
        await withTaskCancellationHandler {
            try? await channel.writeAndFlush(ByteBuffer()).get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private func handshake() -> ServerHandshake {
        var configuration = settings.configuration
        if settings.allowsClaimToBe, isFromThisMachine { configuration.methods.append(.claimToBe) }
        let local = channel.localAddress
        return ServerHandshake(
            configuration, localEndpoint: Sinful.Endpoint(host: local?.ipAddress ?? "", port: local?.port ?? 0),
            sessionID: settings.sessions.makeID(), now: scheduler.now())
    }

    private var isFromThisMachine: Bool {
        guard let address = channel.remoteAddress?.ipAddress else { return false }
        return address.hasPrefix("127.") || address == "::1"
    }
}
