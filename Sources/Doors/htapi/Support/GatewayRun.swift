import CondorClient
import Gateway
import HTTPEndpoints
import HTTPMessages
import HTTPServer
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// Runs the gateway in the program.
enum GatewayRun {
    /// Runs the gateway until SIGTERM or SIGINT has drained it.
    /// - Throws: an exit status, after printing the reason, if the configuration is not usable or an address cannot be listened on.
    /// - Parameter rereading: returns the configuration to apply after SIGHUP.
    static func serve(
        _ configuration: GatewayConfiguration, logger: Logger = Log.make(), rereading: (@Sendable () throws -> GatewayConfiguration)? = nil,
        onListening: @escaping @Sendable ([Server.Address]) async -> Void = { _ in }
    ) async throws {
        let gateway: Gateway
        do {
            gateway = try Gateway(configuration)
        } catch {
            StandardError.write("htapi: \(error)\n")
            throw ExitStatus.configuration
        }
        let server = gateway.server(logger: logger) { addresses in
            for address in addresses { logger.info("listening", metadata: ["address": "\(address)"]) }
            await onListening(addresses)
        }
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: server), .init(service: gateway.readiness), .init(service: HeapTrimming()),
        ]
        if let rereading {
            let hangUps = await UnixSignalsSequence(trapping: .sighup)
            services.insert(.init(service: Reloading(hangUps: hangUps, gateway: gateway, rereading: rereading, logger: logger)), at: 0)
        }
        var group = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(60) + .nanoseconds(configuration.drainDelay.nanoseconds)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let failure as Server.ListenFailure {
            StandardError.write("htapi: \(failure)\n")
            throw ExitStatus.unavailable
        }
    }
}
