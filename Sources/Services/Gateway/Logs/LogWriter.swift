import ClassAd
import CondorModel
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import Jobs
import JobsAPI
import JSON
import NIOCore

/// The format of a log.
enum LogForm: Sendable {
    /// One JSON object with a list.
    case json
    /// One event per line.
    case ndjson
    case sse

    /// Chosen by the request's `Accept`. A followed log comes in lines unless another type is requested.
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

/// Writes the events of a log while it is read.
struct LogWriter: ~Copyable {
    /// Size in bytes at which a piece is sent.
    private static let pieceSize = 48 * 1024

    private let form: LogForm
    private let id: JobID
    private let body: ResponseBodyWriter
    private var piece = ByteBuffer()
    private var json = JSONWriter(capacity: 4096)
    private var count = 0

    init(_ form: LogForm, id: JobID, to body: ResponseBodyWriter) {
        self.form = form
        self.id = id
        self.body = body
        if case .json = form {
            JobLogList.resource.begin(JobLogHead(jobID: id.description), &json)
            take()
        }
    }

    mutating func write(_ events: [LoggedEvent]) async throws {
        for event in events {
            LogRecord.resource.codec.write(LogRecord(event), &json)
            switch form {
            case .json:
                if count > 0 { piece.writeString(",") }
                take()
            case .ndjson: takeLine()
            case .sse: takeEvent("log")
            }
            count += 1
            if piece.readableBytes >= Self.pieceSize { try await flush() }
        }
    }

    /// Writes the events and sends them at once. For no events, sends a keep-alive if the format has one.
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
    /// - Parameter end: how the job ended, if the log was followed.
    mutating func end(_ end: JobProgress?) async throws {
        let ending = end.map(JobEnding.init)
        switch form {
        case .json:
            JobLogList.resource.finish(&json)
            take()
        case .ndjson:
            ListEndLine.resource.codec.write(ListEndLine(ListEnd(count: count, ending: ending)), &json)
            takeLine()
        case .sse:
            FollowEnd.resource.codec.write(FollowEnd(jobID: id.description, count: count, ending: ending), &json)
            takeEvent("end")
        }
        try await flush()
    }

    /// Ends a log that could not be read to its end. JSON has no place for an error, so this throws, which breaks the connection.
    mutating func fail(_ problem: Problem) async throws {
        switch form {
        case .json: throw problem
        case .ndjson:
            ListErrorLine.resource.codec.write(ListErrorLine(StreamError(problem)), &json)
            takeLine()
        case .sse:
            StreamError.resource.codec.write(StreamError(problem), &json)
            takeEvent("error")
        }
        try await flush()
    }

    /// Moves the written bytes to the piece.
    private mutating func take() {
        json.withUnsafeBytes { _ = piece.writeBytes($0) }
        json.removeAll()
    }

    private mutating func takeLine() {
        take()
        piece.writeString("\n")
    }

    private mutating func takeEvent(_ name: String) {
        ServerSentEvent(name: name, data: json.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }).encode(into: &piece)
        json.removeAll()
    }
}

extension LogRecord {
    init(_ event: LoggedEvent) {
        self.init(
            number: Int(event.number), type: event.name, time: event.time.description, jobID: event.jobID,
            attributes: RawJSON { event.attributes.writeJSON(into: &$0) })
    }
}

extension JobEnding {
    init(_ progress: JobProgress) {
        self.init(status: progress.status?.description, exitCode: progress.exitCode, exitSignal: progress.exitSignal)
    }
}
