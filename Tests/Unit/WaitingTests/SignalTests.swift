import TestTime
import Testing
import Waiting

@Suite struct SignalTests {
    @Test func wakesAllWaiters() async {
        let signal = Signal()
        let before = signal.changes
        let waiters = (0..<3).map { _ in Task { await signal.wait(after: before) } }
        await until { signal.waiterCount == 3 }
        signal.notify()
        for waiter in waiters { await waiter.value }
        #expect(signal.changes == before + 1)
        // A change that came before the wait counts.
        await signal.wait(after: before)
    }

    @Test func cancellationEndsTheWait() async {
        let signal = Signal()
        let waiter = Task { await signal.wait(after: signal.changes) }
        await until { signal.waiterCount == 1 }
        waiter.cancel()
        await waiter.value
        #expect(signal.waiterCount == 0)
    }

    @Test func promisesKeepTheFirstValue() async throws {
        let promise = Promise<Int>()
        #expect(promise.current == nil)
        let waiters = (0..<3).map { _ in Task { try await promise.value() } }
        let patient = Task { await promise.valueDespiteCancellation() }
        await until { promise.waiterCount == 4 }
        patient.cancel()
        #expect(promise.fulfill(1))
        #expect(!promise.fulfill(2))
        for waiter in waiters { #expect(try await waiter.value == 1) }
        #expect(await patient.value == 1)
        #expect(try await promise.value() == 1)
        #expect(await promise.valueDespiteCancellation() == 1)
        #expect(promise.current == 1)
    }

    @Test func cancelledWaitersOfAPromiseGoAway() async {
        let promise = Promise<Int>()
        let waiter = Task { try await promise.value() }
        await until { promise.waiterCount == 1 }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(promise.waiterCount == 0)
    }
}

@Suite struct TimeTests {
    @Test func manualTimeMovesOnlyByHand() async throws {
        let time = ManualTime(seconds: 1_000)
        let sleeper = Task {
            try await time.sleep(for: .seconds(10))
            return time.seconds
        }
        await time.untilSleeping(1)
        time.advance(by: .seconds(9))
        #expect(time.sleeperCount == 1)
        #expect(time.seconds == 1_009)
        time.advance(by: .milliseconds(1_500))
        #expect(try await sleeper.value == 1_010)
        #expect(time.uptime == .milliseconds(10_500))
        time.setWallClock(seconds: 5)
        #expect(time.seconds == 5)
        #expect(time.uptime == .milliseconds(10_500))
        try await time.sleep(until: .zero)
    }

    @Test func cancelledSleepersWake() async {
        let time = ManualTime()
        let sleeper = Task { try await time.sleep(for: .seconds(1)) }
        await time.untilSleeping(1)
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(time.sleeperCount == 0)
    }

    @Test func systemTimeGoesOn() async throws {
        let time: any TimeSource = .system
        #expect(time.seconds > 1_700_000_000)
        let start = time.uptime
        try await time.sleep(until: start)
        #expect(time.uptime >= start)
    }
}
