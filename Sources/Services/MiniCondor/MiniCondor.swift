import Cedar
import Glibc
import JobExecution
package import Logging
import NIOPosix
import ServiceLifecycle
import Text
import Tokens

/// A mini scheduler: schedd, collector stand-in and starter in one process. HTCondor's own tools work with it as with the real thing.
///
/// Run only one per directory and process. It runs until the task is cancelled or the service group shuts down gracefully.
package struct MiniCondor: Service {
    /// Interval for removing expired sessions, advertisements and conversations.
    private static let sweep: Duration = .seconds(5)

    private let configuration: MiniCondorConfiguration
    private let logger: Logger
    private let onReady: @Sendable (_ address: String) async -> Void

    /// - Parameter onReady: called with the address (`<host:port?…>`) once clients can connect and the files for tools have been written.
    package init(_ configuration: MiniCondorConfiguration, logger: Logger, onReady: @escaping @Sendable (_ address: String) async -> Void = { _ in })
    {
        self.configuration = configuration
        self.logger = logger
        self.onReady = onReady
    }

    package func run() async throws {
        let directory = try SchedulerDirectory(path: configuration.directory)
        let lock = try directory.lock()
        defer { close(lock) }
        let now: @Sendable () -> Int64 = { Int64(time(nil)) }
        let key = try directory.signingKey()
        let furtherKeys = try configuration.keyDirectory.map { try SchedulerDirectory.signingKeys(in: $0) } ?? []
        try directory.makeTokens(key: key, domain: configuration.domain, now: now())

        let server = try await CommandServer.listen(
            host: configuration.host, port: configuration.port, limits: CommandServer.Limits(), group: MultiThreadedEventLoopGroup.singleton)
        let identity = identity(at: server.localEndpoint, now: now())
        let faults = FaultInjector(configuration.faults)
        let rules = AccessRules(userDomain: configuration.domain)
        var starter = StarterSettings(executeDirectory: directory.execute, schedulerDirectory: directory.path)
        starter.hasPrivateTemporary = !configuration.sharesTemporary
        starter.endsWithScheduler = configuration.endsJobs
        starter.hidden = configuration.keyDirectory.map { [$0] } ?? []
        if configuration.runsJobsAsOwners { starter.accounts = .owners }
        let accounts = starter.accounts
        let outOfReach = starter.outOfReach
        let log = UserLog(
            spool: SpoolDirectory(directory.spool),
            access: { FileAccess(account: accounts.account(index: 0, user: $0), hidden: outOfReach) }, logger: logger)
        let queue = try openQueue(directory, identity, log)
        let runner = JobRunner(queue: queue, slots: slots(identity, directory), settings: starter, logger: logger)
        let sessions = ServerSessions(host: identity.machine, startTime: identity.startTime)
        let advertised = AdvertisedAds(now: now)
        let scheduler = Scheduler(
            identity: identity, queue: queue,
            machine: MachineView(
                slotAds: { runner.slotAds }, liveSandbox: { runner.liveSandbox(of: $0) }, settleLogs: { await log.flush() }),
            rules: rules, faults: faults, starterSessions: StarterSessions(sessions), advertised: advertised, logger: logger, now: now)
        let settings = HandshakeSettings(
            configuration: handshake(identity, keys: [key] + furtherKeys.filter { $0.id != key.id }, rules: rules, faults: faults),
            allowsClaimToBe: configuration.allowsClaimToBe && !faults.refusesAuthentication, sessions: sessions)

        try directory.publish(identity)
        defer { directory.retract() }
        logger.info("listening", metadata: ["address": "\(identity.address)"])
        await onReady(identity.address.description)
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await queue.maintain() }
                async let runs: Void = runner.run()
                group.addTask {
                    while !Task.isCancelled {
                        sessions.removeExpired()
                        advertised.removeExpired()
                        queue.turn.endStale(at: now())
                        try await Task.sleep(for: Self.sweep)
                    }
                }
                try await server.run(scheduler, settings: settings)
                // Stopped this way, the runner ends when none of this process's runs is left. If cancelled, it would abandon them.
                runner.stop()
                try await runs
                group.cancelAll()
            }
        } onGracefulShutdown: {
            server.stop()
        }
        await queue.close()
        await log.close()
        logger.info("stopped")
    }

    private func slots(_ identity: SchedulerIdentity, _ directory: SchedulerDirectory) -> SlotSettings {
        var resources = MachineResources.detected(directory: directory.path)
        if let cpus = configuration.cpus { resources.cpus = cpus }
        if let memory = configuration.memoryMB { resources.memoryMB = memory }
        return SlotSettings(
            machine: identity.machine, address: identity.address.description, uidDomain: identity.domain, scheddName: identity.name,
            version: SchedulerIdentity.version, platform: SchedulerIdentity.platform, resources: resources)
    }

    private func openQueue(_ directory: SchedulerDirectory, _ identity: SchedulerIdentity, _ log: UserLog) throws(SchedulerDirectory.Failure)
        -> JobQueue
    {
        var settings = QueueSettings(scheddName: identity.name, uidDomain: identity.domain)
        settings.address = identity.address.description
        settings.periodicInterval = configuration.periodicInterval
        do throws(QueueError) {
            return try JobQueue.open(directory.path, settings: settings) { log.append($0) }
        } catch {
            throw SchedulerDirectory.Failure(description: "cannot open the queue in \(directory.path): \(error.reason)")
        }
    }

    private func identity(at endpoint: Sinful.Endpoint, now: Int64) -> SchedulerIdentity {
        let machine = SchedulerIdentity.hostName
        let address = Sinful(
            host: endpoint.host, port: endpoint.port, parameters: ["addrs": "\(endpoint.host)-\(endpoint.port)", "alias": machine, "noUDP": ""])
        var generator = SystemRandomNumberGenerator()
        return SchedulerIdentity(
            name: configuration.name ?? "mini@\(machine)", machine: machine, address: address, domain: configuration.domain, startTime: now,
            instanceID: Hex.string(UInt64.random(in: .min ... .max, using: &generator)))
    }

    private func handshake(
        _ identity: SchedulerIdentity, keys: [SigningKey], rules: AccessRules, faults: FaultInjector
    ) -> ServerHandshake.Configuration {
        var result = ServerHandshake.Configuration(
            commands: CommandTable.entries.values.map(\.command), methods: [.token, .fileSystem], trustDomain: identity.domain,
            userDomain: identity.domain, authorize: { user, level in rules.permits(user, level) })
        result.signingKeys = keys
        if faults.refusesAuthentication {
            // Nothing can be signed with a key that nobody has, and nobody can create files in a directory that does not exist.
            let bytes = (0..<64).map { _ in UInt8.random(in: .min ... .max) }
            result.signingKeys = (try? SigningKey(id: SigningKey.poolKeyID, fileContents: bytes)).map { [$0] } ?? []
            result.fileSystemDirectory = "/nonexistent"
        }
        result.acceptsEverySharedPortID = true
        result.unusedCiphers = ["BLOWFISH", "3DES"]
        result.advertisedAddress = identity.address
        return result
    }
}
