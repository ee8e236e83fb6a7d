import ClassAd
import Foundation
import Glibc
import JSON
import SeededGeneration
import Testing

@testable import CondorProtocol

/// Logs with what HTCondor 25.14.1 itself reads of them (`htcondor2.JobEventLog`, beside each as JSON): `recorded` are logs of real jobs in both
/// forms, `kinds` has every kind of event.
@Suite struct EventLogReaderTests {
    /// 2026-11-21 12:00 UTC, when the logs were made.
    private static let now: Int64 = 1_795_262_400

    static func fixture(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        return Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    private static func read(_ text: String) -> [LoggedEvent] {
        var reader = EventLogReader(now: now)
        return reader.add(Array(text.utf8))
    }

    private static func json(_ ad: ClassAd) throws -> JSONValue {
        var writer = JSONWriter()
        ad.writeJSON(into: &writer)
        return try JSONValue.parse(writer.bytes).inNameOrder
    }

    @Test(arguments: ["recorded.log", "recorded.xml", "kinds.log"])
    func readsWhatHTCondorReads(_ name: String) throws {
        var reader = EventLogReader(now: Self.now)
        let events = reader.add(try Self.fixture(name))
        guard case .array(let expected) = try JSONValue.parse(try Self.fixture(name + ".json")) else {
            Issue.record("no list")
            return
        }
        #expect(events.count == expected.count)
        for (event, expected) in zip(events, expected) {
            #expect(.integer(Int64(event.number)) == expected["number"])
            #expect(.string(event.jobID) == expected["job_id"])
            // HTCondor has no names of their own for these.
            if ![29, 30, 31, 32, 34].contains(event.number) { #expect(.string(event.name) == expected["type"]) }
            guard case .string(let time)? = expected["time"], case .object(var attributes)? = expected["attributes"] else {
                Issue.record("\(expected)")
                continue
            }
            var cursor = TextCursor(Array(time.utf8)[...])
            let expectedTime = try #require(EventTime(&cursor, now: Self.now))
            #expect(event.time.seconds == expectedTime.seconds && event.time.microseconds / 1000 == expectedTime.microseconds / 1000)
            switch event.number {
            // These HTCondor writes but does not read.
            case 31, 32: attributes = JSONValue.Object(attributes.filter { $0.name != "EventHead" })
            // -1 stands for none.
            case 15: attributes = JSONValue.Object(attributes.filter { $0.value != .integer(-1) })
            default: break
            }
            guard case .object(let found) = try Self.json(event.attributes), case .object(let wanted) = JSONValue.object(attributes).inNameOrder
            else { continue }
            // Of a table without requests HTCondor writes more in XML than it reads.
            let unread = name == "recorded.xml" ? ["GPUs", "TimeExecuteUsage", "TimeSlotBusyUsage"] : []
            #expect(found.filter { !wanted.contains($0) && !unread.contains($0.name) } == [], "more in \(event.number)")
            #expect(wanted.filter { !found.contains($0) } == [], "less in \(event.number)")
        }
    }

    @Test func bytesInAnyPiecesGiveTheSameEvents() throws {
        for name in ["recorded.log", "recorded.xml", "kinds.log"] {
            let bytes = try Self.fixture(name)
            var whole = EventLogReader(now: Self.now)
            let expected = whole.add(bytes)
            var pieces = EventLogReader(now: Self.now)
            var events: [LoggedEvent] = []
            for start in stride(from: 0, to: bytes.count, by: 7) { events += pieces.add(Array(bytes[start..<min(start + 7, bytes.count)])) }
            #expect(events.map(\.attributes) == expected.map(\.attributes))
            #expect(events.map(\.time) == expected.map(\.time))
        }
    }

    @Test func anEventThatHasNotEndedIsHeldBack() {
        var reader = EventLogReader(now: Self.now)
        #expect(reader.add(Array("009 (7.0.0) 2026-11-21 10:00:00 Job was abo".utf8)).isEmpty)
        #expect(reader.add(Array("rted.\n\tby me\n..".utf8)).isEmpty)
        let events = reader.add(Array(".\n010 (7".utf8))
        #expect(events.map(\.name) == ["JobAbortedEvent"])
        #expect(events.first?.attributes.string("Reason") == "by me")
    }

    @Test func times() {
        func time(_ text: String) -> String? { Self.read("011 (7.0.0) \(text) Job was unsuspended.\n...\n").first?.time.description }
        #expect(time("2026-11-21 10:00:00Z") == "2026-11-21T10:00:00Z")
        #expect(time("2026-11-21T10:00:00.25Z") == "2026-11-21T10:00:00.250Z")
        #expect(time("2026-11-21 10:00:00.123456+02:00") == "2026-11-21T08:00:00.123Z")
        #expect(time("2026-11-21 10:00:00-0530") == "2026-11-21T15:30:00Z")
        #expect(time("2026-13-21 10:00:00Z") == nil)
        #expect(time("2026-11-21 10:00Z") == nil)
        #expect(time("yesterday") == nil)
        // A day that would be later than tomorrow is one of the year before.
        #expect(time("11/20 10:00:00Z") == "2026-11-20T10:00:00Z")
        #expect(time("12/24 12:00:00")?.hasPrefix("2025-12-2") == true)
    }

    @Test func whatIsNoEventIsPassedOver() {
        let events = Self.read(
            "nonsense\n...\n99999999999999999999 (1.0.0) 2026-11-21 10:00:00 x\n...\n011 (1.0.0) 2026-11-21 10:00:00 Job was unsuspended.\n...\n")
        #expect(events.map(\.number) == [11])
    }

    @Test func carriageReturnsAreNoPartOfLines() {
        let events = Self.read("012 (1.0.0) 2026-11-21 10:00:00 Job was held.\r\n\twhy\r\n\tCode 1 Subcode 2\r\n...\r\n")
        #expect(events.first?.attributes.string("HoldReason") == "why")
        #expect(events.first?.attributes.integer("HoldReasonSubCode") == 2)
    }

    @Test func eventsInJSON() {
        let events = Self.read(
            """
            {
              "MyType": "JobHeldEvent",
              "EventTypeNumber": 12,
              "EventTime": "2026-11-21T10:00:00.5Z",
              "Cluster": 7,
              "Proc": 1,
              "HoldReason": "why",
              "HoldReasonCode": 3
            }

            """)
        #expect(events.first?.name == "JobHeldEvent")
        #expect(events.first?.jobID == "7.1")
        #expect(events.first?.time.description == "2026-11-21T10:00:00.500Z")
        #expect(events.first?.attributes.names == ["HoldReason", "HoldReasonCode"])
    }

    @Test func settingAnAttribute() {
        let events = Self.read("033 (1.0.0) 2026-11-21 10:00:00 Setting job attribute Foo to 5 + 6\n...\n")
        #expect(events.first?.attributes.string("Attribute") == "Foo")
        #expect(events.first?.attributes.string("Value") == "5 + 6")
    }

    /// However long an event is, no more than the limit is kept of it, and the next one is read.
    @Test func endlessEventsAreCut() {
        var reader = EventLogReader(now: Self.now)
        var events = reader.add(Array("008 (1.0.0) 2026-11-21 10:00:00 start\n".utf8))
        let filler = Array(repeating: UInt8(ascii: "x"), count: 100_000)
        for _ in 0..<40 { events += reader.add(filler) }
        for _ in 0..<40 { events += reader.add(filler + [10]) }
        #expect(events.isEmpty)
        events = reader.add(Array("...\n011 (1.0.0) 2026-11-21 10:00:00 Job was unsuspended.\n...\n".utf8))
        #expect(events.map(\.number) == [8, 11])
        #expect(events.first?.attributes.string("Info") == "start")
    }

    /// Damaged logs of all forms never stop the reader, and what follows is read.
    @Test func damagedLogs() throws {
        let sources = try ["recorded.log", "recorded.xml", "kinds.log"].map { try Self.fixture($0) }
        let words = [
            "...\n", "</c>\n", "<c>\n", "\n", "999999999999999999999", "-1", "(", ")", ":", "\t", " - ", "{\n", "}\n", "[", "\u{0}", "Usr ", "e999",
            "&lt;", "<a n=\"",
        ]
        for seed in UInt64(1)...400 {
            var random = SeededGenerator(seed: seed)
            var bytes = sources[Int(random.next() % UInt64(sources.count))]
            let start = Int(random.next() % UInt64(bytes.count))
            bytes = Array(bytes[start..<min(start + 3000, bytes.count)])
            for _ in 0..<Int(random.next() % 40) {
                guard !bytes.isEmpty else { break }
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(place..<min(place + Int(random.next() % 50), bytes.count))
                case 2: bytes.insert(contentsOf: words[Int(random.next() % UInt64(words.count))].utf8, at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(place + 30, bytes.count)], at: place)
                }
            }
            var reader = EventLogReader(now: Self.now)
            for event in reader.add(bytes) { _ = try Self.json(event.attributes) }
            let after = reader.add(Array("\n...\n</c>\n}\n...\n011 (1.0.0) 2026-11-21 10:00:00 Job was unsuspended.\n...\n".utf8))
            #expect(after.last?.number == 11, "seed \(seed)")
        }
    }
}

extension JSONValue {
    /// The value with the members of all objects sorted, so that their order does not count.
    fileprivate var inNameOrder: JSONValue {
        switch self {
        case .object(let members):
            .object(Object(members.map { Member(name: $0.name, value: $0.value.inNameOrder) }.sorted { $0.name < $1.name }))
        case .array(let elements): .array(elements.map(\.inNameOrder))
        default: self
        }
    }
}
