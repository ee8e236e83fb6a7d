import ClassAd
import Logging

/// What the commands work on.
final class Scheduler: Sendable {
    let identity: SchedulerIdentity
    let queue: JobQueue
    let rules: AccessRules
    let faults: FaultInjector
    let logger: Logger
    /// Seconds since 1970.
    let now: @Sendable () -> Int64
    /// The machine's slots, as a collector would show them.
    let slotAds: @Sendable () -> [WireAd]

    init(
        identity: SchedulerIdentity, queue: JobQueue, rules: AccessRules, faults: FaultInjector, logger: Logger, now: @escaping @Sendable () -> Int64,
        slotAds: @escaping @Sendable () -> [WireAd]
    ) {
        self.identity = identity
        self.queue = queue
        self.rules = rules
        self.faults = faults
        self.logger = logger
        self.now = now
        self.slotAds = slotAds
    }
}
