#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
package import HTTPMessages
import HummingbirdCore
package import Logging
import NIOConcurrencyHelpers
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
    package typealias Responder = @Sendable (HTTPMessages.Request) async -> HTTPMessages.Response

    /// Where a server listens.
    package enum Address: Sendable, Hashable, CustomStringConvertible {
        /// A host name or address, and a port; 0 takes any free port.
        case tcp(host: String, port: Int)
        /// A socket in the file system, which only the server's own user can connect to (mode 0600).
        case unix(path: String)

        package var description: String {
            switch self {
            case .tcp(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unix(let path): "unix:\(path)"
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
        let listening = NIOLockedValueBox([Address?](repeating: nil, count: configuration.addresses.count))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, address) in configuration.addresses.enumerated() {
                group.addTask {
                    try await listen(address) { bound in
                        let all = listening.withLockedValue { listening -> [Address]? in
                            listening[index] = bound
                            let known = listening.compactMap { $0 }
                            return known.count == listening.count ? known : nil
                        }
                        if let all { await onListening(all) }
                    }
                }
            }
            // The first failure ends them all.
            while try await group.next() != nil {}
        }
    }

    private func listen(_ address: Address, onBound: @escaping @Sendable (Address) async -> Void) async throws {
        let socket: UnixSocketFile?
        let bindAddress: BindAddress
        var tls = configuration.tls
        switch address {
        case .tcp(let host, let port):
            socket = nil
            bindAddress = .hostname(host, port: port)
        case .unix(let path):
            let file: UnixSocketFile
            do {
                file = try UnixSocketFile(path: path)
            } catch {
                throw ListenFailure(description: "cannot listen at \(address): \(error)")
            }
            socket = file
            bindAddress = .unixDomainSocket(path: file.privatePath)
            tls = nil
        }
        defer { socket?.remove() }
        let isBound = NIOLockedValueBox(false)
        let server = HummingbirdCore.Server(
            childChannelSetup: ConnectionChannel(
                responder: responder, limits: configuration.limits, currentLimits: configuration.currentLimits, tls: tls,
                accessLog: configuration.accessLog),
            configuration: .init(
                address: bindAddress, backlog: 1024,
                availableConnectionsDelegate: .maximum(configuration.limits.connections, logger: logger)),
            onServerRunning: { channel in
                isBound.withLockedValue { $0 = true }
                do {
                    try socket?.publish()
                } catch {
                    logger.error("socket not published", metadata: ["path": "\(address)", "error": "\(error)"])
                    try? await channel.close().get()
                    return
                }
                switch address {
                case .tcp(let host, _): await onBound(.tcp(host: host, port: channel.localAddress?.port ?? 0))
                case .unix: await onBound(address)
                }
            },
            eventLoopGroup: eventLoopGroup, logger: logger)
        do {
            try await server.run()
        } catch  where !(isBound.withLockedValue { $0 } || error is CancellationError) {
            throw ListenFailure(description: "cannot listen at \(address): \(Self.reason(error))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as SocketAddressError.UnknownHost: error.errorDescription
        default: "\(error)"
        }
    }
}
