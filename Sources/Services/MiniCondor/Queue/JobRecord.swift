import CondorModel

/// A job in memory: its ad, and facts that are read often for all jobs.
struct JobRecord {
    let proc: Int32
    /// `JobPrio`, limited to 32 bits.
    var priority: Int32 = 0
    /// Index of the submitter in `QueueState.submitters`.
    var submitter: Int32 = -1
    /// `JobStatus`; 0 if it is not a plain number of a state.
    var status: UInt8 = 0
    /// Whether the job has left the queue. Places of dead jobs are reclaimed in bulk.
    var isDead = false
    /// Whether a starter runs the job, or did when the scheduler ended.
    var isActive = false
    /// `JobUniverse`, limited to 8 bits.
    var universe = UInt8(Universe.vanilla.rawValue)
    var ad: StoredAd

    var jobStatus: JobStatus? { JobStatus(rawValue: Int64(status)) }
}

/// A cluster in memory. It belongs to the `QueueState` that holds it and is accessed only with the queue's lock held, hence unchecked.
final class ClusterRecord: @unchecked Sendable {
    let id: Int
    var ad: StoredAd
    /// Ordered by number, including dead ones.
    var jobs: [JobRecord] = []
    var deadJobs = 0
    /// The number of the cluster's next job.
    var nextProc = 0
    var owner: String
    var factory: JobFactory?
    var isDead = false

    init(id: Int, ad: StoredAd) {
        self.id = id
        self.ad = ad
        owner = ad.string("Owner") ?? ""
    }

    var liveJobs: Int { jobs.count - deadJobs }

    /// The index of an existing proc.
    func position(_ proc: Int) -> Int? {
        let position = firstPosition(from: proc)
        guard position < jobs.count, jobs[position].proc == proc, !jobs[position].isDead else { return nil }
        return position
    }

    /// The index of the first job, dead or not, whose number is at least `proc`.
    func firstPosition(from proc: Int) -> Int {
        var low = 0
        var high = jobs.count
        while low < high {
            let middle = (low + high) / 2
            if Int(jobs[middle].proc) < proc { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func insert(_ job: JobRecord) {
        let position = firstPosition(from: Int(job.proc))
        if position < jobs.count, jobs[position].proc == job.proc {
            if jobs[position].isDead { deadJobs -= 1 }
            jobs[position] = job
        } else {
            jobs.insert(job, at: position)
        }
    }

    func remove(at position: Int) {
        jobs[position].isDead = true
        jobs[position].ad = StoredAd()
        deadJobs += 1
        if deadJobs > 32, deadJobs * 2 > jobs.count {
            jobs.removeAll { $0.isDead }
            deadJobs = 0
        }
    }

    func snapshot(at position: Int) -> JobSnapshot? {
        let job = jobs[position]
        guard let id = JobID(cluster: id, proc: Int(job.proc)) else { return nil }
        return JobSnapshot(id: id, cluster: ad, proc: job.ad)
    }
}
