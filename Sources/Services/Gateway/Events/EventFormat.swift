import ClassAd
import CondorModel
import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI
import JSON
import NIOCore
import Text
import Waiting

/// The wire format of events.
enum EventFormat: Sendable {
    /// Server-sent events.
    case events
    /// NDJSON.
    case lines

    var contentType: String {
        switch self {
        case .events: "text/event-stream"
        case .lines: "application/x-ndjson"
        }
    }

    func write(_ event: JobEvent, _ cursor: EventCursor, into buffer: inout ByteBuffer) {
        var record = EventRecord(event)
        switch self {
        case .events:
            ServerSentEvent(name: event.type.rawValue, id: cursor.text, data: EventRecord.resource.codec.text(record)).encode(into: &buffer)
        case .lines:
            record.cursor = cursor.text
            buffer.writeBytes(EventRecord.resource.codec.encode(record))
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
    }

    /// The first notice of a stream.
    func connected(_ cursor: EventCursor) -> ByteBuffer { notice("connected", EventNotice(cursor: cursor.text), id: cursor) }

    /// The last notice if the gateway stops.
    func shutdown(_ cursor: EventCursor) -> ByteBuffer {
        notice(
            "shutdown",
            EventNotice(reason: Problem.Kind.draining.reason, detail: "The gateway is shutting down", cursor: cursor.text))
    }

    /// The last notice if anything else ends the stream.
    func error(_ problem: Problem, _ cursor: EventCursor) -> ByteBuffer {
        notice(
            "error",
            EventNotice(reason: problem.kind.reason, title: problem.kind.title, detail: problem.detail, cursor: cursor.text))
    }

    /// A keep-alive.
    /// - Parameter cursor: sent to clients that would otherwise fall too far behind, because their filters pass few events.
    func ping(_ cursor: EventCursor, isFarAhead: Bool) -> ByteBuffer {
        switch self {
        case .lines: return notice("ping", EventNotice(cursor: cursor.text))
        case .events:
            var buffer = ByteBuffer()
            ServerSentEvent.encode(comment: " ping", into: &buffer)
            // A block without data dispatches no event, but does set the last event id (HTML Living Standard, section 9.2.6).
            if isFarAhead { buffer.writeString("id: \(cursor.text)\n\n") }
            return buffer
        }
    }

    private func notice(_ name: String, _ notice: EventNotice, id: EventCursor? = nil) -> ByteBuffer {
        var buffer = ByteBuffer()
        switch self {
        case .events:
            ServerSentEvent(name: name, id: id?.text, data: EventNotice.resource.codec.text(notice)).encode(into: &buffer)
        case .lines:
            var notice = notice
            notice.type = name
            buffer.writeBytes(EventNotice.resource.codec.encode(notice))
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        return buffer
    }
}

extension EventRecord {
    init(_ event: JobEvent) {
        self.init(
            type: event.type, jobID: event.job.description, owner: event.owner, status: event.status?.description,
            previousStatus: event.previous?.description, time: RFC3339.string(max(event.time, 0)), attributes: RawJSON(bytes: event.attributes))
    }
}
