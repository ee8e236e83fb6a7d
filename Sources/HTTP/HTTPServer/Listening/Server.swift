package import HTTPMessages
package import Logging
package import NIOCore
import NIOPosix
import ServiceLifecycle

/// An HTTP/1.1 and HTTP/2 server on any number of addresses.
///
/// It is a `Service`: `run()` returns after a graceful shutdown, in which it stops accepting, closes what is idle, lets running requests end,
/// and cuts what goes on after ``ServerLimits/drain``. Put the service that makes readiness fail *after* it in a `ServiceGroup`: services are
/// shut down in reverse order, so that readiness fails first.
package struct Server: Service {
    /// Answers a request.
    package typealias Responder = @Sendable (Request) async -> Response

    /// Where a server listens.
    package enum Address: Sendable, Hashable, CustomStringConvertible {
        /// A host name or address, and a port; 0 takes any free port.
        case tcp(host: String, port: Int)
        /// A socket in the file system, which only the server's own user can connect to (mode 0600).
        case unix(path: String)
        /// A listening socket that the process was started with, as systemd's socket activation hands it over (sd_listen_fds(3)). TCP sockets speak
        /// HTTPS where the server does.
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
        /// With it all TCP addresses speak HTTPS. Unix sockets always speak HTTP.
        package var tls: TLSMaterial?
        package var limits: ServerLimits
        /// The limits of connections that begin now, where they can change while the server runs; ``limits`` otherwise. The number of connections
        /// cannot.
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

    /// - Parameter onListening: called once, when all addresses accept connections, with the ports that were really taken.
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

    /// Why an address cannot be listened at.
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
