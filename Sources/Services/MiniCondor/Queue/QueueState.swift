import ClassAd
import CondorModel

/// The queue's contents in memory. Every change goes through `apply`, which maintains indexes and counters.
struct QueueState {
    /// Ordered by number, including dead ones.
    private(set) var clusters: [ClusterRecord] = []
    private var deadClusters = 0
    /// The number of the next cluster.
    var nextCluster = 1
    private(set) var counts = JobCounts()
    private(set) var countsByOwner: [String: JobCounts] = [:]
    private(set) var clustersByOwner: [String: Set<Int>] = [:]
    private(set) var submitters: [String] = []
    private var submitterNumbers: [String: Int32] = [:]
    private(set) var idle: [IdleIndex] = []
    /// Jobs with a run, by submitter.
    private(set) var active: [Set<JobID>] = []
    /// Clusters with late materialization, including finished ones.
    private(set) var factories: Set<Int> = []
    /// The failure that stopped the queue from accepting changes.
    var failure: QueueError?
    /// Set when a job has become idle or has been given work.
    var hasWork = false
    /// Idle jobs that were added or changed since the matchmaker's last query; nil before its first one.
    private var freshlyIdle: [JobID]?

    // MARK: Look-up

    /// The index of the first cluster, dead or not, whose number is at least `id`.
    func firstPosition(from id: Int) -> Int {
        var low = 0
        var high = clusters.count
        while low < high {
            let middle = (low + high) / 2
            if clusters[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func cluster(_ id: Int) -> ClusterRecord? {
        let position = firstPosition(from: id)
        guard position < clusters.count, clusters[position].id == id, !clusters[position].isDead else { return nil }
        return clusters[position]
    }

    func job(_ id: JobID) -> JobSnapshot? {
        guard let cluster = cluster(id.cluster), let position = cluster.position(id.proc) else { return nil }
        return cluster.snapshot(at: position)
    }

    func isActive(_ id: JobID) -> Bool {
        guard let cluster = cluster(id.cluster), let position = cluster.position(id.proc) else { return false }
        return cluster.jobs[position].isActive
    }

    func submitterNumber(of name: String) -> Int? { submitterNumbers[name].map(Int.init) }

    // MARK: Change

    mutating func apply(_ change: QueueChange) {
        switch change {
        case .putCluster(let id, let ad, let nextProc): putCluster(id, ad, nextProc)
        case .removeCluster(let id): removeCluster(id)
        case .putJob(let id, let ad): putJob(id, ad)
        case .removeJob(let id): removeJob(id)
        case .putFactory(let id, let factory):
            guard let record = cluster(id) else { return }
            record.factory = factory
            noteFactory(of: record)
        case .updateFactory(let id, let nextProc, let pause):
            guard let record = cluster(id) else { return }
            record.factory?.nextProc = nextProc
            record.factory?.pause = pause
            noteFactory(of: record)
        case .archive, .pruneHistory, .nextCluster: break
        }
    }

    private mutating func noteFactory(of record: ClusterRecord) {
        if record.factory == nil { factories.remove(record.id) } else { factories.insert(record.id) }
    }

    private mutating func putCluster(_ id: Int, _ ad: StoredAd, _ nextProc: Int) {
        if let known = cluster(id) {
            known.nextProc = nextProc
            guard known.ad != ad else { return }
            // Attributes shared by all jobs may have changed.
            forEachLiveJob(of: known) { state, job in state.count(job, of: known, -1) }
            let owner = ad.string("Owner") ?? ""
            if owner != known.owner {
                clustersByOwner[known.owner]?.remove(id)
                clustersByOwner[owner, default: []].insert(id)
                known.owner = owner
            }
            known.ad = ad
            for position in known.jobs.indices where !known.jobs[position].isDead {
                known.jobs[position] = record(proc: known.jobs[position].proc, known.jobs[position].ad, in: known)
                count(known.jobs[position], of: known, 1)
            }
            return
        }
        let record = ClusterRecord(id: id, ad: ad)
        record.nextProc = nextProc
        let position = firstPosition(from: id)
        if position < clusters.count, clusters[position].id == id {
            deadClusters -= 1
            clusters[position] = record
        } else {
            clusters.insert(record, at: position)
        }
        clustersByOwner[record.owner, default: []].insert(id)
    }

    private mutating func removeCluster(_ id: Int) {
        guard let record = cluster(id) else { return }
        factories.remove(id)
        forEachLiveJob(of: record) { state, job in state.count(job, of: record, -1) }
        record.jobs = []
        record.deadJobs = 0
        record.isDead = true
        clustersByOwner[record.owner]?.remove(id)
        if clustersByOwner[record.owner]?.isEmpty == true { clustersByOwner[record.owner] = nil }
        deadClusters += 1
        if deadClusters > 64, deadClusters * 2 > clusters.count {
            clusters.removeAll { $0.isDead }
            deadClusters = 0
        }
    }

    private mutating func putJob(_ id: JobID, _ ad: StoredAd) {
        guard let cluster = cluster(id.cluster) else { return }
        if let position = cluster.position(id.proc) { count(cluster.jobs[position], of: cluster, -1) }
        let job = record(proc: Int32(truncatingIfNeeded: id.proc), ad, in: cluster)
        cluster.insert(job)
        count(job, of: cluster, 1)
    }

    private mutating func removeJob(_ id: JobID) {
        guard let cluster = cluster(id.cluster), let position = cluster.position(id.proc) else { return }
        count(cluster.jobs[position], of: cluster, -1)
        cluster.remove(at: position)
    }

    private mutating func record(proc: Int32, _ ad: StoredAd, in cluster: ClusterRecord) -> JobRecord {
        func integer(_ name: String) -> Int64? { (ad[name] ?? cluster.ad[name]).flatMap { StoredLiteral($0).integer } }
        func string(_ name: String) -> String? { (ad[name] ?? cluster.ad[name]).flatMap { StoredLiteral($0).string } }
        var job = JobRecord(proc: proc, ad: ad)
        job.status = integer("JobStatus").flatMap(JobStatus.init(rawValue:)).map { UInt8($0.rawValue) } ?? 0
        job.priority = Int32(clamping: integer("JobPrio") ?? 0)
        job.universe = UInt8(clamping: integer("JobUniverse") ?? Universe.vanilla.rawValue)
        job.isActive = ad.contains("RemoteHost")
        job.submitter = submitterNumber(string("AccountingGroup") ?? string("User") ?? cluster.owner)
        return job
    }

    private mutating func submitterNumber(_ name: String) -> Int32 {
        if let number = submitterNumbers[name] { return number }
        let number = Int32(truncatingIfNeeded: submitters.count)
        submitters.append(name)
        submitterNumbers[name] = number
        idle.append(IdleIndex())
        active.append([])
        return number
    }

    private mutating func count(_ job: JobRecord, of cluster: ClusterRecord, _ delta: Int) {
        let isScheduler = job.universe == Universe.scheduler.rawValue
        counts.add(delta, status: job.jobStatus, isSchedulerUniverse: isScheduler)
        countsByOwner[cluster.owner, default: JobCounts()].add(delta, status: job.jobStatus, isSchedulerUniverse: isScheduler)
        let submitter = Int(job.submitter)
        if job.jobStatus == .idle, !job.isActive {
            let key = IdleIndex.Key(priority: job.priority, cluster: Int32(truncatingIfNeeded: cluster.id), proc: job.proc)
            if delta > 0 {
                idle[submitter].insert(key)
                hasWork = true
                if freshlyIdle != nil, let id = JobID(cluster: cluster.id, proc: Int(job.proc)) { freshlyIdle?.append(id) }
            } else {
                idle[submitter].remove(key)
            }
        }
        if job.isActive, let id = JobID(cluster: cluster.id, proc: Int(job.proc)) {
            if delta > 0 { active[submitter].insert(id) } else { active[submitter].remove(id) }
        }
    }

    /// The jobs that have become idle, or changed while idle, since the last call; at first all idle jobs.
    mutating func takeFreshlyIdle() -> [JobID] {
        let fresh =
            freshlyIdle
            ?? idle.flatMap { index in
                index.keys(after: nil, limit: index.count).compactMap { JobID(cluster: Int($0.cluster), proc: Int($0.proc)) }
            }
        freshlyIdle = []
        return fresh
    }

    private mutating func forEachLiveJob(of cluster: ClusterRecord, _ body: (inout QueueState, JobRecord) -> Void) {
        for job in cluster.jobs where !job.isDead { body(&self, job) }
    }
}
