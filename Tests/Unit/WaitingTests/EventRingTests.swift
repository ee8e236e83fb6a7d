import SeededGeneration
import Testing

@testable import Waiting

/// Cursors, and the events that are kept for them.
@Suite struct EventRingTests {
    /// A ring of numbers; a number takes as many bytes as it says.
    private func ring(count: Int = 1000, bytes: Int = 1 << 20, epoch: UInt64 = 7) -> EventRing<Int> {
        EventRing(epoch: epoch, limits: .init(count: count, bytes: bytes)) { $0 }
    }

    private func at(_ sequence: UInt64, epoch: UInt64 = 7) -> EventCursor { EventCursor(epoch: epoch, sequence: sequence) }

    @Test func cursorsAreWhatWasGiven() {
        for cursor in [EventCursor(epoch: 1, sequence: 0), EventCursor(epoch: .max, sequence: .max), EventCursor(epoch: 0xABC, sequence: 42)] {
            #expect(EventCursor(cursor.text) == cursor)
        }
        #expect(EventCursor(epoch: 0xABC, sequence: 42).text == "e1-0000000000000abc-42")
        for text in [
            "", "now", "e1", "e1--", "e1-0-0", "e1-0000000000000abc-042", "e1-0000000000000ABC-42", "e1-0000000000000abc-+42",
            "e1-0000000000000abc--1",
            "e2-0000000000000abc-42", "e1-0000000000000abc-18446744073709551616", "e1-0000000000000abc-42 ", "e1-0000000000000abc-4-2",
            "e1-+000000000000abc-42",
        ] {
            #expect(EventCursor(text) == nil, "\(text)")
        }
    }

    @Test func cursorsAscend() throws {
        let ring = ring()
        #expect(ring.head == at(0))
        #expect(ring.append(1) == at(1))
        #expect(ring.append(contentsOf: [2, 3]) == at(3))
        #expect(ring.append(contentsOf: []) == at(3))
        #expect(ring.head == at(3))
    }

    @Test func whatFollowsACursorIsKeptUpToACount() throws {
        let ring = ring(count: 4)
        #expect(try ring.events(after: at(0)).isEmpty)
        #expect(throws: EventCursorError.ahead) { try ring.events(after: at(1)) }
        for number in 1...10 { ring.append(number) }
        let kept = try ring.events(after: at(6))
        #expect(kept.map(\.sequence) == [7, 8, 9, 10] && kept.map(\.event) == [7, 8, 9, 10])
        #expect(try ring.events(after: at(8), limit: 1).map(\.sequence) == [9])
        #expect(try ring.events(after: at(8), limit: 0).isEmpty && ring.events(after: at(8), limit: -1).isEmpty)
        #expect(try ring.events(after: at(10)).isEmpty)
        #expect(throws: EventCursorError.gone) { try ring.events(after: at(5)) }
        #expect(throws: EventCursorError.ahead) { try ring.events(after: at(11)) }
        #expect(throws: EventCursorError.ahead) { try ring.events(after: at(.max)) }
        #expect(ring.failure(of: at(6)) == nil && ring.failure(of: at(5)) == .gone && ring.failure(of: at(11)) == .ahead)
    }

    @Test func bytesAreBoundedAsWell() throws {
        let ring = ring(bytes: 100)
        ring.append(contentsOf: [40, 40, 20])
        #expect(try ring.events(after: at(0)).map(\.event) == [40, 40, 20])
        ring.append(1)
        #expect(ring.failure(of: at(0)) == .gone)
        #expect(try ring.events(after: at(1)).map(\.event) == [40, 20, 1])
        // The newest one is kept however large it is, and no sum overflows.
        for size in [101, .max, .max, .min, -1] {
            let cursor = ring.append(size)
            #expect(try ring.events(after: at(cursor.sequence - 1)).map(\.event) == [size])
        }
        ring.append(contentsOf: [60, 40])
        #expect(try ring.events(after: at(ring.head.sequence - 2)).map(\.event) == [60, 40])
    }

    @Test func cursorsOfAnotherProcessAreKnown() async throws {
        let ring = ring()
        ring.append(contentsOf: [1, 2])
        #expect(ring.failure(of: at(1, epoch: 8)) == .foreign)
        #expect(throws: EventCursorError.foreign) { try ring.events(after: at(1, epoch: 8)) }
        await #expect(throws: EventCursorError.foreign) { try await ring.next(after: at(1, epoch: 8)) }
        // Nobody gives the epoch of a real one, and 0 is none.
        let epochs = Set((0..<100).map { _ in EventRing<Int> { $0 }.epoch })
        #expect(epochs.count == 100 && !epochs.contains(0))
    }

    @Test func allWaitersGetWhatTheyLack() async throws {
        let ring = ring()
        ring.append(contentsOf: [1, 2])
        let waiters = (0..<3).map { _ in Task { try await ring.next(after: at(2)).map(\.event) } }
        let behind = Task { try await ring.next(after: at(1), limit: 1).map(\.event) }
        #expect(try await behind.value == [2])
        await until { ring.changed.waiterCount == 3 }
        ring.append(contentsOf: [3, 4])
        for waiter in waiters { #expect(try await waiter.value == [3, 4]) }
        #expect(ring.changed.waiterCount == 0)
        await #expect(throws: EventCursorError.ahead) { try await ring.next(after: at(9)) }
        #expect(try await ring.next(after: at(4), limit: 0).isEmpty)
    }

    @Test func aWakeUpWithoutEventsIsNoAnswer() async throws {
        let ring = ring()
        let waiter = Task { try await ring.next(after: at(0)).map(\.event) }
        await until { ring.changed.waiterCount == 1 }
        ring.changed.notify()
        await until { ring.changed.waiterCount == 1 }
        ring.append(5)
        #expect(try await waiter.value == [5])
    }

    @Test func cancelledWaitersGoAway() async throws {
        let ring = ring()
        let waiter = Task { try await ring.next(after: at(0)) }
        await until { ring.changed.waiterCount == 1 }
        waiter.cancel()
        await #expect(throws: EventCursorError.cancelled) { try await waiter.value }
        #expect(ring.changed.waiterCount == 0)
        // Who was cancelled before does not even look.
        ring.append(1)
        let late = Task {
            await until { Task.isCancelled }
            return try await ring.next(after: at(0))
        }
        late.cancel()
        await #expect(throws: EventCursorError.cancelled) { try await late.value }
    }

    @Test func whatOvertakesAWaiterIsTold() async throws {
        let ring = ring(count: 2)
        let waiter = Task { try await ring.next(after: at(0)) }
        await until { ring.changed.waiterCount == 1 }
        ring.append(contentsOf: [1, 2, 3])
        await #expect(throws: EventCursorError.gone) { try await waiter.value }
    }

    @Test func slowReadersAreToldBeforeTheyLoseAnything() throws {
        let ring = ring(count: 100)
        let (slow, quick) = (ring.reader(at: 0), ring.reader(at: 0))
        #expect(ring.readerCount == 2 && ring.lag == 0)
        ring.append(contentsOf: Array(1...90))
        #expect(ring.lag == 90)
        #expect(try quick.events(after: 60).count == 30)
        #expect(try slow.events(after: 45, limit: 10).map(\.event) == Array(46...55))
        #expect(ring.lag == 45)
        #expect(throws: EventCursorError.tooSlow) { try slow.events(after: 44) }
        // What it lacks is still there, for now.
        #expect(ring.failure(of: at(44)) == nil)
        #expect(try quick.events(after: 90).isEmpty)
    }

    @Test func readersOfAnEmptyRingAreNeverSlow() throws {
        let ring = ring(count: 4)
        let reader = ring.reader(at: 0)
        #expect(try reader.events(after: 0).isEmpty)
        ring.append(contentsOf: [1, 2, 3, 4])
        #expect(try reader.events(after: 2).map(\.event) == [3, 4])
        #expect(throws: EventCursorError.tooSlow) { try reader.events(after: 1) }
        #expect(throws: EventCursorError.tooSlow) { try reader.events(after: 5) }
    }

    @Test func readersThatAreGoneAreNotWaitedFor() {
        let ring = ring()
        var reader: EventRing<Int>.Reader? = ring.reader(at: 0)
        ring.append(contentsOf: [1, 2, 3])
        #expect(ring.lag == 3 && ring.readerCount == 1)
        withExtendedLifetime(reader) {}
        reader = nil
        #expect(ring.lag == 0 && ring.readerCount == 0)
    }

    /// Beside a list that forgets nothing.
    @Test func randomEventsAreThoseOfAList() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let (count, bytes) = (random.number(1...40), random.number(0...400))
            let ring = ring(count: count, bytes: bytes)
            var all: [Int] = []
            for _ in 0..<100 {
                let new = (0..<random.below(5)).map { _ in random.number(0...60) }
                ring.append(contentsOf: new)
                all += new
                let place = random.below(all.count + 2)
                // The longest end of the list that the bounds admit, and the last event in any case.
                var kept = 0
                while kept < all.count, kept < count, kept == 0 || all.suffix(kept + 1).reduce(0, +) <= bytes { kept += 1 }
                switch Result(catching: { try ring.events(after: at(UInt64(place))) }) {
                case .success(let events):
                    #expect(place >= all.count - kept && events.map(\.event) == Array(all[place...]), "seed \(seed)")
                    #expect(events.map(\.sequence) == (place..<all.count).map { UInt64($0) + 1 }, "seed \(seed)")
                case .failure(let error):
                    #expect(error as? EventCursorError == (place > all.count ? .ahead : .gone), "seed \(seed)")
                    #expect(place > all.count || place < all.count - kept, "seed \(seed)")
                }
            }
        }
    }
}
