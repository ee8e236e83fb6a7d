import ClassAd
import Glibc
import JSON

/// Reads a job's event log while it arrives: bytes in, whole events out. Bytes after the last whole event are kept until the rest arrives.
///
/// It accepts the text form and those of `log_xml` and JSON, as written by HTCondor 25.14 (`condor_utils/write_user_log.cpp`), even mixed in one
/// file. Anything that is not an event is skipped. It never holds more than one event of up to ``maximumEventSize`` bytes.
package struct EventLogReader: Sendable {
    /// The largest number of bytes kept of an event; the rest of a longer one is lost.
    package static let maximumEventSize = 1 << 20

    private enum Form {
        case text
        case xml
        case json

        /// The form of an event that begins with this line; nil if none does.
        init?(_ line: ArraySlice<UInt8>) {
            switch line.first {
            case UInt8(ascii: "<") where line.starts(with: "<c>".utf8): self = .xml
            case UInt8(ascii: "{"): self = .json
            case let byte? where TextCursor.isDigit(byte): self = .text
            default: return nil
            }
        }

        func ends(with line: ArraySlice<UInt8>) -> Bool {
            switch self {
            case .text: line.elementsEqual("...".utf8)
            case .xml: line.elementsEqual("</c>".utf8)
            case .json: line.elementsEqual("}".utf8)
            }
        }
    }

    /// In seconds since 1970, for dates without a year.
    private let now: Int64
    private var form: Form?
    private var lines: [ArraySlice<UInt8>] = []
    private var size = 0
    /// An incomplete line.
    private var partial: [UInt8] = []

    /// - Parameter now: seconds since 1970, used to add the year to dates in old logs.
    package init(now: Int64 = Int64(time(nil))) { self.now = now }

    /// The events that these bytes complete.
    package mutating func add(_ bytes: [UInt8]) -> [LoggedEvent] {
        var events: [LoggedEvent] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            var line = rest[..<end]
            rest = rest[(end + 1)...]
            if !partial.isEmpty {
                partial += line.prefix(Self.maximumEventSize - min(partial.count, Self.maximumEventSize))
                line = partial[...]
                partial = []
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if let event = add(line: line) { events.append(event) }
        }
        partial += rest.prefix(Self.maximumEventSize - min(partial.count, Self.maximumEventSize))
        return events
    }

    private mutating func add(line: ArraySlice<UInt8>) -> LoggedEvent? {
        guard let form else {
            self.form = Form(line)
            if self.form != nil { keep(line) }
            return nil
        }
        let isEnd = form.ends(with: line)
        if !isEnd || form != .text { keep(line, evenBeyond: isEnd) }
        guard isEnd else { return nil }
        defer {
            self.form = nil
            lines = []
            size = 0
        }
        switch form {
        case .text: return Self.text(lines, now: now)
        case .xml: return EventLogXML.ad(lines).flatMap { Self.event(of: $0, now: now) }
        case .json:
            let text = Array(lines.joined(separator: CollectionOfOne(UInt8(ascii: "\n"))))
            guard let json = try? JSONValue.parse(text, limits: .init(length: Self.maximumEventSize + 16)), let ad = try? ClassAd.fromJSON(json)
            else { return nil }
            return Self.event(of: ad, now: now)
        }
    }

    private mutating func keep(_ line: ArraySlice<UInt8>, evenBeyond: Bool = false) {
        guard evenBeyond || size + line.count < Self.maximumEventSize else { return }
        size += line.count + 1
        // A copy, because a slice would keep the whole array alive.
        lines.append(ArraySlice(Array(line)))
    }

    /// `005 (7.000.000) 2026-11-21 10:00:00 Job terminated.` and the lines after it.
    private static func text(_ lines: [ArraySlice<UInt8>], now: Int64) -> LoggedEvent? {
        guard let first = lines.first else { return nil }
        var header = TextCursor(first)
        guard let number = header.integer(), (0...9999).contains(number), header.skip(" ("), let cluster = header.integer(),
            header.skip(UInt8(ascii: ".")),
            let proc = header.integer(), header.skip(UInt8(ascii: ".")), header.integer() != nil, header.skip(") "),
            let time = EventTime(&header, now: now), let cluster = Int(exactly: cluster), let proc = Int(exactly: proc)
        else { return nil }
        _ = header.skip(UInt8(ascii: " "))
        let attributes = EventBody.attributes(number: Int(number), head: header.rest, lines: Array(lines.dropFirst()))
        return LoggedEvent(
            number: Int(number), name: LoggedEventType(rawValue: Int(number))?.name ?? LoggedEventType.futureName, time: time, cluster: cluster,
            proc: proc,
            attributes: attributes)
    }

    /// The event that an ad describes, in the forms other than text.
    private static func event(of ad: ClassAd, now: Int64) -> LoggedEvent? {
        guard let number = ad.integer("EventTypeNumber").flatMap({ Int(exactly: $0) }), let text = ad.string("EventTime") else { return nil }
        var cursor = TextCursor(ArraySlice(Array(text.utf8)))
        guard let time = EventTime(&cursor, now: now) else { return nil }
        var attributes = ad
        for name in LoggedEvent.commonNames { attributes.remove(name) }
        return LoggedEvent(
            number: number, name: LoggedEventType(rawValue: number)?.name ?? ad.string("MyType") ?? LoggedEventType.futureName, time: time,
            cluster: ad.integer("Cluster").flatMap { Int(exactly: $0) } ?? 0, proc: ad.integer("Proc").flatMap { Int(exactly: $0) } ?? -1,
            attributes: attributes)
    }
}
