import CondorProtocol
import Waiting

/// Looks for new events of a job's log until the job ends.
struct LogFollower: Sendable {
    let log: JobLog
    /// Events that have been sent.
    let passed: Int

    /// Between two looks at the job.
    private static let interval: Duration = .milliseconds(500)
    /// Looks at a job that has not changed after which the log is read nevertheless, at most.
    private static let patience = 10

    /// Looks without an event after which a sign of life is sent.
    private static let quietLooks = 30

    /// - Parameter write: gets the events that have come, and none after a while without any, so that the connection does not look dead.
    /// - Returns: how the job was last seen.
    func follow(from first: JobLog.State, _ write: ([LoggedEvent]) async throws -> Void) async throws -> JobProgress {
        var state = first
        var passed = passed
        var quiet = 0
        // Looks since the log was read, and after how many it is read again: soon where the job has just changed, ever later where it has not.
        var looks = 0
        var wait = 1
        while !state.progress.isOver {
            try await log.time.pause(Self.interval)
            guard let next = try await found({ () async throws(JobsError) in try await log.state() }) else { return .gone }
            looks += 1
            quiet += 1
            if quiet >= Self.quietLooks {
                try await write([])
                quiet = 0
            }
            let hasChanged = next.version != state.version
            guard hasChanged || looks >= wait else { continue }
            looks = 0
            wait = hasChanged ? 1 : min(2 * wait, Self.patience)
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
    private func found<Result>(_ look: () async throws(JobsError) -> Result) async throws(JobsError) -> Result? {
        do throws(JobsError) {
            return try await look()
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }
}
