/// The state of one asynchronous lock: whether it is held, and who waits for it.
struct LockQueue {
    /// Resumed with true when the lock is handed over, with false when the wait was cancelled.
    typealias Waiter = CheckedContinuation<Bool, Never>

    private var isHeld = false
    private var waiters: [(id: UInt64, waiter: Waiter)] = []

    var waiterCount: Int { waiters.count }
    var isFree: Bool { !isHeld }

    /// Takes the lock, or lines up for it; the answer with which to resume at once, nil when the waiter has been queued.
    mutating func enter(_ id: UInt64, _ waiter: Waiter) -> Bool? {
        // The cancellation handler may have run already and found nobody.
        if Task.isCancelled { return false }
        guard isHeld else {
            isHeld = true
            return true
        }
        waiters.append((id, waiter))
        return nil
    }

    /// Gives the lock back; the waiter that has it now, if anybody waited.
    mutating func leave() -> Waiter? {
        guard waiters.isEmpty else { return waiters.removeFirst().waiter }
        isHeld = false
        return nil
    }

    /// Takes a cancelled waiter out of the line.
    mutating func remove(_ id: UInt64) -> Waiter? {
        waiters.firstIndex { $0.id == id }.map { waiters.remove(at: $0).waiter }
    }
}
