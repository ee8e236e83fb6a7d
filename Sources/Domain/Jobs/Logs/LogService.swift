package import CondorClient
package import CondorModel
package import CondorProtocol
package import Waiting

/// Reads the event logs of jobs.
package struct LogService: Sendable {
    private let scheduler: @Sendable (Caller) -> any JobFiles
    private let time: any TimeSource

    package init(client: CondorClient, time: any TimeSource = .system) {
        self.init(time: time) { client.schedd(as: $0.credential) }
    }

    init(time: any TimeSource, scheduler: @escaping @Sendable (Caller) -> any JobFiles) {
        self.time = time
        self.scheduler = scheduler
    }

    /// Opens a job's log at its beginning. Returns once its first events have been read.
    /// - Throws: `jobNotFound`, `notOwner`, `fileNotFound` if the job keeps no log, `outputUnavailable`, `commandFailed`, `cancelled`.
    package func log(of id: JobID, _ caller: Caller) async throws(JobsError) -> LogReading {
        let log = JobLog(scheduler: scheduler(caller), id: id, caller: caller, time: time)
        let state = try await log.state()
        var pieces = try await log.open(state)
        let first = try await pieces.next()
        return LogReading(log: log, state: state, pieces: pieces, first: first)
    }
}

/// A log that is read to its end, and optionally followed while the job continues.
package struct LogReading: Sendable {
    let log: JobLog
    let state: JobLog.State
    private var pieces: LogPieces
    private var first: [LoggedEvent]?

    init(log: JobLog, state: JobLog.State, pieces: LogPieces, first: [LoggedEvent]?) {
        self.log = log
        self.state = state
        self.pieces = pieces
        self.first = first
    }

    /// The next events, possibly an empty array; nil at the current end.
    /// - Throws: `commandFailed`, `cancelled`.
    package mutating func next() async throws(JobsError) -> [LoggedEvent]? {
        if let events = first {
            first = nil
            return events
        }
        return try await pieces.next()
    }

    /// Continues after the current end until the job ends: see ``LogFollower/follow(from:_:)``.
    package func follow(_ write: ([LoggedEvent]) async throws -> Void) async throws -> JobProgress {
        try await LogFollower(log: log, passed: pieces.count).follow(from: state, write)
    }
}
