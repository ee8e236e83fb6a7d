import ClassAd
import CondorProtocol

/// A change of the queue while it is being put together: the state as it would be, and what has to be written.
struct QueueEdit {
    /// What has to be done when the body has succeeded.
    struct Outcome {
        var changes: [QueueChange] = []
        var events: [JobEventRecord] = []
        var runRequests: [RunRequest] = []
    }

    /// The state before.
    let state: QueueState
    /// Seconds since 1970.
    let now: Int64
    private var jobs: [JobID: StoredAd?] = [:]
    private var clusters: [Int: StoredAd] = [:]
    private var outcome = Outcome()

    private init(_ state: QueueState, now: Int64) {
        self.state = state
        self.now = now
    }

    /// Runs `body` and gives what it did. The state is not held any longer afterwards, so that applying the changes copies nothing.
    static func run<Answer>(
        on state: QueueState, now: Int64, _ body: (inout QueueEdit) throws(QueueError) -> Answer
    ) throws(QueueError) -> (Answer, Outcome) {
        var edit = QueueEdit(state, now: now)
        let answer = try body(&edit)
        return (answer, edit.outcome)
    }

    // MARK: Reading

    /// A job as it would be.
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
        jobs[id] = .some(ad)
        outcome.changes.append(.putJob(id, ad))
    }

    /// Changes the ad of a job; does nothing if there is no such job.
    mutating func update(_ id: JobID, _ body: (inout StoredAd) -> Void) {
        guard var ad = job(id)?.proc else { return }
        body(&ad)
        put(id, ad)
    }

    /// Takes a job out of the queue and into the history.
    mutating func archive(_ id: JobID) {
        guard let job = job(id) else { return }
        outcome.changes.append(.archive(HistoryRecord(job, leftAt: now)))
        remove(id)
    }

    /// Takes a job out of the queue without a trace.
    mutating func remove(_ id: JobID) {
        jobs[id] = .some(nil)
        outcome.changes.append(.removeJob(id))
    }

    mutating func append(_ change: QueueChange) { outcome.changes.append(change) }

    /// Notes an event of a job, with the ad as it is now.
    mutating func log(_ event: JobEvent, of id: JobID) {
        guard let job = job(id) else { return }
        outcome.events.append(JobEventRecord(event: event, key: QueueKey(id), job: job, time: now))
    }

    mutating func request(_ kind: RunRequest.Kind, of id: JobID) {
        outcome.runRequests.append(RunRequest(job: id, kind: kind))
    }
}
