import CondorModel
import CondorProtocol
import JobExecution
import Logging
import POSIX

/// The end of a run: what is reported, and the files that are brought back.
extension RunSession {
    /// Handles the supervisor's report that the job has ended.
    func end() async {
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

    func failToStart(_ failure: LaunchFailure) async {
        let launch = prepared?.launch
        let text = SystemError.text(failure.error)
        func stream(_ stream: JobLaunch.Stream?, _ phase: String, _ code: HoldReasonCode) -> RunFailure {
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
                    "Cannot access initial working directory \(launch?.initialDirectory ?? ""): \(text)", code: .iwdError,
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

    func failure(_ failure: RunFailure, neverExecuted: Bool) -> JobFailure {
        JobFailure(
            reason: failure.reason, code: failure.code, subCode: failure.subCode, usage: usage, neverExecuted: neverExecuted,
            isRemoteError: failure.isRemote)
    }

    func stopReport(neverExecuted: Bool, ending: ProcessEnding? = nil) -> JobStop {
        var report = JobStop(usage: usage, neverExecuted: neverExecuted)
        report.ending = ending
        if case .shutdown? = stop {
            report.reason = "The scheduler was shut down"
            report.code = .startdShutdown
            report.subCode = 0
        }
        return report
    }

    /// Reports the end. Once that is durable, removes the remaining files.
    func finish(_ transitions: [JobTransition]) async {
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
