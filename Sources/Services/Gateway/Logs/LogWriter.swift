import ClassAd
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import Jobs
import JSON
import NIOCore

/// How the events of a log are written.
enum LogForm: Sendable {
    /// One JSON object with a list.
    case json
    /// One event a line.
    case ndjson
    case sse

    /// By the request's `Accept`; what is followed comes in lines unless something else is asked for.
    init(accepting request: Request, follows: Bool) {
        let best: MediaType? =
            follows
            ? request.acceptedTypes.best(of: ["application/x-ndjson", "application/json", "text/event-stream"])
            : request.acceptedTypes.best(of: ["application/json", "application/x-ndjson", "text/event-stream"])
        switch best {
        case "text/event-stream": self = .sse
        case "application/x-ndjson": self = .ndjson
        default: self = .json
        }
    }

    var contentType: String {
        switch self {
        case .json: "application/json"
        case .ndjson: ListFormat.ndjsonType
        case .sse: "text/event-stream"
        }
    }
}

/// Writes the events of a log while they are read.
struct LogWriter: ~Copyable {
    /// Bytes after which a piece is sent.
    private static let pieceSize = 48 * 1024

    private let form: LogForm
    private let id: JobID
    private let body: ResponseBodyWriter
    private var piece = ByteBuffer()
    private var event = JSONWriter(capacity: 4096)
    private var count = 0

    init(_ form: LogForm, id: JobID, to body: ResponseBodyWriter) {
        self.form = form
        self.id = id
        self.body = body
        if case .json = form { piece.writeString("{\"job_id\":\"\(id)\",\"events\":[") }
    }

    mutating func write(_ events: [LoggedEvent]) async throws {
        for logged in events {
            event.removeAll()
            logged.writeJSON(into: &event)
            switch form {
            case .json:
                if count > 0 { piece.writeString(",") }
                event.withUnsafeBytes { _ = piece.writeBytes($0) }
            case .ndjson:
                event.withUnsafeBytes { _ = piece.writeBytes($0) }
                piece.writeString("\n")
            case .sse:
                ServerSentEvent(name: "log", data: event.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }).encode(into: &piece)
            }
            count += 1
            if piece.readableBytes >= Self.pieceSize { try await flush() }
        }
    }

    /// Sends at once; for no events a sign of life where the form has one.
    mutating func send(_ events: [LoggedEvent]) async throws {
        if events.isEmpty, case .sse = form { ServerSentEvent.encode(comment: " ping", into: &piece) }
        try await write(events)
        try await flush()
    }

    mutating func flush() async throws {
        guard piece.readableBytes > 0 else { return }
        let full = piece
        piece = ByteBuffer()
        try await body.write(full)
    }

    /// Ends a complete log.
    /// - Parameter end: of one that was followed, how the job ended.
    mutating func end(_ end: JobProgress?) async throws {
        switch form {
        case .json: piece.writeString("]}")
        case .ndjson:
            var members: JSONValue.Object = ["count": .integer(Int64(count)), "complete": true]
            if let end { members.append(end) }
            piece.writeBytes(JSONValue.object(["end": .object(members)]).serialized())
            piece.writeString("\n")
        case .sse:
            var members: JSONValue.Object = ["job_id": .string(id.description), "count": .integer(Int64(count))]
            if let end { members.append(end) }
            ServerSentEvent(name: "end", data: String(decoding: JSONValue.object(members).serialized(), as: UTF8.self)).encode(into: &piece)
        }
        try await flush()
    }

    /// Ends a log that cannot be read on: JSON has no place for that, so the connection is broken by throwing.
    mutating func fail(_ problem: Problem) async throws {
        let record: JSONValue = ["reason": .string(problem.kind.reason), "detail": .string(problem.detail)]
        switch form {
        case .json: throw problem
        case .ndjson:
            piece.writeBytes((["error": record] as JSONValue).serialized())
            piece.writeString("\n")
        case .sse: ServerSentEvent(name: "error", data: String(decoding: record.serialized(), as: UTF8.self)).encode(into: &piece)
        }
        try await flush()
    }
}

extension LoggedEvent {
    /// `{"number","type","time","job_id","attributes"}`
    func writeJSON(into json: inout JSONWriter) {
        json.beginObject()
        json.name("number")
        json.value(number)
        json.name("type")
        json.value(name)
        json.name("time")
        json.value(time.description)
        json.name("job_id")
        json.value(jobID)
        json.name("attributes")
        attributes.writeJSON(into: &json)
        json.endObject()
    }
}
