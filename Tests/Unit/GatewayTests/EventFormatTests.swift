import ClassAd
import CondorModel
@testable import Gateway
@testable import Jobs
import JobsAPI
import NIOCore
import Testing
import Waiting

/// How events of jobs and notices of the stream are written.
@Suite struct EventFormatTests {
    private static let cursor = EventCursor(epoch: 1, sequence: 2)

    private static func event() throws -> JobEvent {
        var ad = WireAd()
        for line in [#"Owner = "alice""#, #"HoldReason = "a \"b\"""#, "HoldReasonCode = 1"] { ad.append(line: Array(line.utf8)) }
        return JobEvent(
            JobTransition(type: .hold, status: .held, previous: .running, time: 1_795_261_443), try #require(JobID("7.3")), ad)
    }

    private static let json =
        #"{"type":"hold","job_id":"7.3","owner":"alice","status":"held","previous_status":"running","time":"2026-11-21T11:44:03Z","#
        + #""attributes":{"HoldReason":"a \"b\"","HoldReasonCode":1}"#

    @Test func anEventHasItsCursorInTheLineOrAsItsID() throws {
        var lines = ByteBuffer()
        EventFormat.lines.write(try Self.event(), Self.cursor, into: &lines)
        #expect(String(buffer: lines) == Self.json + ",\"cursor\":\"\(Self.cursor.text)\"}\n")
        var events = ByteBuffer()
        EventFormat.events.write(try Self.event(), Self.cursor, into: &events)
        let text = String(buffer: events)
        #expect(text.contains("event: hold\n") && text.contains("id: \(Self.cursor.text)\n") && text.contains("data: \(Self.json)}\n"))
    }

    @Test(arguments: [(Int64.max, "9999-12-31T23:59:59Z"), (.min, "1970-01-01T00:00:00Z")]) func oddTimesAreTimes(time: Int64, text: String) throws {
        var event = try Self.event()
        event.time = time
        #expect(EventRecord(event).time == text)
    }

    @Test func noticesSayWhatTheyAre() {
        #expect(String(buffer: EventFormat.lines.connected(Self.cursor)) == "{\"type\":\"connected\",\"cursor\":\"\(Self.cursor.text)\"}\n")
        #expect(String(buffer: EventFormat.lines.ping(Self.cursor, isFarAhead: false)) == "{\"type\":\"ping\",\"cursor\":\"\(Self.cursor.text)\"}\n")
        #expect(
            String(buffer: EventFormat.lines.shutdown(Self.cursor)) == """
                {"type":"shutdown","reason":"DRAINING","detail":"The gateway is shutting down","cursor":"\(Self.cursor.text)"}

                """)
    }
}
