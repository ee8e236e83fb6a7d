import ClassAd
import CondorProtocol
import Synchronization

/// The jobs: in memory for reading, in a database so that what was acknowledged survives the process.
///
/// Readers get immutable snapshots and do not hold anybody up. A change is made in memory first and is visible at once; whoever made it is told when
/// it is durable.
final class JobQueue: Sendable {
    let settings: QueueSettings
    /// Where sandboxes of spooled jobs are.
    let spool: SpoolDirectory
    let history: JobHistory
    let writer: QueueWriter
    /// Makes the jobs of clusters with late materialization.
    let workshop: FactoryWorkshop
    /// Whose conversation of the queue management may look and then commit.
    let turn = ConversationTurn()
    let state: Mutex<QueueState>

    /// One element after jobs became idle (several may be taken together).
    let wakeUps: AsyncStream<Void>
    private let wakeUpSource: AsyncStream<Void>.Continuation
    /// What is to be done with jobs that run.
    let runRequests: AsyncStream<RunRequest>
    private let runRequestSource: AsyncStream<RunRequest>.Continuation

    /// Opens the queue in a directory, which gets `jobs.sqlite` and `spool/`.
    /// - Parameter eventSink: is given the events of what is durable, in order, on the thread that writes; it must not wait for the queue.
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

    /// Writes what is outstanding and ends the streams. The queue takes no changes afterwards.
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

    /// The numbers of the clusters there are, ascending.
    var clusterIDs: [Int] { state.withLock { $0.clusters.lazy.filter { !$0.isDead }.map(\.id) } }

    /// The jobs for which `constraint` is true, in the order of their ids, read as they are asked for.
    /// - Parameter after: leaves out this job and those before it.
    func scan(_ constraint: ExprTree? = nil, after: JobID? = nil, limit: Int? = nil) -> JobScan {
        JobScan(self, constraint: constraint, after: after, limit: limit)
    }

    /// How many jobs there are in which state, in the whole queue.
    var counts: JobCounts { state.withLock { $0.counts } }

    /// The same for the jobs of one owner.
    func counts(ofOwner owner: String) -> JobCounts { state.withLock { $0.countsByOwner[owner] ?? JobCounts() } }

    /// The same for each owner who has jobs.
    var countsByOwner: [String: JobCounts] { state.withLock { $0.countsByOwner.filter { $0.value.jobs > 0 } } }

    /// Whether a starter is at work for a job.
    func isActive(_ id: JobID) -> Bool { state.withLock { $0.isActive(id) } }

    /// Jobs at work: those a starter reported as started and not yet as ended. After `open`, those of the process before.
    var activeJobs: [JobSnapshot] {
        state.withLock { state in state.active.joined().sorted().compactMap { state.job($0) } }
    }

    // MARK: Negotiation

    /// The idle jobs that became so, or changed, since this was called last; at first all of them. For one matchmaker.
    func takeFreshlyIdle() -> [JobID] { state.withLock { $0.takeFreshlyIdle() } }

    // MARK: Changing

    /// Returns when everything that can be seen now is durable.
    func settled() async throws(QueueError) {
        try await writer.barrier().wait()
    }

    /// Runs `body` on the state; its changes are visible when this returns, and durable when the ticket says so. When `body` throws, nothing changes.
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
