import ClassAd
import CondorProtocol
import Glibc
import JobExecution
import Logging
import POSIX

/// One run of a job, from the match to its end. Used by one task only.
final class RunSession {
    private let runner: JobRunner
    private let run: UInt64
    private let job: JobID
    private let slot: DynamicSlot
    private let directory: RunDirectory
    private let messages: AsyncStream<RunMessage>

    private var prepared: RunPreparation.Prepared?
    private var supervisor: Supervisor?
    private var usage = JobUsage()
    private var executingSince: Int64 = 0
    private var notedUsageAt: Int64 = 0
    private var isSuspended = false
    /// Why the scheduler wants the run to end; nil if it does not.
    private var stop: Stop?
    /// When remaining processes are killed.
    private var deadline: Int64?

    private enum Stop {
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
        job.string("ShouldTransferFiles")?.uppercased() != "NO" && job.universe != 7 && job.universe != 12
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

    private func isExecuting() {
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

    private func memoryExcess(usedMB: Int64) -> RunFailure {
        RunFailure(
            "Job has gone over cgroup memory limit of \(slot.resources.memoryMB) megabytes. Last measured usage: \(usedMB) "
                + "megabytes.  Consider resubmitting with a higher request_memory.", code: .outOfResources, subCode: 102)
    }

    // MARK: - The end

    /// Handles the supervisor's report that the job has ended.
    private func end() async {
        guard let prepared, case .exited(let exit)? = SupervisorState.read(path: directory.plan)?.phase else {
            await finish([.lost(reason: "The end of the job was not recorded")])
            return
        }
        isExecuting()
        usage.userCPU = exit.userCPU
        usage.systemCPU = exit.systemCPU
        usage.residentSetSizeKB = max(usage.residentSetSizeKB, exit.maximumResidentKB)
        usage.imageSizeKB = max(usage.imageSizeKB, usage.residentSetSizeKB)
        usage.memoryUsageMB = (usage.residentSetSizeKB + 1023) / 1024
        if let peak = prepared.cgroup?.memoryKB?.peak { usage.memoryUsageMB = max(usage.memoryUsageMB, (peak + 1023) / 1024) }
        if stop == nil, (prepared.cgroup?.memoryKills ?? 0) > 0 { stop = .failure(memoryExcess(usedMB: slot.resources.memoryMB)) }
        switch stop {
        case .failure(let failure):
            var report = self.failure(failure, neverExecuted: false)
            report.ending = exit.ending
            await finish([.failed(report)])
        case .requested, .shutdown:
            await finish([.stopped(stopReport(neverExecuted: false, ending: exit.ending))])
        case nil:
            await complete(prepared, exit)
        }
    }

    private func complete(_ prepared: RunPreparation.Prepared, _ exit: ProcessExit) async {
        runner.releaseSlotEarly(run)
        var transitions: [JobTransition] = []
        var output = OutputTransfer.Result()
        let directory = directory
        if prepared.launch.transfersFiles {
            let transfer = OutputTransfer(launch: prepared.launch, directory: directory, access: runner.access(slot), slotName: slot.name)
            let (disk, result): (Int64, Result<OutputTransfer.Result, RunFailure>) = await runner.onDisk {
                let disk = FileTree.sizeKB(directory.scratch)
                do throws(RunFailure) {
                    return (disk, .success(try transfer.run(prepared.catalog)))
                } catch {
                    return (disk, .failure(error))
                }
            }
            usage.diskUsageKB = max(usage.diskUsageKB, disk)
            switch result {
            case .failure(let failure):
                var report = self.failure(failure, neverExecuted: false)
                report.ending = exit.ending
                await finish([.usage(usage), .outputTransferStarted, .outputTransferFinished(TransferAmount()), .failed(report)])
                return
            case .success(let brought):
                output = brought
            }
            usage.bytesSent = output.amount.bytes
            transitions = output.amount.files > 0 ? [.outputTransferStarted] : []
            transitions.append(.outputTransferFinished(TransferAmount(output.amount)))
        }
        let report = JobExit(
            ending: exit.ending, usage: usage, spooledOutputFiles: output.names, startedAt: exit.startedAt / 1_000_000,
            endedAt: exit.endedAt / 1_000_000,
            outputTime: output.outputTime, errorTime: output.errorTime)
        await finish([.usage(usage)] + transitions + [.exited(report)])
    }

    private func failToStart(_ failure: LaunchFailure) async {
        let launch = prepared?.launch
        let text = SystemError.text(failure.error)
        func stream(_ stream: JobLaunch.Stream?, _ phase: String, _ code: RunFailure.Code) -> RunFailure {
            RunFailure(
                "Failed to open '\(stream?.path ?? "")' as \(phase): \(text) (errno \(failure.error))", code: code, subCode: Int64(failure.error))
        }
        let reason =
            switch failure.stage {
            case .input: stream(launch?.input, "standard input", .unableToOpenInput)
            case .output: stream(launch?.output, "standard output", .unableToOpenOutput)
            case .error: stream(launch?.error, "standard error", .unableToOpenOutput)
            case .directory:
                RunFailure(
                    "Cannot access initial working directory \(launch?.initialDirectory ?? ""): \(text)", code: .initialDirectory,
                    subCode: Int64(failure.error))
            default:
                RunFailure(
                    "Failed to execute '\(launch?.program(scratch: directory.scratch) ?? "")'\(arguments): (errno=\(failure.error): '\(text)')",
                    code: .failedToCreateProcess, subCode: Int64(failure.error))
            }
        isExecuting()
        await finish([.failed(self.failure(reason, neverExecuted: true))])
    }

    /// In the form that HTCondor appends to its message.
    private var arguments: String {
        guard let list = try? prepared?.launch.argumentList(), !list.isEmpty else { return "" }
        return " with arguments " + list.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    private func failure(_ failure: RunFailure, neverExecuted: Bool) -> JobFailure {
        JobFailure(
            reason: failure.reason, code: failure.code, subCode: failure.subCode, usage: usage, neverExecuted: neverExecuted,
            isRemoteError: failure.isRemote)
    }

    private func stopReport(neverExecuted: Bool, ending: ProcessEnding? = nil) -> JobStop {
        var report = JobStop(usage: usage, neverExecuted: neverExecuted)
        report.ending = ending
        if case .shutdown? = stop {
            report.reason = "The scheduler was shut down"
            report.code = 1013
            report.subCode = 0
        }
        return report
    }

    /// Reports the end. Once that is durable, removes the remaining files.
    private func finish(_ transitions: [JobTransition]) async {
        runner.forget(run)
        runner.releaseSlotEarly(run)
        let noted = runner.note(transitions, of: job)
        let directory = directory
        let cgroup = prepared?.cgroup
        var isDurable = false
        if let noted {
            do throws(QueueError) {
                try await noted.ticket.wait()
                isDurable = true
            } catch {
                runner.logger.error("the end of a run is not recorded", metadata: ["job": "\(job)", "reason": "\(error.reason)"])
            }
            if noted.next != .proceed { await runner.queue.materialize() }
        }
        // Anything that is not recorded is found again by the next scheduler.
        let isDone = isDurable
        await runner.onDisk {
            cgroup?.remove()
            if isDone { try? directory.remove() }
        }
        runner.releaseSlot(run)
    }
}
