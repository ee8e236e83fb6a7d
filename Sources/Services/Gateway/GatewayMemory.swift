import CondorClient
import Jobs
import NIOCore

/// State that outlives a change of the configuration.
struct GatewayMemory: Sendable {
    var spools = SpoolLedger()
    var submissions = KeyedSubmissions()
    var watchers: QueueWatchers
    /// The request rates by identity; nil without a limit.
    var limiter: RateLimiter?

    init(eventLoopGroup: any EventLoopGroup) {
        watchers = QueueWatchers(eventLoopGroup: eventLoopGroup)
    }
}
