import Glibc

/// Tells the time and waits. Code that depends on time takes a time source, so that tests can advance time by hand.
package protocol TimeSource: Sendable {
    /// The wall clock, as the time since 1970-01-01 UTC. It may be set back.
    var sinceEpoch: Duration { get }

    /// The time since a fixed moment. It never goes back, so use it for intervals and deadlines.
    var uptime: Duration { get }

    /// Returns when ``uptime`` has reached `deadline`.
    /// - Throws: `CancellationError` if the task is cancelled before that.
    func sleep(until deadline: Duration) async throws(CancellationError)
}

extension TimeSource {
    /// The wall clock in whole seconds since 1970.
    package var seconds: Int64 { sinceEpoch.components.seconds }

    /// Returns after this amount of ``uptime``.
    /// - Throws: `CancellationError` if the task is cancelled before that.
    package func sleep(for duration: Duration) async throws(CancellationError) {
        try await sleep(until: uptime + duration)
    }
}

/// The machine's clocks.
package struct SystemTime: TimeSource {
    private static let start = ContinuousClock.now

    package init() {}

    package var sinceEpoch: Duration {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    package var uptime: Duration { Self.start.duration(to: .now) }

    package func sleep(until deadline: Duration) async throws(CancellationError) {
        do {
            try await Task.sleep(until: Self.start.advanced(by: deadline), clock: .continuous)
        } catch {
            throw CancellationError()
        }
    }
}

extension TimeSource where Self == SystemTime {
    /// The machine's clocks.
    package static var system: SystemTime { SystemTime() }
}
