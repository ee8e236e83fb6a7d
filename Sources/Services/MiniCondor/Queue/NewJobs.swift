import ClassAd
import CondorModel

/// Attributes that the scheduler adds to a submission's ads at the commit.
enum NewJobs {
    static func completed(cluster ad: StoredAd, id: Int, jobs: Int, by actor: Requester, queue: JobQueue, now: Int64) -> StoredAd {
        var ad = ad
        ad.set("ClusterId", id)
        if ad.string("Owner") == nil { ad.set("Owner", String(actor.owner)) }
        if ad.string("User") == nil { ad.set("User", (ad.string("Owner") ?? String(actor.owner)) + "@" + queue.settings.uidDomain) }
        if !ad.contains("QDate") { ad.set("QDate", now) }
        if !ad.contains("MyType") { ad.set("MyType", "Job") }
        if !ad.contains("TargetType") { ad.set("TargetType", "Machine") }
        if !ad.contains("JobUniverse") { ad.set("JobUniverse", Universe.vanilla.rawValue) }
        if jobs > 0 { ad.set("TotalSubmitProcs", jobs) }
        if !ad.contains("EnteredCurrentStatus") { ad.set("EnteredCurrentStatus", now) }
        ad.set("CondorVersion", queue.settings.version)
        countHold(in: &ad)
        return ad
    }

    /// Counts the hold of a job that is submitted on hold. Waiting for input does not count.
    private static func countHold(in ad: inout StoredAd) {
        guard let code = ad.integer("HoldReasonCode"), code != HoldReasonCode.spoolingInput.rawValue, !ad.contains("NumHolds") else { return }
        ad.set("NumHolds", 1)
        ad.set("NumHoldsByReason", ReasonCounts.incremented(nil, HoldReasonCode.name(of: code)))
    }

    /// - Parameter isSpooled: whether the job's files go through its spool directory.
    static func completed(proc ad: StoredAd, id: JobID, cluster: StoredAd, isSpooled: Bool, queue: JobQueue, now: Int64) -> StoredAd {
        var ad = ad
        ad.set("ProcId", id.proc)
        if !ad.contains("JobStatus") { ad.set("JobStatus", cluster.integer("JobStatus") ?? JobStatus.idle.rawValue) }
        countHold(in: &ad)
        let job = JobSnapshot(id: id, cluster: cluster, proc: ad)
        if isSpooled {
            SpooledPaths.rewrite(&ad, of: job, directory: queue.spool.directory(of: id))
        }
        ad.set("GlobalJobId", "\(queue.settings.scheddName)#\(id.cluster).\(id.proc)#\(cluster.integer("QDate") ?? now)")
        return ad
    }

    static func submitEvent(of job: JobSnapshot?, queue: JobQueue) -> JobEvent {
        .submitted(
            address: queue.settings.address, notes: job?.string("SubmitEventNotes"), userNotes: job?.string("SubmitEventUserNotes"),
            warning: nil)
    }
}
