import Cedar
import Glibc
import Logging
import Synchronization
import NIOCore
import NIOPosix

/// Listens, accepts clients and runs their commands: one task and one command per connection.
final class CommandServer: Sendable {
    /// Limits that protect the server from too many or too slow clients.
    struct Limits: Sendable {
        /// Number of simultaneous connections; further ones are closed at once. Some of the process's file descriptors are left for other uses.
        var connections = min(2048, max(64, Self.openFiles - 256))
        var deadlines = ConnectionDeadlines.Limits()
        /// How long running commands may take when the server stops.
        var drain: Duration = .seconds(5)

        /// The process's limit of open files.
        private static var openFiles: Int {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
            return Int(clamping: limit.rlim_cur)
        }
    }

    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    /// A connection with its deadline handler.
    private typealias Accepted = (connection: Connection, deadlines: NIOLoopBound<ConnectionDeadlines>)

    private let listener: NIOAsyncChannel<(Connection, NIOLoopBound<ConnectionDeadlines>), Never>
    private let limits: Limits
    private let openConnections = Mutex(0)
    private let stopSignal: AsyncStream<Void>
    private let stopSource: AsyncStream<Void>.Continuation

    /// The address it listens on, with the actual port if port 0 was requested.
    let localEndpoint: Sinful.Endpoint

    private init(listener: NIOAsyncChannel<(Connection, NIOLoopBound<ConnectionDeadlines>), Never>, endpoint: Sinful.Endpoint, limits: Limits) {
        self.listener = listener
        self.localEndpoint = endpoint
        self.limits = limits
        (stopSignal, stopSource) = AsyncStream.makeStream()
    }

    /// Starts to listen. Clients wait until ``run(_:)`` is called.
    static func listen(host: String, port: Int, limits: Limits, group: any EventLoopGroup) async throws -> CommandServer {
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: ChannelOptions.Types.WriteBufferWaterMark(low: 128 * 1024, high: 512 * 1024))
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let deadlines = ConnectionDeadlines(limits.deadlines)
                    try channel.pipeline.syncOperations.addHandler(deadlines)
                    return (
                        try Connection(wrappingChannelSynchronously: channel), NIOLoopBound(deadlines, eventLoop: channel.eventLoop)
                    )
                }
            }
        guard let address = listener.channel.localAddress, let bound = address.port else { throw ChannelError.operationUnsupported }
        return CommandServer(listener: listener, endpoint: Sinful.Endpoint(host: address.ipAddress ?? host, port: bound), limits: limits)
    }

    /// Serves until the task is cancelled or ``stop()`` is called, then lets running commands finish within a time limit.
    func run(_ scheduler: Scheduler, settings: HandshakeSettings) async throws {
        try await listener.executeThenClose { clients in
            await withTaskGroup(of: Void.self) { both in
                both.addTask { [self] in
                    await withDiscardingTaskGroup { tasks in
                        var iterator = clients.makeAsyncIterator()
                        while let (connection, deadlines) = try? await iterator.next() {
                            tasks.addTask { await self.admit((connection, deadlines), scheduler, settings) }
                        }
                    }
                }
                both.addTask { [self] in
                    for await _ in stopSignal { break }
                    try? await Task.sleep(for: limits.drain)
                }
                await both.next()
                both.cancelAll()
            }
        }
    }

    /// Accepts no more connections.
    func stop() {
        listener.channel.close(promise: nil)
        stopSource.finish()
    }

    private func admit(_ client: Accepted, _ scheduler: Scheduler, _ settings: HandshakeSettings) async {
        let isAdmitted = openConnections.withLock { count in
            guard count < limits.connections else { return false }
            count += 1
            return true
        }
        guard isAdmitted else {
            try? await client.connection.executeThenClose { _, _ in }
            return
        }
        defer { openConnections.withLock { $0 -= 1 } }
        try? await client.connection.executeThenClose { inbound, outbound in
            let session = ConnectionService(channel: client.connection.channel, deadlines: client.deadlines, scheduler: scheduler, settings: settings)
            await session.serve(ClientConnection(inbound: inbound, outbound: outbound))
        }
    }
}
