import CondorModel
import POSIX

/// The end of a run.
extension JobRun {
    /// Adds the run's times and usage to the totals and removes the attributes that described the run.
    private func close(_ ad: inout StoredAd, _ usage: JobUsage) {
        let seconds = max(0, now &- (job.integer("ShadowBday") ?? now))
        let weight = Double(max(1, job.integer("CpusProvisioned") ?? 1))
        note(usage, in: &ad)
        noteMissingOutput(in: &ad)
        noteSuspension(in: &ad)
        ad.set("LastSuspensionTime", 0)
        ad.set("RemoteWallClockTime", (job.real("RemoteWallClockTime") ?? 0) + Double(seconds))
        ad.set("LastRemoteWallClockTime", Double(seconds))
        ad.set("CumulativeSlotTime", (job.real("CumulativeSlotTime") ?? 0) + Double(seconds) * weight)
        ad.set("CumulativeRemoteUserCpu", (job.real("CumulativeRemoteUserCpu") ?? 0) + usage.userCPU.rounded(.down))
        ad.set("CumulativeRemoteSysCpu", (job.real("CumulativeRemoteSysCpu") ?? 0) + usage.systemCPU.rounded(.down))
        ad.set("CurrentHosts", 0)
        ad.set("JobCurrentReconnectAttempt", expression: "undefined".utf8)
        for (name, last) in [("RemoteHost", "LastRemoteHost"), ("PublicClaimId", "LastPublicClaimId")] {
            if let value = job[name] { ad.set(last, expression: value) }
            ad.remove(name)
        }
        for name in ["ShadowBday", "RemoteSlotID", "StartdIpAddr", "TransferQueued", "TransferringInput", "TransferringOutput"] { ad.remove(name) }
    }

    private func eviction(_ usage: JobUsage, reason: String?, code: Int64, subCode: Int64, requeued: ProcessEnding? = nil) -> JobEvent {
        .evicted(
            JobEviction(
                reason: reason, code: code, subCode: subCode, usage: usage, cpus: Int(clamping: job.integer("CpusProvisioned") ?? 1),
                memoryMB: job.integer("MemoryProvisioned") ?? 0, diskKB: job.integer("DiskProvisioned") ?? 0, requeued: requeued))
    }

    private func noteVacate(_ ad: inout StoredAd, reason: String, code: Int64, subCode: Int64, neverExecuted: Bool) {
        ad.set("LastVacateTime", now)
        ad.set("VacateReason", reason)
        ad.set("VacateReasonCode", code)
        ad.set("VacateReasonSubCode", subCode)
        let hasExecuted = (job.integer("JobCurrentStartExecutingDate") ?? 0) >= (job.integer("ShadowBday") ?? 1)
        for suffix in neverExecuted && !hasExecuted ? ["", "PreExecution"] : [""] {
            ad.set("NumVacates" + suffix, (job.integer("NumVacates" + suffix) ?? 0) &+ 1)
            let counts = "NumVacatesByReason" + suffix
            var count = ReasonCounts.incremented(job.expression(counts), HoldReasonCode.name(of: code))
            // The protocol whose transfer failed.
            if [.transferOutputError, .transferInputError].contains(HoldReasonCode(rawValue: code)) {
                count = ReasonCounts.incremented(count, HoldReasonCode.name(of: code) + "Cedar")
            }
            ad.set(counts, count)
        }
    }

    private func noteEnding(_ ending: ProcessEnding?, in ad: inout StoredAd) {
        switch ending {
        case .code(let code):
            ad.set("ExitBySignal", false)
            ad.set("ExitCode", code)
            ad.remove("ExitSignal")
            ad.remove("ExitReason")
        case .signal(let signal, let dumpedCore):
            ad.set("ExitBySignal", true)
            ad.set("ExitSignal", signal)
            ad.set("ExitReason", "died on signal \(signal) (\(SignalNames.description(of: signal)))")
            ad.remove("ExitCode")
            if dumpedCore { ad.set("JobCoreDumped", true) }
        case nil:
            break
        }
    }

    /// Records how long the phases of the run took.
    private func noteActivation(in ad: inout StoredAd) {
        guard let begin = job.integer("ShadowBday") else { return }
        ad.set("ActivationDuration", max(0, now &- begin))
        guard let started = job.integer("JobCurrentStartExecutingDate"), started >= begin else { return }
        ad.set("ActivationSetupDuration", started &- begin)
        if !ad.contains("ActivationExecutionDuration") || job.integer("JobRunCount") != 1 {
            ad.set("ActivationExecutionDuration", max(0, now &- started))
            ad.set("ActivationTeardownDuration", 0)
        }
    }

    /// HTCondor's reason for the end of a run that the job's own policy stopped: the shadow gave the claim back.
    static let claimDeactivatedReason = "Claim deactivated"

    /// Whether the job's own policy ended the run.
    private var isStoppedByPolicy: Bool { job.integer("VacateReasonCode") == HoldReasonCode.claimDeactivated.rawValue }

    // MARK: Stopped

    func stopped(_ stop: JobStop, in edit: inout QueueEdit) -> JobNextStep {
        switch job.status {
        case .held:
            let code = job.integer("HoldReasonCode") ?? 0
            let subCode = job.integer("HoldReasonSubCode") ?? 0
            let reason = job.string("HoldReason") ?? ""
            edit.update(id) { ad in
                close(&ad, stop.usage)
                noteEnding(stop.ending, in: &ad)
                noteActivation(in: &ad)
                if isStoppedByPolicy {
                    noteVacate(
                        &ad, reason: Self.claimDeactivatedReason, code: HoldReasonCode.claimDeactivated.rawValue, subCode: 0,
                        neverExecuted: stop.neverExecuted)
                } else {
                    noteVacate(&ad, reason: reason, code: code, subCode: subCode, neverExecuted: stop.neverExecuted)
                }
            }
            // A hold by the job's own policy is logged only as a hold.
            if !isStoppedByPolicy { edit.log(eviction(stop.usage, reason: reason, code: code, subCode: subCode), of: id) }
            edit.log(.held(reason: reason, code: code, subCode: subCode), of: id)
            return .releaseSlot
        case .removed:
            let reason = job.string("RemoveReason") ?? ""
            edit.update(id) { ad in
                close(&ad, stop.usage)
                noteEnding(stop.ending, in: &ad)
                noteActivation(in: &ad)
                if isStoppedByPolicy {
                    noteVacate(
                        &ad, reason: Self.claimDeactivatedReason, code: HoldReasonCode.claimDeactivated.rawValue, subCode: 0,
                        neverExecuted: stop.neverExecuted)
                } else {
                    noteVacate(&ad, reason: reason, code: HoldReasonCode.jobRemoved.rawValue, subCode: 0, neverExecuted: stop.neverExecuted)
                }
                ad.set("JobFinishedHookDone", now)
                ad.set("JobAbortEventLogged", 1)
            }
            if !isStoppedByPolicy { edit.log(eviction(stop.usage, reason: reason, code: HoldReasonCode.jobRemoved.rawValue, subCode: 0), of: id) }
            edit.log(.aborted(reason: reason), of: id)
            return JobActions.leaveQueueIfAllowed(id, in: &edit) ? .forget : .releaseSlot
        default:
            let reason = stop.reason ?? job.string("VacateReason") ?? "Job vacated by schedd"
            let code = stop.code?.rawValue ?? job.integer("VacateReasonCode") ?? HoldReasonCode.scheddVacate.rawValue
            edit.update(id) { ad in
                close(&ad, stop.usage)
                noteEnding(stop.ending, in: &ad)
                noteActivation(in: &ad)
                noteVacate(&ad, reason: reason, code: code, subCode: stop.subCode ?? 0, neverExecuted: stop.neverExecuted)
                ad.setStatus(.idle, of: job, at: now)
            }
            edit.log(eviction(stop.usage, reason: reason, code: code, subCode: stop.subCode ?? 0), of: id)
            return .releaseSlot
        }
    }

    // MARK: Failed

    func failed(_ failure: JobFailure, in edit: inout QueueEdit) -> JobNextStep {
        guard job.status != .held, job.status != .removed else {
            return stopped(JobStop(usage: failure.usage, neverExecuted: failure.neverExecuted), in: &edit)
        }
        let slot = job.string("RemoteHost") ?? ""
        let reason = failure.isRemoteError ? "Error from \(slot): \(failure.reason)" : failure.reason
        edit.update(id) { ad in
            close(&ad, failure.usage)
            noteEnding(failure.ending, in: &ad)
            if case .code? = failure.ending {
                ad.set("ExitReason", "Exited normally")
                ad.set("JobCoreDumped", false)
            }
            noteActivation(in: &ad)
            noteVacate(&ad, reason: reason, code: failure.code.rawValue, subCode: failure.subCode, neverExecuted: failure.neverExecuted)
        }
        if failure.isRemoteError {
            edit.log(
                .remoteError(daemon: "starter", host: slot, message: failure.reason, code: failure.code.rawValue, subCode: failure.subCode), of: id)
        }
        edit.log(eviction(failure.usage, reason: reason, code: failure.code.rawValue, subCode: failure.subCode), of: id)
        hold(reason: reason, code: failure.code, subCode: failure.subCode, in: &edit)
        return .releaseSlot
    }

    /// Puts the job on hold after its run is over.
    private func hold(reason: String, code: HoldReasonCode, subCode: Int64, in edit: inout QueueEdit) {
        JobActions.hold(id, reason: reason, code: code, subCode: subCode, isSystem: false, runHasEnded: true, in: &edit)
    }

    // MARK: Lost

    func lost(_ reason: String, in edit: inout QueueEdit) -> JobNextStep {
        stopped(JobStop(usage: JobUsage(), reason: reason, code: .reconnectFailed, subCode: 0), in: &edit)
    }

    // MARK: Exited

    func exited(_ exit: JobExit, in edit: inout QueueEdit) -> JobNextStep {
        edit.update(id) { ad in
            close(&ad, exit.usage)
            noteEnding(exit.ending, in: &ad)
            ad.set("NumJobCompletions", (job.integer("NumJobCompletions") ?? 0) &+ 1)
            if (job.integer("JobCurrentStartTransferOutputDate") ?? 0) < (job.integer("ShadowBday") ?? now) {
                ad.set("JobCurrentStartTransferOutputDate", exit.endedAt)
            }
            ad.set("SpooledOutputFiles", exit.spooledOutputFiles.joined(separator: ","))
            if let time = exit.outputTime { ad.set("StdoutMtime", time) }
            if let time = exit.errorTime { ad.set("StderrMtime", time) }
            noteActivation(in: &ad)
            ad.set("ActivationExecutionDuration", max(0, exit.endedAt &- exit.startedAt))
            ad.set("ActivationTeardownDuration", max(0, now &- exit.endedAt))
        }
        if job.status == .removed || job.status == .held { return endedMeanwhile(exit, in: &edit) }
        switch JobPolicy.atExit(of: edit.job(id) ?? job, now: now) {
        case .complete: return complete(exit, in: &edit)
        case .requeue(let reason):
            edit.update(id) { ad in
                ad.setStatus(.idle, of: job, at: now)
                ad.set("RequeueReason", reason)
            }
            edit.log(eviction(exit.usage, reason: reason, code: HoldReasonCode.jobShouldRequeue.rawValue, subCode: 0, requeued: exit.ending), of: id)
            return .releaseSlot
        case .remove(let reason):
            edit.update(id) { ad in
                ad.set("RemoveReason", reason)
                ad.setStatus(.removed, of: job, at: now)
            }
            edit.log(.aborted(reason: reason), of: id)
            return JobActions.leaveQueueIfAllowed(id, in: &edit) ? .forget : .releaseSlot
        case .hold(let reason, let code, let subCode):
            hold(reason: reason, code: code, subCode: subCode, in: &edit)
            return .releaseSlot
        }
    }

    private func complete(_ exit: JobExit, in edit: inout QueueEdit) -> JobNextStep {
        edit.update(id) { ad in
            ad.setStatus(.completed, of: job, at: now)
            ad.set("CompletionDate", now)
            ad.set("JobFinishedHookDone", now)
            ad.set("TerminationPending", true)
            // Only of the last run; the work of earlier runs was lost.
            let seconds = max(0, now &- (job.integer("ShadowBday") ?? now))
            ad.set("CommittedTime", (job.integer("CommittedTime") ?? 0) &+ seconds)
            ad.set("CommittedSlotTime", (job.real("CommittedSlotTime") ?? 0) + Double(seconds) * Double(max(1, job.integer("CpusProvisioned") ?? 1)))
        }
        let ended = edit.job(id) ?? job
        edit.log(
            .terminated(
                JobTermination(
                    ending: exit.ending, usage: exit.usage, totalBytesSent: Int64(clampingReal: ended.real("BytesSent")),
                    totalBytesReceived: Int64(clampingReal: ended.real("BytesRecvd")), totalUserCPU: ended.real("CumulativeRemoteUserCpu") ?? 0,
                    totalSystemCPU: ended.real("CumulativeRemoteSysCpu") ?? 0)), of: id)
        return JobActions.leaveQueueIfAllowed(id, in: &edit) ? .forget : .releaseSlot
    }

    /// Handles a job that ended by itself while it was being stopped.
    private func endedMeanwhile(_ exit: JobExit, in edit: inout QueueEdit) -> JobNextStep {
        if job.status == .held {
            let reason = job.string("HoldReason") ?? ""
            edit.log(
                .held(reason: reason, code: job.integer("HoldReasonCode") ?? 0, subCode: job.integer("HoldReasonSubCode") ?? 0), of: id)
            return .releaseSlot
        }
        edit.log(.aborted(reason: job.string("RemoveReason") ?? ""), of: id)
        return JobActions.leaveQueueIfAllowed(id, in: &edit) ? .forget : .releaseSlot
    }
}

extension Int64 {
    init(clampingReal value: Double?) {
        guard let value, value.isFinite else {
            self = 0
            return
        }
        self = value >= 9.2e18 ? .max : value <= -9.2e18 ? .min : Int64(value)
    }
}
