import NIOCore

/// The one timer of a connection or a stream. It may fire early: who is woken looks what has expired and sets it anew.
struct DeadlineTimer {
    private var scheduled: (at: NIODeadline, task: Scheduled<Void>)?

    /// Whether a timer has to be set for that time, as there is none that fires before.
    func isLate(for deadline: NIODeadline) -> Bool {
        guard let scheduled else { return true }
        return scheduled.at > deadline
    }

    /// Takes the place of the timer before.
    mutating func set(_ task: Scheduled<Void>, at deadline: NIODeadline) {
        scheduled?.task.cancel()
        scheduled = (deadline, task)
    }

    /// It fires now.
    mutating func fired() { scheduled = nil }

    mutating func cancel() {
        scheduled?.task.cancel()
        scheduled = nil
    }
}
