import ClassAd
import CondorModel
@testable import Jobs
import Testing

/// What is told of an event, and to whom.
@Suite struct JobEventTests {
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
