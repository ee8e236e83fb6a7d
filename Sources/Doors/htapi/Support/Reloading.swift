import Gateway
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the configuration again on SIGHUP. If the new one has errors, the old one stays in force and the log says why.
struct Reloading: Service {
    /// Created before the gateway listens, so that no signal is missed.
    let hangUps: UnixSignalsSequence
    let gateway: Gateway
    let rereading: @Sendable () throws -> GatewayConfiguration
    let logger: Logger

    func run() async throws {
        for await _ in hangUps.cancelOnGracefulShutdown() {
            do {
                let ineffective = try gateway.reload(try rereading())
                logger.info("configuration reloaded")
                for name in ineffective { logger.warning("setting takes effect at the next start", metadata: ["name": "\(name)"]) }
            } catch {
                logger.error("configuration not reloaded, the old one stays in force", metadata: ["error": "\(error)"])
            }
        }
    }
}
