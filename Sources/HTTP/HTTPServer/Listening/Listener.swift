import Glibc
import Logging
import NIOCore
import NIOPosix

/// A socket that accepts the connections of one address.
struct Listener: Sendable {
    private let channel: NIOAsyncChannel<ConnectionChannel.Accepted, Never>
    private let socketFile: UnixSocketFile?
    private let connections: ConnectionChannel
    private let logger: Logger
    /// The address, with the port that was actually bound.
    let address: Server.Address

    /// Binds an address. Clients that connect wait until ``run()``.
    /// - Throws: ``Server/ListenFailure`` if the address cannot be bound.
    init(
        _ address: Server.Address, connections: ConnectionChannel, limit: Int, eventLoopGroup: any EventLoopGroup, logger: Logger
    ) async throws {
        self.connections = connections
        self.logger = logger
        let bootstrap = ServerBootstrap(group: eventLoopGroup)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(ConnectionGate(limit: limit)) }
            }
        do {
            switch address {
            case .tcp(let host, let port):
                socketFile = nil
                channel = try await bootstrap.bind(host: host, port: port) { connections.setUp($0, isUnixSocket: false) }
                self.address = .tcp(host: host, port: channel.channel.localAddress?.port ?? 0)
            case .unix(let path):
                let file = try UnixSocketFile(path: path)
                socketFile = file
                do {
                    channel = try await bootstrap.bind(unixDomainSocketPath: file.privatePath) { connections.setUp($0, isUnixSocket: true) }
                } catch {
                    file.remove()
                    throw error
                }
                self.address = address
                do {
                    try file.publish()
                } catch {
                    await close()
                    throw error
                }
            case .inherited(let descriptor):
                socketFile = nil
                let isUnixSocket = try Self.isUnixSocket(descriptor)
                channel = try await bootstrap.bind(descriptor) { connections.setUp($0, isUnixSocket: isUnixSocket) }
                self.address = address
            }
        } catch {
            throw Server.ListenFailure(description: "cannot listen at \(address): \(Self.reason(error))")
        }
    }

    /// Serves connections until the task is cancelled or ``drain()`` is called and the last connection has ended.
    func run() async {
        await withDiscardingTaskGroup { group in
            do {
                try await channel.executeThenClose { accepted in
                    for try await connection in accepted {
                        group.addTask { await connections.serve(connection) }
                    }
                }
            } catch {
                logger.error("listener ended", metadata: ["address": "\(address)", "error": "\(error)"])
            }
        }
        socketFile?.remove()
    }

    /// Stops accepting connections and tells the open ones to finish.
    func drain() {
        channel.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        channel.channel.close(promise: nil)
    }

    /// Closes a listener that never ran.
    func close() async {
        try? await channel.executeThenClose { _ in }
        socketFile?.remove()
    }

    private static func isUnixSocket(_ descriptor: Int32) throws -> Bool {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { throw IOError(errnoCode: errno, reason: "getsockname") }
        return address.ss_family == sa_family_t(AF_UNIX)
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as SocketAddressError.UnknownHost: error.errorDescription
        default: "\(error)"
        }
    }
}
