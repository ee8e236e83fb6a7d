import CondorModel

/// The ad of a job that has left the queue.
struct HistoryRecord: Sendable, Equatable {
    var id: JobID
    var owner: String
    /// When the job left the queue, in seconds since 1970.
    var leftAt: Int64
    /// The merged ad of cluster and proc.
    var ad: StoredAd

    init(_ job: JobSnapshot, leftAt: Int64) {
        id = job.id
        owner = job.owner
        self.leftAt = leftAt
        ad = StoredAd()
        job.cluster.forEach { name, expression in
            if !job.proc.contains(name) { ad.set(String(decoding: name, as: UTF8.self), expression: expression) }
        }
        ad.merge(job.proc)
    }

    init(id: JobID, owner: String, leftAt: Int64, ad: StoredAd) {
        self.id = id
        self.owner = owner
        self.leftAt = leftAt
        self.ad = ad
    }

    /// The record as a job with an empty cluster ad.
    var snapshot: JobSnapshot { JobSnapshot(id: id, cluster: StoredAd(), proc: ad) }
}
