import ClassAd
import CondorProtocol
import Synchronization

/// The jobs for which an expression is true, in the order of their ids. Reads the queue some jobs at a time; a job that comes, goes or changes
/// meanwhile is seen in either state.
struct JobScan: Sequence, IteratorProtocol, Sendable {
    private let queue: JobQueue
    private var filter: JobFilter?
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
            (filter, candidates) = (nil, .all)
        } else {
            (filter, candidates) = (constraint.map(JobFilter.init), constraint.map(CandidateSet.init) ?? .all)
        }
        position = [after, candidates.after].compactMap(\.self).max()
        remaining = limit ?? .max
    }

    /// What one step of a scan came to.
    enum Step: Sendable {
        case job(JobSnapshot)
        /// Enough jobs were looked at without finding one: time to let others run.
        case pause
        case end
    }

    mutating func next() -> JobSnapshot? {
        while true {
            switch step(examining: .max) {
            case .job(let job): return job
            case .pause: continue
            case .end: return nil
            }
        }
    }

    /// Goes on to the next job, looking at a limited number of jobs.
    mutating func step(examining most: Int) -> Step {
        guard remaining > 0 else { return .end }
        var left = most
        while true {
            while let job = buffer.popFirst() {
                examined += 1
                guard filter?.matches(job) == false else {
                    remaining -= 1
                    return .job(job)
                }
                left -= 1
                if left <= 0 { return .pause }
            }
            guard !isAtEnd else { return .end }
            let (after, candidates) = (position, candidates)
            let wanted = filter == nil ? Swift.min(Self.batch, remaining) : Self.batch
            let jobs = queue.state.withLock { $0.jobs(in: candidates, after: after, limit: wanted) }
            isAtEnd = jobs.count < wanted
            position = jobs.last?.id ?? position
            buffer = jobs[...]
        }
    }
}

extension JobScan {
    /// Jobs looked at before others get a turn.
    private static let turn = 256

    /// As ``next()``, for tasks: others run in between when there is much to look at.
    mutating func nextTakingTurns() async -> JobSnapshot? {
        while true {
            switch step(examining: Self.turn) {
            case .job(let job): return job
            case .pause: await Task.yield()
            case .end: return nil
            }
        }
    }
}
