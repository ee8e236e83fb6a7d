import ClassAd
import CondorModel
import Glibc
import JobExecution
import Logging
import NIOPosix
import POSIX
import Synchronization

/// Starter and negotiator: gives this machine's slots to idle jobs, runs them and reports to the queue.
///
/// It is event driven: idle jobs, ended runs and requests are handled at once. A tick once a second handles deadlines, memory limits and shares.
final class JobRunner: Sendable {
    let queue: JobQueue
    let slotSettings: SlotSettings
    let settings: StarterSettings
    let logger: Logger
    let startedAt: Int64
    private let disk: NIOThreadPool
    let state: Mutex<State>
    /// Runs to start.
    private let beginnings: AsyncStream<Beginning>
    private let beginningSource: AsyncStream<Beginning>.Continuation
    private let shareFile: String
    /// Files and directories that are hidden from jobs, with links resolved.
    private let hidden: Mutex<[String]>

    struct Beginning: Sendable {
        var run: UInt64
        var work: @Sendable (RunSession) async -> Void
        var slot: DynamicSlot
        var job: JobID
        var directory: RunDirectory
        var messages: AsyncStream<RunMessage>
    }

    struct State {
        var slots: Slots
        var negotiator: Negotiator
        var runs: [UInt64: Run] = [:]
        var runOfJob: [JobID: UInt64] = [:]
        var isStopping = false
        var isolation: Isolation = []
        /// Nil before ``JobRunner/run()``.
        var execution: Execution?
    }

    struct Run {
        var job: JobID
        var submitter: String
        var slot: DynamicSlot
        var limits: [(name: String, weight: Double)]
        var directory: RunDirectory
        var launch: JobLaunch?
        var mailbox: AsyncStream<RunMessage>.Continuation
        /// A stop request that came before the run had started.
        var pendingStop: PendingStop?
        var holdsSlot = true
        var isSuspended = false
    }

    enum PendingStop: Sendable {
        case requested(RunRequest.Reason)
        case shutdown
    }

    /// - Parameter slots: the machine's resources and the slots' names.
    init(queue: JobQueue, slots: SlotSettings, settings: StarterSettings, logger: Logger) {
        self.queue = queue
        slotSettings = slots
        self.settings = settings
        self.logger = logger
        startedAt = queue.settings.now()
        shareFile = settings.schedulerDirectory + "/accounting"
        let shares = FairShare(text: FileReading.prefix(of: shareFile) ?? [], halfLife: settings.priorityHalfLife, now: startedAt)
        state = Mutex(
            State(slots: Slots(settings: slots, now: startedAt), negotiator: Negotiator(shares: shares, limits: settings.concurrencyLimits)))
        hidden = Mutex(settings.outOfReach)
        disk = NIOThreadPool(numberOfThreads: 4)
        (beginnings, beginningSource) = AsyncStream.makeStream()
    }

    // MARK: - Running

    /// Runs jobs until ``stop()``, or until the task is cancelled. Returns when none of this process's runs is left.
    func run() async throws(SystemError) {
        disk.start()
        mkdir(settings.executeDirectory, 0o711)
        let execution = try Execution(usesCgroups: settings.usesCgroups)
        state.withLock { $0.execution = execution }
        if let cgroups = execution.cgroups { hidden.withLock { $0.append(cgroups.path) } }
        await withTaskGroup { group in
            await chooseIsolation(execution)
            await recover(execution)
            group.addTask { [self] in
                for await _ in queue.wakeUps { negotiate() }
            }
            group.addTask { [self] in
                for await request in queue.runRequests { forward(request) }
            }
            group.addTask { [self] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    tick()
                }
            }
            await withTaskCancellationHandler {
                await withDiscardingTaskGroup { runs in
                    for await beginning in beginnings {
                        runs.addTask { [self] in
                            let session = RunSession(
                                runner: self, run: beginning.run, job: beginning.job, slot: beginning.slot, directory: beginning.directory,
                                messages: beginning.messages)
                            await beginning.work(session)
                        }
                    }
                }
            } onCancel: {
                stop()
            }
            group.cancelAll()
        }
        await execution.stop()
        saveShares()
        try? await disk.shutdownGracefully()
    }

    /// Starts no more jobs. Running jobs are ended if they must not outlive the scheduler, and left alone otherwise.
    func stop() {
        let mailboxes = state.withLock { state -> [AsyncStream<RunMessage>.Continuation] in
            guard !state.isStopping else { return [] }
            state.isStopping = true
            if settings.endsWithScheduler {
                for run in state.runs.keys { state.runs[run]?.pendingStop = .shutdown }
            }
            return state.runs.values.map(\.mailbox)
        }
        for mailbox in mailboxes {
            if settings.endsWithScheduler { mailbox.yield(.shutdown) } else { mailbox.finish() }
        }
        beginningSource.finish()
    }

    func now() -> Int64 { queue.settings.now() }

    /// Runs `body` on a thread that may block.
    func onDisk<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        do {
            return try await disk.runIfActive(body)
        } catch {
            // The pool refuses only after its shutdown, which waits for all runs.
            return body()
        }
    }

    // MARK: - Matching

    func negotiate() {
        let now = now()
        let begun: [Beginning] = state.withLock { state in
            guard !state.isStopping, let execution = state.execution else { return [] }
            for id in queue.takeFreshlyIdle() {
                if let job = queue.job(id), job.status == .idle, job.universe == Universe.vanilla.rawValue || job.runsAtScheduler {
                    state.negotiator.file(job)
                }
            }
            var begun: [Beginning] = []
            while let match = next(&state, now) {
                guard let beginning = begin(match, execution, &state, now) else { break }
                begun.append(beginning)
            }
            return begun
        }
        for beginning in begun { beginningSource.yield(beginning) }
    }

    func saveShares() {
        let text = Array(state.withLock { $0.negotiator.shares.text }.utf8)
        try? FileWriting.replace(shareFile, with: text, mode: 0o600)
    }

    func begin(_ beginning: Beginning) { beginningSource.yield(beginning) }

    private func next(_ state: inout State, _ now: Int64) -> Negotiator.Match? {
        let runOfJob = state.runOfJob
        return state.negotiator.next(slot: state.slots.matchAd, free: state.slots.free, now: now) { id in
            guard runOfJob[id] == nil, let job = queue.job(id), job.status == .idle, !job.proc.contains("RemoteHost") else { return nil }
            return job
        }
    }

    private func begin(_ match: Negotiator.Match, _ execution: Execution, _ state: inout State, _ now: Int64) -> Beginning? {
        let job = match.job
        guard
            let slot = state.slots.claim(
                match.request, user: job.user, job: job.id.description, globalJobID: job.string("GlobalJobId") ?? "", universe: job.universe, now: now
            )
        else {
            state.negotiator.file(job)
            return nil
        }
        state.negotiator.take(match, processors: slot.resources.cpus)
        let run = execution.newRun()
        let directory = RunDirectory(in: settings.executeDirectory, run: run)
        let messages = register(run, job: job.id, submitter: match.submitter, slot: slot, limits: match.limits, directory, execution, &state)
        let preparation = RunPreparation(
            job: job, slot: slot, slotAd: state.slots.dynamicAd(slot, now: now), run: run, directory: directory,
            spool: queue.spoolDirectory(of: job.id),
            settings: settings, isolation: state.isolation, account: settings.accounts.account(index: slot.number, user: slot.user),
            access: access(slot),
            cgroups: execution.cgroups)
        return Beginning(
            run: run, work: { await $0.start(preparation) }, slot: slot, job: job.id, directory: directory, messages: messages)
    }

    func register(
        _ run: UInt64, job: JobID, submitter: String, slot: DynamicSlot, limits: [(name: String, weight: Double)], _ directory: RunDirectory,
        _ execution: Execution, _ state: inout State
    ) -> AsyncStream<RunMessage> {
        let (messages, mailbox) = AsyncStream<RunMessage>.makeStream()
        state.runs[run] = Run(job: job, submitter: submitter, slot: slot, limits: limits, directory: directory, mailbox: mailbox)
        state.runOfJob[job] = run
        execution.listen(to: run) { mailbox.yield(.supervisor($0)) }
        return messages
    }

    /// The files that a job's account may access.
    func access(_ slot: DynamicSlot) -> FileAccess {
        FileAccess(account: settings.accounts.account(index: slot.number, user: slot.user), hidden: hidden.withLock { $0 })
    }
}
