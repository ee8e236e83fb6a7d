import Tokens
import CondorClient
package import HTTPEndpoints
import HTTPMessages
package import HTTPServer
import HTTPTypes
import Jobs
package import JSON
package import Logging
import NIOConcurrencyHelpers
package import NIOCore
import NIOPosix

/// The HTTP interface to one scheduler.
///
/// Its configuration can be replaced while it runs: see ``reload(_:)``.
package final class Gateway: Sendable {
    package let readiness: Readiness
    private let metrics = GatewayMetrics()
    private let eventLoopGroup: any EventLoopGroup
    private let current: NIOLockedValueBox<Generation>
    private let tls: TLSMaterial?

    /// Everything that depends on the configuration. A request keeps the generation it began with.
    private struct Generation: Sendable {
        var configuration: GatewayConfiguration
        var client: CondorClient
        var reads: SharedReads<IdentityDigest>
        var memory: GatewayMemory
        var api: API<Caller>
        var limits: ServerLimits
    }

    /// - Throws: ``SigningKeyFile/Failure`` if a header or certificates may name users but the signing key cannot be used; an error if the
    ///   certificate or its key cannot be used.
    package init(_ configuration: GatewayConfiguration, eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) throws {
        self.eventLoopGroup = eventLoopGroup
        readiness = Readiness(delay: configuration.drainDelay)
        tls = try configuration.tls.map {
            try TLSMaterial(certificateFile: $0.certificate, keyFile: $0.key, clientAuthorities: configuration.clientAuthorities)
        }
        current = NIOLockedValueBox(
            try Self.generation(configuration, after: nil, readiness: readiness, metrics: metrics, eventLoopGroup: eventLoopGroup))
    }

    /// The OpenAPI document of all operations.
    package var openAPI: JSONValue { current.withLockedValue { $0.api }.openAPI() }

    /// All operations, for tests and tools.
    package var endpoints: [Endpoint] { current.withLockedValue { $0.api }.endpoints }

    /// The server for this gateway. Put it before ``readiness`` in a service group, so that readiness fails before the listeners close.
    package func server(
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger,
        onListening: @escaping @Sendable ([Server.Address]) async -> Void = { _ in }
    ) -> Server {
        let lines = AccessLog.lines(to: logger)
        let accessLog = AccessLog { [metrics] record in
            metrics.record(record)
            lines.record(record)
        }
        let (configuration, limits) = current.withLockedValue { ($0.configuration, $0.limits) }
        var server = Server.Configuration(addresses: configuration.addresses, tls: tls, limits: limits, accessLog: accessLog)
        server.currentLimits = { [current] in current.withLockedValue { $0.limits } }
        return Server(configuration: server, eventLoopGroup: eventLoopGroup, logger: logger, onListening: onListening) { [self] request in
            await respond(to: request)
        }
    }

    /// Puts another configuration into force for requests and connections that begin from now on. The certificate and signing key files are read
    /// again in any case. Sessions with the scheduler are kept if it is located in the same way.
    ///
    /// - Returns: the names of the settings that have changed but take effect only at the next start.
    /// - Throws: the errors of the initialiser; nothing has changed then.
    package func reload(_ configuration: GatewayConfiguration) throws -> [String] {
        let old = current.withLockedValue { $0 }
        let new = try Self.generation(configuration, after: old, readiness: readiness, metrics: metrics, eventLoopGroup: eventLoopGroup)
        if let tls, let files = configuration.tls {
            try tls.load(certificateFile: files.certificate, keyFile: files.key, clientAuthorities: configuration.clientAuthorities)
        }
        current.withLockedValue { $0 = new }
        var ineffective: [String] = []
        if configuration.addresses != old.configuration.addresses { ineffective.append("HTTP_API_LISTEN_ADDR") }
        if (configuration.tls == nil) != (tls == nil) { ineffective.append("HTTP_API_TLS_CERT") }
        if configuration.maximumConnections != old.configuration.maximumConnections { ineffective.append("HTTP_API_MAX_CONNECTIONS") }
        if configuration.drainDelay != old.configuration.drainDelay { ineffective.append("HTTP_API_DRAIN_DELAY") }
        return ineffective
    }

    func respond(to request: Request) async -> Response {
        metrics.begin()
        let (api, reads, watchers) = current.withLockedValue { ($0.api, $0.reads, $0.memory.watchers) }
        let response = await api.respond(to: request)
        if request.method != .get && request.method != .head {
            reads.forget()
            watchers.noteChange()
        }
        return metrics.counting(response)
    }

    private static func generation(
        _ configuration: GatewayConfiguration, after old: Generation?, readiness: Readiness, metrics: GatewayMetrics,
        eventLoopGroup: any EventLoopGroup
    ) throws -> Generation {
        let client: CondorClient
        if let old, old.configuration.client == configuration.client {
            client = old.client
        } else {
            client = CondorClient(configuration: configuration.client, eventLoopGroup: eventLoopGroup) { metrics.record($0) }
        }
        var readLimits = SharedReads<IdentityDigest>.Limits()
        readLimits.age = configuration.readAge
        let reads = SharedReads<IdentityDigest>(limits: readLimits)
        var limits = ServerLimits()
        limits.head = configuration.readTimeout
        limits.bodyWindow = configuration.readTimeout
        limits.write = configuration.writeTimeout
        limits.idle = configuration.idleTimeout
        limits.connections = configuration.maximumConnections
        var memory = old?.memory ?? GatewayMemory(eventLoopGroup: eventLoopGroup)
        // Watchers belong to the client that they query.
        if let old, old.client !== client { memory.watchers = QueueWatchers(eventLoopGroup: eventLoopGroup) }
        memory.limiter = configuration.rateLimit.map { RateLimiter(rate: $0, continuing: memory.limiter) }
        let parts = GatewayParts(
            configuration: configuration, client: client, authenticator: try authenticator(configuration), reads: reads, readiness: readiness,
            metrics: metrics, memory: memory)
        return Generation(configuration: configuration, client: client, reads: reads, memory: memory, api: parts.api(), limits: limits)
    }

    private static func authenticator(_ configuration: GatewayConfiguration) throws -> Authenticator {
        guard configuration.userHeader != nil || configuration.clientAuthorities != nil, let keyFile = configuration.signingKeyFile else {
            return Authenticator()
        }
        let key = try SigningKeyFile.read(keyFile, keyID: configuration.signingKeyID)
        let minter = TokenMinter(key: key, issuer: configuration.trustDomain)
        return Authenticator(
            proxyUsers: configuration.userHeader.map {
                Authenticator.ProxyUsers(header: $0, proxies: configuration.trustedProxies, domain: configuration.uidDomain, minter: minter)
            },
            certificateUsers: configuration.clientAuthorities.map {
                Authenticator.CertificateUsers(authorities: $0, domain: configuration.uidDomain, minter: minter)
            })
    }
}
