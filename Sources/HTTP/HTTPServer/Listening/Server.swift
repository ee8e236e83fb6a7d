package import HTTPMessages
package import Logging
package import NIOCore
import NIOPosix
import ServiceLifecycle

/// An HTTP/1.1 and HTTP/2 server on any number of addresses.
///
/// It is a `Service`: `run()` returns after a graceful shutdown, in which it stops accepting, closes idle connections, lets running requests
/// finish, and cuts off those that still run after ``ServerLimits/drain``. Put the service that makes readiness fail *after* it in a
/// `ServiceGroup`: services are shut down in reverse order, so that readiness fails first.
package struct Server: Service {
    /// Answers a request.
    package typealias Responder = @Sendable (Request) async -> Response

    /// Where a server listens.
    package enum Address: Sendable, Hashable, CustomStringConvertible {
        /// A host name or address, and a port; 0 takes any free port.
        case tcp(host: String, port: Int)
        /// A socket in the file system, which only the server's own user can connect to (mode 0600).
        case unix(path: String)
        /// A listening socket that the process inherited, as with systemd's socket activation (sd_listen_fds(3)). TCP sockets speak HTTPS if the
        /// server does.
        case inherited(descriptor: Int32)

        package var description: String {
            switch self {
            case .tcp(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unix(let path): "unix:\(path)"
            case .inherited(let descriptor): "fd:\(descriptor)"
            }
        }
    }

    package struct Configuration: Sendable {
        package var addresses: [Address]
        /// If set, all TCP addresses speak HTTPS. Unix sockets always speak HTTP.
        package var tls: TLSMaterial?
        package var limits: ServerLimits
        /// The limits of new connections, if they can change while the server runs; otherwise ``limits`` applies. The number of connections cannot
        /// change.
        package var currentLimits: (@Sendable () -> ServerLimits)?
        package var accessLog: AccessLog?

        package init(addresses: [Address], tls: TLSMaterial? = nil, limits: ServerLimits = .init(), accessLog: AccessLog? = nil) {
            self.addresses = addresses
            self.tls = tls
            self.limits = limits
            self.accessLog = accessLog
        }
    }

    private let configuration: Configuration
    private let responder: Responder
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let onListening: @Sendable ([Address]) async -> Void

    /// - Parameter onListening: called once, when all addresses accept connections, with the ports that were actually bound.
    package init(
        configuration: Configuration, eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger,
        onListening: @escaping @Sendable ([Address]) async -> Void = { _ in }, responder: @escaping Responder
    ) {
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        self.onListening = onListening
        self.responder = responder
    }

    /// Why the server cannot listen at an address.
    package struct ListenFailure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Serves until the graceful shutdown is over.
    /// - Throws: ``ListenFailure`` when an address cannot be bound; none is served then.
    package func run() async throws {
        var listeners: [Listener] = []
        do {
            for address in configuration.addresses { listeners.append(try await listener(at: address)) }
        } catch {
            for listener in listeners { await listener.close() }
            throw error
        }
        let all = listeners
        await withGracefulShutdownHandler {
            await onListening(all.map(\.address))
            await withDiscardingTaskGroup { group in
                for listener in all { group.addTask { await listener.run() } }
            }
        } onGracefulShutdown: {
            for listener in all { listener.drain() }
        }
    }

    private func listener(at address: Address) async throws -> Listener {
        let connections = ConnectionChannel(
            responder: responder, limits: configuration.limits, currentLimits: configuration.currentLimits, tls: configuration.tls,
            accessLog: configuration.accessLog, logger: logger)
        return try await Listener(
            address, connections: connections, limit: configuration.limits.connections, eventLoopGroup: eventLoopGroup, logger: logger)
    }
}
