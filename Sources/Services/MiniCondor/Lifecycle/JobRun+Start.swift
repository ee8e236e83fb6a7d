import CondorModel

/// The beginning of a run.
extension JobRun {
    func started(_ start: JobRunStart, in edit: inout QueueEdit) {
        edit.update(id) { ad in
            ad.setStatus(.running, of: job, at: now)
            if !job.contains("JobStartDate") {
                ad.set("JobStartDate", now)
                ad.set("FirstJobMatchDate", now)
                ad.set("InitialWaitDuration", max(0, now &- (job.integer("QDate") ?? now)))
            } else if let last = job.integer("JobCurrentStartDate") {
                ad.set("JobLastStartDate", last)
            }
            ad.set("JobCurrentStartDate", now)
            ad.set("ShadowBday", now)
            ad.set("LastMatchTime", now)
            ad.set("LastJobLeaseRenewal", now)
            ad.set("JobRunCount", number("JobRunCount") &+ 1)
            ad.set("NumShadowStarts", number("NumShadowStarts") &+ 1)
            ad.set("NumJobMatches", number("NumJobMatches") &+ 1)
            ad.set("RemoteHost", start.slotName)
            ad.set("RemoteSlotID", start.slotID)
            ad.set("StartdIpAddr", start.startdAddress)
            ad.set("StartdPrincipal", "execute-side@matchsession/127.0.0.1")
            if !start.publicClaimID.isEmpty { ad.set("PublicClaimId", start.publicClaimID) }
            ad.set("CurrentHosts", 1)
            for name in ["BytesSent", "BytesRecvd"] where !job.contains(name) { ad.set(name, 0.0) }
            ad.set("TransferQueued", false)
            ad.set("TransferringInput", false)
            for name in ["VacateReason", "VacateReasonCode", "VacateReasonSubCode"] { ad.remove(name) }
            ad.set("OrigMaxHosts", 1)
            ad.set("CpusProvisioned", start.cpus)
            ad.set("MemoryProvisioned", start.memoryMB)
            ad.set("DiskProvisioned", start.diskKB)
            ad.set("GPUsProvisioned", start.gpus)
            ad.set("MachineAttrCpus0", start.cpus)
            ad.set("MachineAttrSlotWeight0", start.cpus)
            ad.remove("TerminationPending")
        }
    }

    func inputTransferStarted(in edit: inout QueueEdit) {
        edit.update(id) { ad in
            ad.set("JobCurrentStartTransferInputDate", now)
            ad.set("TransferInStarted", now)
            ad.set("TransferringInput", true)
            ad.set("NumInputTransferStarts", (job.integer("NumInputTransferStarts") ?? 0) &+ 1)
        }
        edit.log(.fileTransfer(.inputStarted, host: job.string("StartdIpAddr")), of: id)
    }

    func inputTransferFinished(_ amount: TransferAmount, in edit: inout QueueEdit) {
        edit.update(id) { ad in
            ad.set("JobCurrentFinishTransferInputDate", now)
            ad.set("TransferInFinished", now)
            ad.set("TransferringInput", false)
            ad.set("BytesRecvd", (job.real("BytesRecvd") ?? 0) + Double(amount.bytes))
            noteTransfer("TransferInput", amount, in: &ad)
        }
        edit.log(.fileTransfer(.inputFinished, host: nil), of: id)
    }

    func executing(_ start: JobExecutionStart, in edit: inout QueueEdit) {
        edit.update(id) { ad in
            ad.set("JobCurrentStartExecutingDate", now)
            ad.set("ExecuteDirWasEncrypted", false)
            for expansion in start.expansions { ad.set(expansion.name, expansion.value) }
            ad.set("NumJobStarts", (job.integer("NumJobStarts") ?? 0) &+ 1)
        }
        edit.log(.executing(start), of: id)
    }
}
