import CondorClient
import Jobs
import NIOCore

/// What must be known of requests that came before a change of the configuration.
struct GatewayMemory: Sendable {
    var spools = SpoolLedger()
    var submissions = KeyedSubmissions()
    var watchers: QueueWatchers
    /// The rates of identities; nil without a limit.
    var limiter: RateLimiter?

    init(eventLoopGroup: any EventLoopGroup) {
        watchers = QueueWatchers(eventLoopGroup: eventLoopGroup)
    }
}
