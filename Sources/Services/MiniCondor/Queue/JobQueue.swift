import ClassAd
import CondorModel
import Synchronization

/// The job queue: in memory for reading, and in a database so that acknowledged changes survive the process.
///
/// Readers get immutable snapshots and block nobody. A change is made in memory first and is visible at once; the client that made it is told when
/// it is durable.
final class JobQueue: Sendable {
    let settings: QueueSettings
    /// The location of spooled jobs' sandboxes.
    let spool: SpoolDirectory
    let history: JobHistory
    let writer: QueueWriter
    /// Makes the jobs of clusters with late materialization.
    let workshop: FactoryWorkshop
    /// The turn of queue management conversations.
    let turn = ConversationTurn()
    let state: Mutex<QueueState>

    /// Yields an element after jobs have become idle. Several changes may be combined.
    let wakeUps: AsyncStream<Void>
    private let wakeUpSource: AsyncStream<Void>.Continuation
    /// Requests about running jobs.
    let runRequests: AsyncStream<RunRequest>
    private let runRequestSource: AsyncStream<RunRequest>.Continuation

    /// Opens the queue in a directory, which contains `jobs.sqlite` and `spool/`.
    /// - Parameter eventSink: receives the events of durable changes, in order, on the writing thread. It must not wait for the queue.
    static func open(
        _ directory: String, settings: QueueSettings, eventSink: (@Sendable ([JobEventRecord]) -> Void)? = nil
    ) throws(QueueError) -> JobQueue {
        let database = try QueueDatabase(directory + "/jobs.sqlite")
        let queue = JobQueue(
            settings: settings, spool: SpoolDirectory(directory + "/spool"), database: database, state: try database.load(),
            eventSink: eventSink)
        return queue
    }

    private init(
        settings: QueueSettings, spool: SpoolDirectory, database: QueueDatabase, state: QueueState,
        eventSink: (@Sendable ([JobEventRecord]) -> Void)?
    ) {
        self.settings = settings
        self.spool = spool
        history = JobHistory(database)
        workshop = FactoryWorkshop(domain: settings.uidDomain)
        writer = QueueWriter(database: database, eventSink: eventSink)
        self.state = Mutex(state)
        (wakeUps, wakeUpSource) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (runRequests, runRequestSource) = AsyncStream.makeStream()
        wakeUpSource.yield()
    }

    /// Writes outstanding changes and ends the streams. The queue accepts no changes afterwards.
    func close() async {
        state.withLock { $0.failure = .storage("the queue is closed") }
        await writer.close()
        wakeUpSource.finish()
        runRequestSource.finish()
    }

    // MARK: Reading

    func job(_ id: JobID) -> JobSnapshot? { state.withLock { $0.job(id) } }

    /// The ad of a cluster.
    func clusterAd(_ cluster: Int) -> StoredAd? { state.withLock { $0.cluster(cluster)?.ad } }

    /// The ids of the existing clusters, ascending.
    var clusterIDs: [Int] { state.withLock { $0.clusters.lazy.filter { !$0.isDead }.map(\.id) } }

    /// The jobs for which `constraint` is true, in id order, read on demand.
    /// - Parameter after: excludes this job and all before it.
    func scan(_ constraint: ExprTree? = nil, after: JobID? = nil, limit: Int? = nil) -> JobScan {
        JobScan(self, constraint: constraint, after: after, limit: limit)
    }

    /// The number of jobs in each state, in the whole queue.
    var counts: JobCounts { state.withLock { $0.counts } }

    /// The same for one owner's jobs.
    func counts(ofOwner owner: String) -> JobCounts { state.withLock { $0.countsByOwner[owner] ?? JobCounts() } }

    /// The same for each owner who has jobs.
    var countsByOwner: [String: JobCounts] { state.withLock { $0.countsByOwner.filter { $0.value.jobs > 0 } } }

    /// Whether a job has a starter.
    func isActive(_ id: JobID) -> Bool { state.withLock { $0.isActive(id) } }

    /// Jobs with a run: those that a starter has reported as started but not as ended. After `open`, those of the previous process.
    var activeJobs: [JobSnapshot] {
        state.withLock { state in state.active.joined().sorted().compactMap { state.job($0) } }
    }

    // MARK: Negotiation

    /// The jobs that have become idle, or changed while idle, since the last call; at first all idle jobs. For a single matchmaker.
    func takeFreshlyIdle() -> [JobID] { state.withLock { $0.takeFreshlyIdle() } }

    // MARK: Changing

    /// Returns when all changes that are visible now are durable.
    func settled() async throws(QueueError) {
        try await writer.barrier().wait()
    }

    /// Runs `body` on the state. Its changes are visible when this returns, and durable when the ticket is fulfilled. If `body` throws, nothing
    /// changes.
    func changing<Answer: Sendable>(
        _ body: (inout QueueEdit) throws(QueueError) -> Answer
    ) throws(QueueError) -> (answer: Answer, ticket: QueueTicket) {
        let result: Result<(Answer, QueueTicket), QueueError> = state.withLock { state in
            do throws(QueueError) {
                if let failure = state.failure { throw failure }
                let (answer, outcome) = try QueueEdit.run(on: state, now: settings.now(), body)
                for change in outcome.changes { state.apply(change) }
                let ticket = writer.enqueue(outcome.changes, events: outcome.events)
                for request in outcome.runRequests { runRequestSource.yield(request) }
                if state.hasWork {
                    state.hasWork = false
                    wakeUpSource.yield()
                }
                return .success((answer, ticket))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

extension IdleIndex.Key {
    init(_ job: JobSnapshot) {
        priority = Int32(clamping: job.integer("JobPrio") ?? 0)
        cluster = Int32(truncatingIfNeeded: job.id.cluster)
        proc = Int32(truncatingIfNeeded: job.id.proc)
    }
}
