import CondorProtocol
import Waiting

/// Polls a job's log for new events until the job ends.
struct LogFollower: Sendable {
    let log: JobLog
    /// Number of events that have been sent.
    let passed: Int

    /// Interval between polls of the job.
    private static let interval: Duration = .milliseconds(500)
    /// The largest number of polls without a change of the job after which the log is read all the same.
    private static let maximumWait = 10

    /// The number of polls without an event after which a keep-alive is sent.
    private static let quietPolls = 30

    /// - Parameter write: receives new events, or an empty array after a quiet period so that the connection does not look dead.
    /// - Returns: the job's last known state.
    func follow(from first: JobLog.State, _ write: ([LoggedEvent]) async throws -> Void) async throws -> JobProgress {
        var state = first
        var passed = passed
        var quiet = 0
        // Polls since the log was last read, and the number after which it is read again: few after a change of the job, then more and more.
        var polls = 0
        var wait = 1
        while !state.progress.isOver {
            try await log.time.pause(Self.interval)
            guard let next = try await found({ () async throws(JobsError) in try await log.state() }) else { return .gone }
            polls += 1
            quiet += 1
            if quiet >= Self.quietPolls {
                try await write([])
                quiet = 0
            }
            let hasChanged = next.version != state.version
            guard hasChanged || polls >= wait else { continue }
            polls = 0
            wait = hasChanged ? 1 : min(2 * wait, Self.maximumWait)
            state = next
            guard var pieces = try await found({ () async throws(JobsError) in try await log.open(state) }) else { return .gone }
            var skipped = 0
            while let events = try await pieces.next() {
                let new = events.dropFirst(max(passed - skipped, 0))
                skipped += events.count
                guard !new.isEmpty else { continue }
                try await write(Array(new))
                quiet = 0
            }
            passed = max(passed, skipped)
        }
        return state.progress
    }

    /// Nil when the job has left the queue.
    private func found<Result>(_ query: () async throws(JobsError) -> Result) async throws(JobsError) -> Result? {
        do throws(JobsError) {
            return try await query()
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }
}
