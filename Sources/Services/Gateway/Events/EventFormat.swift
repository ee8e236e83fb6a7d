import ClassAd
import HTTPEndpoints
import HTTPMessages
import Jobs
import JSON
import NIOCore

/// How events are written.
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
        var json = JSONWriter(capacity: 512)
        switch self {
        case .events:
            event.write(into: &json)
            ServerSentEvent(name: event.type.rawValue, id: cursor.text, data: String(decoding: json.bytes, as: UTF8.self)).encode(into: &buffer)
        case .lines:
            event.write(into: &json, cursor: cursor.text)
            json.newline()
            json.withUnsafeBytes { _ = buffer.writeBytes($0) }
        }
    }

    /// What begins the stream.
    func connected(_ cursor: EventCursor) -> ByteBuffer { message("connected", ["cursor": .string(cursor.text)], id: cursor) }

    /// What ends it when the gateway stops.
    func shutdown(_ cursor: EventCursor) -> ByteBuffer {
        message(
            "shutdown", ["reason": .string(Problem.Kind.draining.reason), "detail": "The gateway is shutting down", "cursor": .string(cursor.text)])
    }

    /// What ends it otherwise.
    func error(_ problem: Problem, _ cursor: EventCursor) -> ByteBuffer {
        message(
            "error",
            [
                "reason": .string(problem.kind.reason), "title": .string(problem.kind.title), "detail": .string(problem.detail),
                "cursor": .string(cursor.text),
            ])
    }

    /// A sign of life.
    /// - Parameter cursor: given to clients where they would fall too far behind otherwise, as those whose filters let little through.
    func ping(_ cursor: EventCursor, isFarAhead: Bool) -> ByteBuffer {
        switch self {
        case .lines: return message("ping", ["cursor": .string(cursor.text)])
        case .events:
            var buffer = ByteBuffer()
            ServerSentEvent.encode(comment: " ping", into: &buffer)
            // Without data nothing is dispatched, but the last event's id is taken over (HTML Living Standard, section 9.2.6).
            if isFarAhead { buffer.writeString("id: \(cursor.text)\n\n") }
            return buffer
        }
    }

    private func message(_ name: String, _ members: JSONValue.Object, id: EventCursor? = nil) -> ByteBuffer {
        var buffer = ByteBuffer()
        switch self {
        case .events:
            ServerSentEvent(name: name, id: id?.text, data: String(decoding: JSONValue.object(members).serialized(), as: UTF8.self)).encode(
                into: &buffer)
        case .lines:
            var object: JSONValue.Object = ["type": .string(name)]
            for member in members.members { object.append(member.name, member.value) }
            buffer.writeBytes(JSONValue.object(object).serialized())
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        return buffer
    }
}
