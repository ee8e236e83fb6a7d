import CondorModel

/// One step of a job from state to state.
struct JobTransition: Sendable, Equatable {
    var type: JobEventType
    var status: JobStatus?
    /// Nil for a job that was not there.
    var previous: JobStatus?
    /// Seconds since 1970.
    var time: Int64
}

/// Finds the steps that lead from what was known of a job to what an ad says now.
///
/// What the counters and the two states tell is certain; where several orders are possible (two holds and two starts between two looks) the one with
/// the fewest further steps is taken. Each step begins with the status at which the one before ended.
struct JobPath {
    private(set) var steps: [JobTransition] = []
    private var phase: JobPhase
    private var status: JobStatus?
    private let facts: JobFacts
    private let goal: JobPhase
    private var starts: Int
    private var holds: Int
    private var suspensions: Int
    private var isFirstStart: Bool

    /// Steps of a kind that are told of one look at most: a number in an ad is not trusted to be small.
    private static let limit: Int64 = 16

    /// - Parameters:
    ///   - known: nil for a job that has not been seen before.
    ///   - now: when the last step was taken, where nothing else tells.
    static func steps(from known: KnownJob?, to facts: JobFacts, now: Int64) -> [JobTransition] {
        var path = JobPath(known, facts)
        path.walk()
        // The last step led to the present state; but the schedd does not note when a job was suspended or went on as its coming to a state.
        let isNews = known.map { facts.entered > $0.entered } ?? true
        path.setTimes(after: known?.entered ?? facts.queued, last: isNews ? facts.entered : now)
        return path.steps
    }

    private init(_ known: KnownJob?, _ facts: JobFacts) {
        func difference(_ now: Int64, _ before: Int64?) -> Int {
            Int(min(max(now.subtractingReportingOverflow(before ?? 0).partialValue, 0), Self.limit))
        }
        self.facts = facts
        goal = JobPhase(facts.status)
        starts = difference(facts.starts, known?.starts)
        holds = difference(facts.holds, known?.holds)
        suspensions = difference(facts.suspensions, known?.suspensions)
        isFirstStart = known.map { $0.starts == 0 } ?? true
        if let known {
            status = known.status
            phase = JobPhase(known.status)
        } else {
            if facts.wasHeldAtSubmission, holds > 0 { holds -= 1 }
            phase = goal == .held && facts.isHeldSinceSubmission && starts == 0 && holds == 0 ? .held : .idle
            steps.append(JobTransition(type: .submit, status: phase.status, previous: nil, time: facts.queued))
            status = phase.status
        }
    }

    private mutating func step(_ type: JobEventType, to next: JobPhase, at time: Int64? = nil) {
        // The state that was found is told as it is; those on the way are plain.
        steps.append(JobTransition(type: type, status: next.status, previous: status, time: time ?? 0))
        phase = next
        status = next.status
    }

    private mutating func execute() {
        if starts > 0 { starts -= 1 }
        step(.execute, to: .running, at: starts == 0 ? facts.started : isFirstStart ? facts.firstStarted : nil)
        isFirstStart = false
    }

    private mutating func walk() {
        if starts == 0, holds == 0, suspensions > 0 { pauses() }
        while starts > 0 || holds > 0 {
            switch phase {
            case .held: step(.release, to: .idle)
            case .idle:
                // What ends up running was held before it was started for the last time.
                let isLastStart = starts == 1 && (goal == .running || goal == .suspended || goal == .completed)
                if starts > 0, holds == 0 || !isLastStart { execute() } else { hold() }
            case .running, .suspended, .completed, .removed:
                if holds > (goal == .held && starts > 0 ? 1 : 0) { hold() } else { step(.evict, to: .idle, at: starts <= 1 ? facts.vacated : nil) }
            }
        }
        arrive()
    }

    private mutating func hold() {
        holds -= 1
        step(.hold, to: .held)
    }

    /// A job that was suspended and went on while nothing else happened to it.
    private mutating func pauses() {
        switch (phase, goal) {
        case (.running, .running), (.running, .completed):
            for _ in 0..<suspensions {
                step(.suspend, to: .suspended, at: facts.suspended)
                step(.resume, to: .running)
            }
        case (.suspended, .suspended):
            for _ in 0..<suspensions {
                step(.resume, to: .running)
                step(.suspend, to: .suspended, at: facts.suspended)
            }
        default: break
        }
    }

    /// The way to the state the job is in, once the counters are used up.
    private mutating func arrive() {
        while phase != goal {
            switch (phase, goal) {
            case (_, .removed): step(.remove, to: .removed, at: facts.entered)
            case (_, .completed): step(.complete, to: .completed, at: facts.completed > 0 ? facts.completed : facts.entered)
            case (_, .held): step(.hold, to: .held, at: facts.entered)
            case (.held, _): step(.release, to: .idle, at: goal == .idle ? facts.entered : nil)
            case (.idle, _): execute()
            case (.running, .suspended): step(.suspend, to: .suspended, at: facts.suspended)
            case (.suspended, .running): step(.resume, to: .running)
            default: step(.evict, to: .idle, at: facts.vacated > 0 ? facts.vacated : facts.entered)
            }
        }
    }

    /// Times never go back, nor beyond the moment at which the job came to its state.
    private mutating func setTimes(after start: Int64, last end: Int64) {
        let end = max(start, end, facts.entered, facts.completed)
        var last = start
        if let index = steps.indices.last, steps[index].time == 0 { steps[index].time = end }
        for index in steps.indices {
            last = min(max(last, steps[index].time), end)
            steps[index].time = last
        }
    }
}
