import ClassAd
import CondorModel
import Logging

/// The scheduler as seen by the commands.
final class Scheduler: Sendable {
    let identity: SchedulerIdentity
    let queue: JobQueue
    let machine: MachineView
    let rules: AccessRules
    let faults: FaultInjector
    let starterSessions: StarterSessions
    /// The ads of other daemons.
    let advertised: AdvertisedAds
    let logger: Logger
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    init(
        identity: SchedulerIdentity, queue: JobQueue, machine: MachineView, rules: AccessRules, faults: FaultInjector,
        starterSessions: StarterSessions, advertised: AdvertisedAds, logger: Logger, now: @escaping @Sendable () -> Int64
    ) {
        self.identity = identity
        self.queue = queue
        self.machine = machine
        self.rules = rules
        self.faults = faults
        self.starterSessions = starterSessions
        self.advertised = advertised
        self.logger = logger
        self.now = now
    }
}

/// The part of the machine that clients may see.
struct MachineView: Sendable {
    /// The slots' ads, as a collector would show them.
    var slotAds: @Sendable () -> [WireAd] = { [] }
    /// The location of a running job's files; nil if the job is not running.
    var liveSandbox: @Sendable (JobID) -> LiveSandbox? = { _ in nil }
    /// Returns when all events so far have been written to the jobs' event logs.
    var settleLogs: @Sendable () async -> Void = {}
}
