import Glibc

/// The time as the domain sees it. Tests replace it and move it by hand.
package struct JobClock: Sendable {
    /// A moment of a clock that never goes back, for deadlines.
    package var now: @Sendable () -> ContinuousClock.Instant
    /// Seconds since 1970, for what is written into jobs' ads.
    package var seconds: @Sendable () -> Int64
    /// Waits; throws when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws(CancellationError) -> Void

    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant, seconds: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (Duration) async throws(CancellationError) -> Void
    ) {
        self.now = now
        self.seconds = seconds
        self.sleep = sleep
    }

    /// The system's clocks.
    package static let system = JobClock(
        now: { ContinuousClock.now },
        seconds: { Int64(time(nil)) },
        sleep: { duration throws(CancellationError) in
            do {
                try await Task.sleep(for: duration)
            } catch {
                throw CancellationError()
            }
        })

    /// Waits between two looks.
    func pause(_ duration: Duration) async throws(JobsError) {
        do throws(CancellationError) {
            try await sleep(duration)
        } catch {
            throw JobsError(.cancelled, "cancelled")
        }
    }
}
