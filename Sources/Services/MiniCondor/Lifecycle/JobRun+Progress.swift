import CondorModel

/// Reports during a run.
extension JobRun {
    func used(_ usage: JobUsage, in edit: inout QueueEdit) {
        let grew = usage.imageSizeKB > (job.integer("ImageSize_RAW") ?? 0)
        edit.update(id) { note(usage, in: &$0) }
        if grew {
            edit.log(
                .imageSize(
                    imageSizeKB: usage.imageSizeKB, memoryUsageMB: usage.memoryUsageMB, residentSetSizeKB: usage.residentSetSizeKB,
                    proportionalSetSizeKB: usage.proportionalSetSizeKB), of: id)
        }
    }

    /// Records usage as HTCondor's shadow does: exact in `X_RAW`, and in `X` rounded up to a quarter of its order of magnitude (HTCondor's
    /// SCHEDD_ROUND_ATTR_* = 25%).
    func note(_ usage: JobUsage, in ad: inout StoredAd) {
        func setRounded(_ name: String, _ value: Int64) {
            let value = max(value, job.integer(name + "_RAW") ?? 0)
            ad.set(name + "_RAW", value)
            ad.set(name, RoundedAttributes.rounded(value))
        }
        // In whole seconds, like HTCondor's starter.
        ad.set("RemoteUserCpu", usage.userCPU.rounded(.down))
        ad.set("RemoteSysCpu", usage.systemCPU.rounded(.down))
        setRounded("ImageSize", usage.imageSizeKB)
        if usage.residentSetSizeKB > 0 {
            setRounded("ResidentSetSize", usage.residentSetSizeKB)
            ad.set("MemoryUsage", expression: "((ResidentSetSize + 1023) / 1024)".utf8)
        }
        setRounded("DiskUsage", usage.diskUsageKB)
        if let proportional = usage.proportionalSetSizeKB { setRounded("ProportionalSetSizeKb", proportional) }
        ad.set("BlockReadKbytes", usage.blockReadKB)
        ad.set("BlockWriteKbytes", usage.blockWriteKB)
        ad.set("LastJobLeaseRenewal", now)
        if let begun = job.integer("JobCurrentStartExecutingDate"), now > begun {
            ad.set("CpusUsage", (usage.userCPU + usage.systemCPU) / (Double(now) - Double(begun)))
        } else {
            ad.set("CpusUsage", 0.0)
        }
    }

    func suspended(_ processes: Int, in edit: inout QueueEdit) {
        guard job.status == .running else { return }
        edit.update(id) { ad in
            // EnteredCurrentStatus remains the time of the start.
            ad.set("LastJobStatus", job.status.rawValue)
            ad.set("JobStatus", JobStatus.suspended.rawValue)
            ad.set("TotalSuspensions", (job.integer("TotalSuspensions") ?? 0) &+ 1)
            ad.set("LastSuspensionTime", now)
        }
        edit.log(.suspended(processes: processes), of: id)
    }

    func resumed(in edit: inout QueueEdit) {
        guard job.status == .suspended else { return }
        edit.update(id) { ad in
            ad.set("LastJobStatus", job.status.rawValue)
            ad.set("JobStatus", JobStatus.running.rawValue)
            noteSuspension(in: &ad)
            ad.set("LastSuspensionTime", 0)
        }
        edit.log(.unsuspended, of: id)
    }

    /// Adds the suspension that ends now to the totals.
    func noteSuspension(in ad: inout StoredAd) {
        guard let since = job.integer("LastSuspensionTime"), since > 0 else { return }
        let seconds = max(0, now &- since)
        ad.set("CumulativeSuspensionTime", (job.integer("CumulativeSuspensionTime") ?? 0) &+ seconds)
        ad.set("UncommittedSuspensionTime", (job.integer("UncommittedSuspensionTime") ?? 0) &+ seconds)
    }

    func outputTransferStarted(in edit: inout QueueEdit) {
        edit.update(id) { ad in
            if job.status == .running { ad.setStatus(.transferringOutput, of: job, at: now) }
            ad.set("JobCurrentStartTransferOutputDate", now)
            ad.set("TransferOutStarted", now)
            ad.set("TransferringOutput", true)
            ad.set("NumOutputTransferStarts", (job.integer("NumOutputTransferStarts") ?? 0) &+ 1)
        }
        edit.log(.fileTransfer(.outputStarted, host: nil), of: id)
    }

    func outputTransferFinished(_ amount: TransferAmount, in edit: inout QueueEdit) {
        edit.update(id) { ad in
            ad.set("JobCurrentFinishTransferOutputDate", now)
            ad.set("TransferOutFinished", now)
            ad.remove("TransferringOutput")
            ad.set("BytesSent", (job.real("BytesSent") ?? 0) + Double(amount.bytes))
            noteTransfer("TransferOutput", amount, in: &ad)
        }
        edit.log(.fileTransfer(.outputFinished, host: nil), of: id)
    }
}
