import NIOCore

/// The one timer of a connection or a stream. It may fire early: its owner then checks what has expired and sets it again.
struct DeadlineTimer {
    private var scheduled: (at: NIODeadline, task: Scheduled<Void>)?

    /// Whether no timer fires by that time, so that one has to be set.
    func isLate(for deadline: NIODeadline) -> Bool {
        guard let scheduled else { return true }
        return scheduled.at > deadline
    }

    /// Replaces the timer.
    mutating func set(_ task: Scheduled<Void>, at deadline: NIODeadline) {
        scheduled?.task.cancel()
        scheduled = (deadline, task)
    }

    /// The timer has fired.
    mutating func fired() { scheduled = nil }

    mutating func cancel() {
        scheduled?.task.cancel()
        scheduled = nil
    }
}
