import ClassAd
import CondorProtocol
@testable import Jobs
import Testing

/// Cursors, and the events that are kept for them.
@Suite struct EventRingTests {
    private func event(_ cluster: Int) throws -> JobEvent {
        let id = try #require(JobID(cluster: cluster, proc: 0))
        return JobEvent(.submit, id, status: .idle, previous: nil, time: 0, WireAd(), showing: [])
    }

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

    @Test func whatFollowsAPlaceIsKeptUpToTheBounds() throws {
        var ring = EventRing(epoch: 1, limits: .init(count: 4, bytes: 1 << 20))
        #expect(ring.head == 0 && ring.events(after: 0, limit: 9)?.count == 0 && ring.events(after: 1, limit: 9) == nil)
        for cluster in 1...10 { ring.append(try event(cluster)) }
        #expect(ring.head == 10)
        #expect(ring.events(after: 6, limit: 9)?.map(\.sequence) == [7, 8, 9, 10])
        #expect(ring.events(after: 6, limit: 9)?.map(\.event.job.cluster) == [7, 8, 9, 10])
        #expect(ring.events(after: 8, limit: 1)?.map(\.sequence) == [9])
        #expect(ring.events(after: 10, limit: 9)?.isEmpty == true)
        #expect(ring.events(after: 5, limit: 9) == nil && ring.events(after: 11, limit: 9) == nil && !ring.holds(.max))
        #expect(!ring.isFarBehind(10) && !ring.isFarBehind(8) && ring.isFarBehind(7) && ring.isFarBehind(1))
    }

    @Test func bytesAreBoundedAsWell() throws {
        var ring = EventRing(epoch: 1, limits: .init(count: 1000, bytes: 2000))
        for cluster in 1...100 { ring.append(try event(cluster)) }
        let kept = try #require(ring.events(after: ring.head - 3, limit: 1000))
        #expect(kept.count == 3 && !ring.holds(1))
    }

    @Test func eventsHaveTheAttributesOfTheirType() throws {
        var ad = WireAd()
        for line in [
            #"Owner = "alice""#, #"User = "alice@pool""#, #"HoldReason = "a \"b\"""#, "HoldReasonCode = 1", "NumHolds = undefined", "ClaimId = \"x\"",
        ] {
            ad.append(line: Array(line.utf8))
        }
        let id = try #require(JobID("7.3"))
        let event = JobEvent(JobTransition(type: .hold, status: .held, previous: .running, time: 1_795_261_443), id, ad)
        #expect(event.type == .hold && event.job == id && event.owner == "alice" && event.status == .held && event.previous == .running)
        #expect(event.time == 1_795_261_443)
        #expect(String(decoding: event.attributes, as: UTF8.self) == #"{"HoldReason":"a \"b\"","HoldReasonCode":1}"#)
    }

    @Test func filtersLookAtTheJobAsItWas() throws {
        var ad = WireAd()
        for line in [#"Owner = "alice""#, #"User = "alice@pool""#, "RequestMemory = ImageSize / 1024", "ImageSize = 204800", "JobPrio = 3"] {
            ad.append(line: Array(line.utf8))
        }
        let event = JobEvent(.hold, try #require(JobID("7.3")), status: .held, previous: .idle, time: 0, ad, showing: [])
        func admits(_ constraint: String) throws -> Bool { EventFilter(constraint: try ExprTree.parse(constraint)).admits(event) }
        #expect(try admits("JobPrio == 3") && admits("my.jobprio > 2 && Owner == \"alice\"") && admits("RequestMemory == 200") && admits("1"))
        #expect(try !admits("JobPrio == 4") && !admits("Missing") && !admits("TARGET.JobPrio == 3") && !admits("\"true\"") && !admits("error"))
        #expect(EventFilter(owner: "alice").admits(event) && EventFilter(owner: "alice@pool").admits(event))
        #expect(!EventFilter(owner: "alic").admits(event) && !EventFilter(owner: "alice@other").admits(event))
        #expect(
            EventFilter(types: [.hold], cluster: 7).admits(event) && !EventFilter(types: [.submit]).admits(event)
                && !EventFilter(cluster: 8).admits(event))
        #expect(
            Set(EventFilter.attributes(of: try ExprTree.parse("MY.A == b && TARGET.C == time() && regexp(\"x\", D)")).map { $0.lowercased() }) == [
                "a", "b", "d",
            ])
    }
}
