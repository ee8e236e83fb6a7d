import ClassAd
import CondorModel
import Glibc
import JobExecution
import Logging
import POSIX

/// One run of a job, from the match to its end. Used by one task only.
final class RunSession {
    let runner: JobRunner
    let run: UInt64
    let job: JobID
    let slot: DynamicSlot
    let directory: RunDirectory
    private let messages: AsyncStream<RunMessage>

    var prepared: RunPreparation.Prepared?
    private var supervisor: Supervisor?
    var usage = JobUsage()
    private var executingSince: Int64 = 0
    private var notedUsageAt: Int64 = 0
    private var isSuspended = false
    /// Why the scheduler wants the run to end; nil if it does not.
    var stop: Stop?
    /// When remaining processes are killed.
    private var deadline: Int64?

    enum Stop {
        case requested(RunRequest.Reason)
        case failure(RunFailure)
        case shutdown
    }

    init(runner: JobRunner, run: UInt64, job: JobID, slot: DynamicSlot, directory: RunDirectory, messages: AsyncStream<RunMessage>) {
        self.runner = runner
        self.run = run
        self.job = job
        self.slot = slot
        self.directory = directory
        self.messages = messages
    }

    private var address: String { runner.slotSettings.address }

    // MARK: - From the beginning

    /// Runs the job. Returns when it is over and nothing of it is left.
    func start(_ preparation: RunPreparation) async {
        let begin = JobRunStart(
            slotName: slot.name, slotID: 1, startdAddress: address, publicClaimID: "\(address)#\(runner.startedAt)#\(run)#...",
            cpus: slot.resources.cpus, memoryMB: slot.resources.memoryMB, diskKB: slot.resources.diskKB, gpus: slot.resources.gpus.count)
        let transfers = Self.transfersFiles(preparation.job)
        guard runner.note(transfers ? [.started(begin), .inputTransferStarted] : [.started(begin)], of: job)?.next == .proceed else {
            runner.forget(run)
            runner.releaseSlot(run)
            return
        }
        let result: Result<RunPreparation.Prepared, RunFailure> = await runner.onDisk {
            do throws(RunFailure) {
                return .success(try preparation.prepare())
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .failure(let failure):
            await finish([.failed(self.failure(failure, neverExecuted: true))])
            return
        case .success(let prepared):
            self.prepared = prepared
            usage.bytesReceived = prepared.input.bytes
            usage.diskUsageKB = max(1, (prepared.input.bytes + 1023) / 1024)
            runner.setLaunch(run, prepared.launch)
        }
        if let time = prepared?.launch.deferral?.time, await !wait(until: time) { return }
        if let pending = runner.pendingStop(of: run) {
            switch pending {
            case .requested(let reason): stop = .requested(reason)
            case .shutdown: stop = .shutdown
            }
            await finish([.stopped(stopReport(neverExecuted: true))])
            return
        }
        do throws(SystemError) {
            try runner.launch(directory)
        } catch {
            await failToStart(LaunchFailure(stage: .clone, error: error.number))
            return
        }
        await follow()
    }

    private static func transfersFiles(_ job: JobSnapshot) -> Bool {
        job.string("ShouldTransferFiles")?.uppercased() != "NO" && !job.runsAtScheduler
    }

    /// Waits for the job's deferred start time.
    /// - Returns: false if the run has ended instead.
    private func wait(until time: Int64) async -> Bool {
        guard time > runner.now() else { return true }
        for await message in messages {
            switch message {
            case .request(.stop(let reason, _)): stop = .requested(reason)
            case .shutdown: stop = .shutdown
            case .tick where runner.now() >= time: return true
            default: continue
            }
            await finish([.stopped(stopReport(neverExecuted: true))])
            return false
        }
        return false
    }

    // MARK: - While it runs

    /// Continues a run whose process already exists.
    func resume(_ prepared: RunPreparation.Prepared, supervisor: Supervisor, state: SupervisorState) async {
        self.prepared = prepared
        self.supervisor = supervisor
        usage.bytesReceived = prepared.input.bytes
        executingSince = state.startedAt / 1_000_000
        runner.setLaunch(run, prepared.launch)
        _ = runner.note([.foundAgain], of: job)
        if case .exited = state.phase {
            await end()
        } else {
            await follow()
        }
    }

    private func follow() async {
        for await message in messages {
            switch message {
            case .supervisor(.executing):
                isExecuting()
            case .supervisor(.exited):
                await end()
                return
            case .supervisor(.failed(let cloneError)):
                let state = SupervisorState.read(path: directory.plan)
                if let cloneError {
                    await failToStart(LaunchFailure(stage: .clone, error: cloneError))
                } else if case .failed(let failure)? = state?.phase {
                    await failToStart(failure)
                } else {
                    await failToStart(LaunchFailure(stage: .execute, error: EIO))
                }
                return
            case .request(let kind):
                await handle(kind)
            case .shutdown:
                await ask(.shutdown, signal: prepared?.launch.killSignal ?? SIGTERM, isFast: true)
            case .tick:
                if await !tick() { return }
            }
        }
    }

    func isExecuting() {
        guard executingSince == 0, let prepared else { return }
        supervisor = SupervisorState.read(path: directory.plan).map { Supervisor(pid: $0.supervisor, plan: directory.plan) }
        executingSince = runner.now()
        notedUsageAt = executingSince
        var start = JobExecutionStart(
            host: address, slotName: slot.name, scratchDirectory: directory.scratch, cpus: slot.resources.cpus, memoryMB: slot.resources.memoryMB,
            diskKB: slot.resources.diskKB, gpus: slot.resources.gpus.count)
        start.expansions = prepared.expansions
        let executing = JobTransition.executing(start)
        _ = runner.note(prepared.launch.transfersFiles ? [.inputTransferFinished(TransferAmount(prepared.input)), executing] : [executing], of: job)
    }

    private func handle(_ kind: RunRequest.Kind) async {
        guard let launch = prepared?.launch else { return }
        switch kind {
        case .stop(let reason, let isFast):
            let signal =
                switch reason {
                case .hold: launch.holdKillSignal
                case .remove: launch.removeKillSignal
                case .vacate: launch.killSignal
                }
            await ask(.requested(reason), signal: signal, isFast: isFast)
        case .suspend:
            guard !isSuspended, stop == nil, let supervisor else { return }
            let cgroup = prepared?.cgroup
            let count = await runner.onDisk {
                let count = supervisor.suspendJob()
                try? cgroup?.setFrozen(true)
                return count
            }
            guard count > 0 else { return }
            isSuspended = true
            runner.setSuspended(run, true)
            _ = runner.note([.suspended(processes: count)], of: job)
        case .resume:
            guard isSuspended else { return }
            await thaw()
            _ = runner.note([.resumed], of: job)
        }
    }

    private func thaw() async {
        guard isSuspended, let supervisor else { return }
        let cgroup = prepared?.cgroup
        await runner.onDisk {
            try? cgroup?.setFrozen(false)
            supervisor.resumeJob()
        }
        isSuspended = false
        runner.setSuspended(run, false)
    }

    /// Asks the job to end, and makes sure that it does.
    private func ask(_ why: Stop, signal: Int32, isFast: Bool) async {
        if stop == nil { stop = why }
        if supervisor == nil { isExecuting() }
        guard let supervisor else { return }
        await thaw()
        if isFast {
            supervisor.killJob()
        } else if deadline == nil {
            supervisor.signalJob(signal)
            deadline = runner.now() + (prepared?.launch.killGrace ?? 0)
        }
    }

    /// - Returns: false if the run is over.
    private func tick() async -> Bool {
        guard let prepared, executingSince > 0, let supervisor else { return true }
        let directory = directory
        let looksAtDisk = runner.now() - notedUsageAt >= runner.settings.usageInterval
        let (isAlive, tree, disk) = await runner.onDisk {
            (supervisor.isAlive, ProcessTree(below: supervisor.pid), looksAtDisk ? FileTree.sizeKB(directory.scratch) : nil)
        }
        guard isAlive else {
            // The last report may be on its way. A run that was taken over gets none.
            if case .exited? = SupervisorState.read(path: directory.plan)?.phase {
                await end()
            } else {
                await finish([.lost(reason: "The starter's supervisor ended unexpectedly")])
            }
            return false
        }
        if let deadline, runner.now() >= deadline { supervisor.killJob() }
        take(tree)
        if let disk { usage.diskUsageKB = max(usage.diskUsageKB, disk) }
        let resident = prepared.cgroup?.memoryKB?.now ?? tree.residentKB
        if runner.settings.holdsForMemory, stop == nil, resident / 1024 > slot.resources.memoryMB {
            await ask(.failure(memoryExcess(usedMB: resident / 1024)), signal: SIGKILL, isFast: true)
        } else if stop == nil, runner.now() - notedUsageAt >= (notedUsageAt == executingSince ? 1 : runner.settings.usageInterval) {
            notedUsageAt = runner.now()
            _ = runner.note([.usage(usage)], of: job)
        }
        return true
    }

    private func take(_ tree: ProcessTree) {
        usage.userCPU = max(usage.userCPU, tree.userCPU)
        usage.systemCPU = max(usage.systemCPU, tree.systemCPU)
        usage.imageSizeKB = max(usage.imageSizeKB, tree.imageKB)
        usage.residentSetSizeKB = max(usage.residentSetSizeKB, tree.residentKB)
        usage.memoryUsageMB = (usage.residentSetSizeKB + 1023) / 1024
        usage.processes = max(1, tree.members.count)
    }

    func memoryExcess(usedMB: Int64) -> RunFailure {
        RunFailure(
            "Job has gone over cgroup memory limit of \(slot.resources.memoryMB) megabytes. Last measured usage: \(usedMB) "
                + "megabytes.  Consider resubmitting with a higher request_memory.", code: .jobOutOfResources, subCode: 102)
    }
}
