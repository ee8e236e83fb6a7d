import ClassAd
import CondorModel
import Synchronization

/// The jobs for which an expression is true, in id order. Reads the queue in batches. A job that is added, removed or changed in the meantime is
/// seen in either state.
struct JobScan: Sequence, IteratorProtocol, Sendable {
    private let queue: JobQueue
    private var filter: JobFilter?
    private let candidates: CandidateSet
    private var position: JobID?
    private var remaining: Int
    private var buffer: ArraySlice<JobSnapshot> = []
    private var isAtEnd = false
    /// Number of jobs examined so far.
    private(set) var examined = 0

    /// Number of jobs read at a time.
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

    /// The result of one step of a scan.
    enum Step: Sendable {
        case job(JobSnapshot)
        /// Enough jobs were examined without a match; let other tasks run.
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

    /// Advances to the next matching job, examining a limited number of jobs.
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
    /// Number of jobs examined before other tasks get a turn.
    private static let turn = 256

    /// Like ``next()``, but lets other tasks run during long scans.
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
