import Cedar
import CondorClient
import HTTPKit
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Sandbox
import ServiceLifecycle

/// The HTTP interface in front of one scheduler.
public struct Gateway: Sendable {
    /// Version of the program.
    public static let version = "0.1.0"

    public let readiness = Readiness()
    private let configuration: GatewayConfiguration
    private let api: API<Caller>

    /// - Throws: ``SigningKeyFile/Failure`` when users may be named by a header but the signing key cannot be used.
    public init(_ configuration: GatewayConfiguration, eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) throws {
        self.configuration = configuration
        let client = CondorClient(configuration: configuration.client, eventLoopGroup: eventLoopGroup)
        api = Self.api(configuration, client, readiness, try Self.authenticator(configuration))
    }

    /// The OpenAPI document of all operations.
    public var openAPI: JSON { api.openAPI() }

    /// The server for this gateway. Put ``readiness`` behind it in a service group, so that readiness fails before the listeners close.
    /// - Throws: when the certificate or its key cannot be used.
    public func server(
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger,
        onListening: @escaping @Sendable ([HTTPServer.Address]) async -> Void = { _ in }
    ) throws -> HTTPServer {
        var limits = ServerLimits()
        limits.head = configuration.readTimeout
        limits.bodyWindow = configuration.readTimeout
        limits.write = configuration.writeTimeout
        limits.idle = configuration.idleTimeout
        limits.connections = configuration.maximumConnections
        let tls = try configuration.tls.map { try TLSMaterial(certificateFile: $0.certificate, keyFile: $0.key) }
        let server = HTTPServer.Configuration(
            addresses: configuration.addresses, tls: tls, limits: limits, accessLog: .lines(to: logger))
        let api = api
        return HTTPServer(configuration: server, eventLoopGroup: eventLoopGroup, logger: logger, onListening: onListening) { request in
            await api.respond(to: request)
        }
    }

    private static func authenticator(_ configuration: GatewayConfiguration) throws -> Authenticator {
        guard let header = configuration.userHeader, let keyFile = configuration.signingKeyFile else { return Authenticator(proxyUsers: nil) }
        let key = try SigningKeyFile.read(keyFile)
        return Authenticator(
            proxyUsers: Authenticator.ProxyUsers(
                header: header, proxies: configuration.trustedProxies, domain: configuration.uidDomain,
                minter: TokenMinter(key: key, issuer: configuration.trustDomain)))
    }

    private static func api(
        _ configuration: GatewayConfiguration, _ client: CondorClient, _ readiness: Readiness, _ authenticator: Authenticator
    ) -> API<Caller> {
        let info = API<Caller>.Info(
            title: "htapi", version: version, summary: "HTTP gateway to an HTCondor scheduler",
            details: "Each caller's bearer token is forwarded to the scheduler, which decides what it may do.",
            tags: [("jobs", "Jobs in the queue"), ("sandboxes", "Input and output files of jobs"), ("system", "The gateway itself")])
        var api = API<Caller>(info: info, components: JobSchemas.components) { request in try authenticator.caller(of: request) }

        let staging = SandboxStaging(
            directory: configuration.stagingDirectory,
            limits: SandboxLimits(archiveBytes: configuration.maximumSandbox, contentBytes: configuration.maximumSandbox))
        let jobs = JobsService(client: client, staging: staging, uidDomain: configuration.uidDomain)
        let bodyLimit = configuration.maximumBody
        api.on(JobEndpoints.submit(bodyLimit)) { try await jobs.submit($0, $1, bodyLimit: bodyLimit) }
        api.on(JobEndpoints.list) { try await jobs.list($0, $1) }
        api.on(JobEndpoints.get) { try await jobs.get($0, $1) }
        api.on(JobEndpoints.remove) { try await jobs.remove($0, $1) }
        api.on(JobEndpoints.edit(bodyLimit)) { try await jobs.edit($0, $1, bodyLimit: bodyLimit) }
        for action in JobActionName.allCases {
            api.on(JobEndpoints.action(action)) { try await jobs.act(action, $0, $1) }
        }
        api.on(JobEndpoints.removeMatching) { try await jobs.removeMatching($0, $1) }
        api.on(JobEndpoints.editMatching(bodyLimit)) { try await jobs.editMatching($0, $1, bodyLimit: bodyLimit) }
        for action in JobActionName.allCases {
            api.on(JobEndpoints.actionOnMatching(action)) { try await jobs.actOnMatching(action, $0, $1) }
        }
        api.on(JobEndpoints.putInput(configuration.maximumSandbox)) { try await jobs.putInput($0, $1) }
        api.on(JobEndpoints.getOutput) { try await jobs.getOutput($0, $1) }

        let system = SystemService(client: client, readiness: readiness)
        api.onPublic(SystemEndpoints.healthz) { system.health($0) }
        api.onPublic(SystemEndpoints.readyz) { try await system.ready($0) }
        api.onMaybeKnown(SystemEndpoints.whoami) { try await system.whoami($0, $1) }
        api.onPublic(SystemEndpoints.version) { system.version($0) }
        let document = DocumentBox()
        api.onPublic(SystemEndpoints.openAPI) { _ in document.response }
        api.onPublic(SystemEndpoints.apiOpenAPI) { _ in document.response }
        document.fill(api.openAPI())
        return api
    }
}
