import Gateway
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the configuration again at SIGHUP. One that is wrong leaves the old one in force and says so.
struct Reloading: Service {
    /// Made before the gateway listens, so that none is missed.
    let hangUps: UnixSignalsSequence
    let gateway: Gateway
    let rereading: @Sendable () throws -> GatewayConfiguration
    let logger: Logger

    func run() async throws {
        for await _ in hangUps.cancelOnGracefulShutdown() {
            do {
                let ineffective = try gateway.reload(try rereading())
                logger.info("configuration read again")
                for name in ineffective { logger.warning("setting takes effect at the next start", metadata: ["name": "\(name)"]) }
            } catch {
                logger.error("configuration not read again, the old one stays in force", metadata: ["error": "\(error)"])
            }
        }
    }
}
