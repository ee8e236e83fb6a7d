import Synchronization
import Testing
import Waiting

/// Lets other tasks run until something is so.
func until(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}

private final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }
    func change(_ body: @Sendable (inout Value) -> Void) { state.withLock { body(&$0) } }
}

@Suite struct LockTests {
    @Test func letsInOneAtATimeInOrder() async throws {
        let lock = AsyncLock()
        let gate = Promise<Void>()
        let order = Shared<[Int]>([])
        try await withThrowingTaskGroup { group in
            let isHeld = Promise<Void>()
            group.addTask {
                try await lock.withLock {
                    isHeld.fulfill(())
                    try await gate.value()
                }
            }
            try await isHeld.value()
            for number in 0..<5 {
                group.addTask { try await lock.withLock { order.change { $0.append(number) } } }
                await until { lock.waiterCount == number + 1 }
            }
            gate.fulfill(())
            try await group.waitForAll()
        }
        #expect(order.value == [0, 1, 2, 3, 4])
        #expect(lock.waiterCount == 0)
    }

    @Test func neverTwoAtOnce() async throws {
        let lock = AsyncLock()
        let inside = Shared(0)
        try await withThrowingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask {
                    try await lock.withLock {
                        inside.change { $0 += 1 }
                        #expect(inside.value == 1)
                        await Task.yield()
                        inside.change { $0 -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func cancelledWaitersLeaveTheLine() async throws {
        let lock = AsyncLock()
        var hold: AsyncLock.Hold? = try await lock.hold()
        let cancelled = Task { try await lock.withLock { _ = Issue.record("a cancelled task got the lock") } }
        await until { lock.waiterCount == 1 }
        let next = Task { try await lock.withLock { 7 } }
        await until { lock.waiterCount == 2 }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(lock.waiterCount == 1)
        withExtendedLifetime(hold) {}
        hold = nil
        #expect(try await next.value == 7)
    }

    @Test func cancelledTasksDoNotEvenTakeAFreeLock() async throws {
        let lock = AsyncLock()
        let task = Task {
            await until { Task.isCancelled }
            try await lock.withLock { _ = Issue.record("a cancelled task got the lock") }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await lock.withLock { 1 } == 1)
    }

    @Test func errorsReleaseTheLock() async throws {
        struct Failure: Error {}
        let lock = AsyncLock()
        await #expect(throws: Failure.self) { try await lock.withLock { throw Failure() } as Void }
        #expect(try await lock.withLock { 1 } == 1)
    }

    @Test func keysDoNotWaitForEachOther() async throws {
        let lock = KeyedLock<String>()
        let gate = Promise<Void>()
        let first = Task { try await lock.withLock("a") { try await gate.value() } }
        await until { lock.heldKeys == 1 }
        #expect(try await lock.withLock("b") { 1 } == 1)
        let second = Task { try await lock.withLock("a") { 2 } }
        let third = Task { try await lock.withLock("a") { 3 } }
        await until { lock.waiterCount(of: "a") == 2 }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(lock.waiterCount(of: "a") == 1)
        gate.fulfill(())
        try await first.value
        #expect(try await third.value == 3)
        #expect(lock.heldKeys == 0)
    }

    @Test func cancelledTasksLeaveNoKeyBehind() async throws {
        let lock = KeyedLock<Int>()
        let task = Task {
            await until { Task.isCancelled }
            try await lock.withLock(1) {}
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(lock.heldKeys == 0)
    }
}
