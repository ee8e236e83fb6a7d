import NIOCore
import SeededGeneration
import Testing

@testable import HTTPServer

@Suite struct ConnectionDeadlinesTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private let still = ConnectionDeadlines.Output(written: 0, buffered: 0)

    @Test func nothingExpiresOfNothing() {
        var deadlines = ConnectionDeadlines(limits: .init())
        #expect(deadlines.nextCheck == nil)
        #expect(deadlines.check(at: start + .hours(1), output: still) == nil)
    }

    @Test func firstByteOfAHeadStartsItsTime() {
        var deadlines = ConnectionDeadlines(limits: .init())
        deadlines.becameIdle(at: start)
        #expect(deadlines.nextCheck == start + .minutes(2))
        deadlines.receivedPartOfHead(at: start + .seconds(100))
        deadlines.receivedPartOfHead(at: start + .seconds(110))
        #expect(deadlines.nextCheck == start + .seconds(130))
        #expect(deadlines.check(at: start + .seconds(129), output: still) == nil)
        #expect(deadlines.check(at: start + .seconds(130), output: still) == .head)
        deadlines.receivedHead()
        #expect(deadlines.check(at: start + .seconds(131), output: still) == nil)
    }

    @Test func bodyHasToBringBytesInEachWindow() {
        var deadlines = ConnectionDeadlines(limits: .init())
        deadlines.awaitsBody(at: start)
        deadlines.receivedBody(bytes: 1024)
        #expect(deadlines.check(at: start + .seconds(30), output: still) == nil)
        deadlines.receivedBody(bytes: 1023)
        #expect(deadlines.check(at: start + .seconds(60), output: still) == .body)
    }

    @Test func bodyThatIsHeldBackHasTime() {
        var deadlines = ConnectionDeadlines(limits: .init())
        deadlines.awaitsBody(at: start)
        deadlines.heldBackBody(true, at: start + .seconds(1))
        #expect(deadlines.nextCheck == nil)
        #expect(deadlines.check(at: start + .hours(1), output: still) == nil)
        deadlines.heldBackBody(false, at: start + .hours(1))
        #expect(deadlines.check(at: start + .hours(1) + .seconds(30), output: still) == .body)
    }

    @Test func outputHasToMove() {
        var deadlines = ConnectionDeadlines(limits: .init())
        deadlines.beganOutput(at: start)
        var now = start
        var written = 1000
        // A reader that takes one byte between two looks is slow, but it moves.
        for round in 0..<100 {
            now = deadlines.nextCheck ?? now
            #expect(deadlines.check(at: now, output: .init(written: written, buffered: 1000 - round)) == nil)
            written += 0
        }
        let stuck = ConnectionDeadlines.Output(written: written, buffered: 901)
        var expiry: ConnectionDeadlines.Expiry?
        let begin = now
        while expiry == nil {
            now = deadlines.nextCheck ?? now + .hours(1)
            expiry = deadlines.check(at: now, output: stuck)
        }
        #expect(expiry == .write)
        #expect(now - begin >= .seconds(30) && now - begin <= .seconds(45))
    }

    @Test func whatTheClientHasGotIsProgress() {
        var deadlines = ConnectionDeadlines(limits: .init())
        deadlines.beganOutput(at: start)
        var now = start
        // The system takes nothing for long, as its buffer is large, while the client reads on.
        for round in 0..<100 {
            now = deadlines.nextCheck ?? now
            #expect(deadlines.check(at: now, output: .init(written: 9000, buffered: 5000, acknowledged: 10 * round)) == nil)
        }
        let begin = now
        var expiry: ConnectionDeadlines.Expiry?
        while expiry == nil {
            now = deadlines.nextCheck ?? now + .hours(1)
            expiry = deadlines.check(at: now, output: .init(written: 9000, buffered: 5000, acknowledged: 990))
        }
        #expect(expiry == .write)
        #expect(now - begin <= .seconds(45))
    }

    @Test func connectionIsNotIdleWhileTheClientReads() {
        var limits = TestServer.patient
        limits.idle = .seconds(4)
        var deadlines = ConnectionDeadlines(limits: limits)
        deadlines.becameIdle(at: start)
        var now = start
        for round in 1...100 {
            now = deadlines.nextCheck ?? now
            #expect(deadlines.check(at: now, output: .init(written: 9000, buffered: 9000 - round)) == nil)
        }
        #expect(now >= start + .minutes(1))
        let read = now
        var expiry: ConnectionDeadlines.Expiry?
        while expiry == nil {
            now = deadlines.nextCheck ?? now + .hours(1)
            expiry = deadlines.check(at: now, output: .init(written: 9000, buffered: 0))
        }
        #expect(expiry == .idle && now - read <= .seconds(8))
        // Who stops reading is not waited for any longer than in the midst of an answer.
        deadlines.becameIdle(at: now)
        let stop = now
        expiry = nil
        while expiry == nil {
            now = deadlines.nextCheck ?? now + .hours(1)
            expiry = deadlines.check(at: now, output: .init(written: 9000, buffered: 1))
        }
        #expect(expiry == .write && now - stop <= .seconds(60))
    }

    @Test func outputThatIsGoneIsNotWatched() {
        var deadlines = ConnectionDeadlines(limits: .init())
        deadlines.beganOutput(at: start)
        deadlines.becameIdle(at: start)
        #expect(deadlines.check(at: start + .seconds(60), output: .init(written: 10, buffered: 0)) == nil)
        #expect(deadlines.nextCheck == start + .minutes(2))
    }

    @Test func drainBeatsEverything() {
        var deadlines = ConnectionDeadlines(limits: .init())
        deadlines.awaitsBody(at: start)
        deadlines.beganDraining(at: start)
        deadlines.beganDraining(at: start + .seconds(20))
        #expect(deadlines.check(at: start + .seconds(30), output: still) == .drain)
    }

    @Test func randomEventsNeverLoseATimer() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            var deadlines = ConnectionDeadlines(limits: .init())
            var now = start
            deadlines.beganWaiting(at: now)
            for _ in 0..<30 {
                now = now + .milliseconds(.random(in: 0...20_000, using: &random))
                switch Int.random(in: 0..<10, using: &random) {
                case 0: deadlines.receivedPartOfHead(at: now)
                case 1: deadlines.receivedHead()
                case 2: deadlines.awaitsBody(at: now)
                case 3: deadlines.receivedBody(bytes: .random(in: 0...2000, using: &random))
                case 4: deadlines.heldBackBody(.random(using: &random), at: now)
                case 5: deadlines.receivedWholeRequest()
                case 6: deadlines.beganOutput(at: now)
                case 7: deadlines.becameIdle(at: now)
                case 8: deadlines.clientClosedItsSide(at: now)
                default:
                    let output = ConnectionDeadlines.Output(
                        written: .random(in: 0...100, using: &random), buffered: .random(in: 0...50, using: &random))
                    let due = deadlines.nextCheck.map { $0 <= now } ?? false
                    let expiry = deadlines.check(at: now, output: output)
                    // What expires was announced, and what did not expire is announced for later.
                    #expect(expiry == nil || due, "seed \(seed)")
                    if expiry == nil, let next = deadlines.nextCheck { #expect(next > now, "seed \(seed)") }
                }
            }
        }
    }
}
