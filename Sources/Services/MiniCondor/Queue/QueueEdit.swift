import ClassAd
import CondorModel
import CondorProtocol

/// A change of the queue under construction: the resulting state, and what must be written.
struct QueueEdit {
    /// What remains to be done when the body has succeeded.
    struct Outcome {
        var changes: [QueueChange] = []
        var events: [JobEventRecord] = []
        var runRequests: [RunRequest] = []
    }

    /// The state before the change.
    let state: QueueState
    /// Seconds since 1970.
    let now: Int64
    private var jobs: [JobID: StoredAd?] = [:]
    private var clusters: [Int: StoredAd] = [:]
    private var factories: [Int: JobFactory] = [:]
    /// The number of jobs added to each cluster, compared with `state`.
    private var growth: [Int: Int] = [:]
    private var outcome = Outcome()

    private init(_ state: QueueState, now: Int64) {
        self.state = state
        self.now = now
    }

    /// Runs `body` and returns its changes. The state is no longer referenced afterwards, so that applying the changes copies nothing.
    static func run<Answer>(
        on state: QueueState, now: Int64, _ body: (inout QueueEdit) throws(QueueError) -> Answer
    ) throws(QueueError) -> (Answer, Outcome) {
        var edit = QueueEdit(state, now: now)
        let answer = try body(&edit)
        edit.removeEmptyClusters()
        return (answer, edit.outcome)
    }

    // MARK: Reading

    /// A job after the changes so far.
    func job(_ id: JobID) -> JobSnapshot? {
        guard let pending = jobs[id] else {
            guard let job = state.job(id) else { return nil }
            guard let cluster = clusters[id.cluster] else { return job }
            return JobSnapshot(id: id, cluster: cluster, proc: job.proc)
        }
        guard let proc = pending, let cluster = clusterAd(id.cluster) else { return nil }
        return JobSnapshot(id: id, cluster: cluster, proc: proc)
    }

    func clusterAd(_ id: Int) -> StoredAd? { clusters[id] ?? state.cluster(id)?.ad }

    // MARK: Changing

    mutating func putCluster(_ id: Int, _ ad: StoredAd, nextProc: Int) {
        clusters[id] = ad
        outcome.changes.append(.putCluster(id, ad, nextProc: nextProc))
    }

    mutating func put(_ id: JobID, _ ad: StoredAd) {
        let ad = ad.trimmed()
        if !exists(id) { growth[id.cluster, default: 0] += 1 }
        jobs[id] = .some(ad)
        outcome.changes.append(.putJob(id, ad))
    }

    /// Changes a job's ad. Does nothing if the job does not exist.
    mutating func update(_ id: JobID, _ body: (inout StoredAd) -> Void) {
        guard var ad = job(id)?.proc else { return }
        body(&ad)
        put(id, ad)
    }

    /// Moves a job from the queue to the history.
    mutating func archive(_ id: JobID) {
        guard let job = job(id) else { return }
        outcome.changes.append(.archive(HistoryRecord(job, leftAt: now)))
        remove(id)
    }

    /// Removes a job from the queue without a record.
    mutating func remove(_ id: JobID) {
        guard exists(id) else { return }
        growth[id.cluster, default: 0] -= 1
        jobs[id] = .some(nil)
        outcome.changes.append(.removeJob(id))
    }

    private func exists(_ id: JobID) -> Bool {
        if let pending = jobs[id] { return pending != nil }
        guard let cluster = state.cluster(id.cluster) else { return false }
        return cluster.position(id.proc) != nil
    }

    mutating func putFactory(_ cluster: Int, _ factory: JobFactory) {
        factories[cluster] = factory
        if growth[cluster] == nil { growth[cluster] = 0 }
        let isKnown = state.cluster(cluster)?.factory != nil
        outcome.changes.append(isKnown ? .updateFactory(cluster, nextProc: factory.nextProc, pause: factory.pause) : .putFactory(cluster, factory))
    }

    /// Removes clusters without jobs, unless they will make some.
    private mutating func removeEmptyClusters() {
        for (id, growth) in growth.sorted(by: { $0.key < $1.key }) where growth <= 0 {
            guard let record = state.cluster(id), record.liveJobs + growth <= 0 else { continue }
            let factory = factories[id] ?? record.factory
            if let factory {
                guard factory.isOver else { continue }
                logClusterRemoval(id, factory)
            }
            outcome.changes.append(.removeCluster(id))
        }
    }

    mutating func logClusterSubmission(_ id: Int, address: String) {
        guard let ad = clusterAd(id), let first = JobID(cluster: id, proc: 0) else { return }
        outcome.events.append(
            JobEventRecord(
                event: .clusterSubmitted(address: address), key: .cluster(id), job: JobSnapshot(id: first, cluster: ad, proc: StoredAd()),
                time: now))
    }

    private mutating func logClusterRemoval(_ id: Int, _ factory: JobFactory) {
        guard let ad = clusterAd(id), let first = JobID(cluster: id, proc: 0) else { return }
        outcome.events.append(
            JobEventRecord(
                event: .clusterRemoved(jobsMade: factory.nextProc, rows: factory.rowCount, isComplete: factory.pause == .exhausted, notes: nil),
                key: .cluster(id), job: JobSnapshot(id: first, cluster: ad, proc: StoredAd()), time: now))
    }

    mutating func append(_ change: QueueChange) { outcome.changes.append(change) }

    /// Records an event of a job, with its current ad.
    mutating func log(_ event: JobEvent, of id: JobID) {
        guard let job = job(id) else { return }
        outcome.events.append(JobEventRecord(event: event, key: QueueKey(id), job: job, time: now))
    }

    mutating func request(_ kind: RunRequest.Kind, of id: JobID) {
        outcome.runRequests.append(RunRequest(job: id, kind: kind))
    }
}
