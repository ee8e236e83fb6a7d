/// The state of an asynchronous lock: whether it is held, and its waiters.
struct LockQueue {
    /// Resumed with true when the lock is handed over, or with false when the wait is cancelled.
    typealias Waiter = CheckedContinuation<Bool, Never>

    private var isHeld = false
    private var waiters: [(id: UInt64, waiter: Waiter)] = []

    var waiterCount: Int { waiters.count }
    var isFree: Bool { !isHeld }

    /// Takes the lock or joins the queue. Returns the value with which to resume at once; nil if the waiter was queued.
    mutating func enter(_ id: UInt64, _ waiter: Waiter) -> Bool? {
        // The cancellation handler may have run already, and found no waiter.
        if Task.isCancelled { return false }
        guard isHeld else {
            isHeld = true
            return true
        }
        waiters.append((id, waiter))
        return nil
    }

    /// Releases the lock. Returns the waiter that owns it now, if there was one.
    mutating func leave() -> Waiter? {
        guard waiters.isEmpty else { return waiters.removeFirst().waiter }
        isHeld = false
        return nil
    }

    /// Removes a cancelled waiter from the queue.
    mutating func remove(_ id: UInt64) -> Waiter? {
        waiters.firstIndex { $0.id == id }.map { waiters.remove(at: $0).waiter }
    }
}
