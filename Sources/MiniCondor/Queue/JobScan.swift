import ClassAd
import CondorProtocol
import Synchronization

/// The jobs for which an expression is true, in the order of their ids. Reads the queue some jobs at a time; a job that comes, goes or changes meanwhile is
/// seen in either state.
struct JobScan: Sequence, IteratorProtocol, Sendable {
    private let queue: JobQueue
    private let constraint: ExprTree?
    private let candidates: CandidateSet
    private var position: JobID?
    private var remaining: Int
    private var buffer: ArraySlice<JobSnapshot> = []
    private var isAtEnd = false
    /// Jobs looked at so far.
    private(set) var examined = 0

    /// How many jobs are read at a time.
    private static let batch = 512

    init(_ queue: JobQueue, constraint: ExprTree?, after: JobID?, limit: Int?) {
        self.queue = queue
        if let constraint, case .boolean(true)? = constraint.literalValue {
            self.constraint = nil
        } else {
            self.constraint = constraint
        }
        candidates = self.constraint.map(CandidateSet.init) ?? .all
        position = after
        remaining = limit ?? .max
    }

    mutating func next() -> JobSnapshot? {
        guard remaining > 0 else { return nil }
        while true {
            while let job = buffer.popFirst() {
                examined += 1
                if let constraint, !job.satisfies(constraint) { continue }
                remaining -= 1
                return job
            }
            guard !isAtEnd else { return nil }
            let (after, candidates) = (position, candidates)
            let wanted = Swift.min(Self.batch, constraint == nil ? remaining : Self.batch)
            let jobs = queue.state.withLock { $0.jobs(in: candidates, after: after, limit: wanted) }
            isAtEnd = jobs.count < wanted
            position = jobs.last?.id ?? position
            buffer = jobs[...]
        }
    }
}
