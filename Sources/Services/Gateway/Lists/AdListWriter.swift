import ClassAd
import HTTPEndpoints
import HTTPMessages
import JSON
import NIOCore

/// Writes a list of ads while it arrives: batches of ads in, pieces of some ten kilobytes out, memory independent of the list's length.
struct AdListWriter: ~Copyable {
    /// Bytes after which a piece is sent.
    private static let pieceSize = 48 * 1024

    private let format: ListFormat
    private let projection: AttributeProjection?
    private let body: ResponseBodyWriter
    private var json = JSONWriter(capacity: 64 * 1024)
    private(set) var count = 0

    /// - Parameter member: the name of the list in the JSON form.
    init(_ format: ListFormat, member: String, projection: AttributeProjection?, to body: ResponseBodyWriter) {
        self.format = format
        self.projection = projection
        self.body = body
        if case .json = format {
            json.beginObject()
            json.name(member)
            json.beginArray()
        }
    }

    mutating func write(_ ads: some Sequence<WireAd>) async throws {
        for ad in ads {
            if json.count >= Self.pieceSize { try await flush() }
            // The comma after a piece that has been sent.
            if case .json = format, count > 0, json.count == 0 { json.raw(json: [UInt8(ascii: ",")]) }
            ad.writeJSON(into: &json, projection: projection)
            if case .ndjson = format { json.newline() }
            count += 1
        }
    }

    /// Ends a complete list that has no pages.
    mutating func end() async throws {
        try await end(nextCursor: nil, hasPages: false)
    }

    /// Ends a complete list, or a page of one.
    mutating func end(nextCursor: String?) async throws {
        try await end(nextCursor: nextCursor, hasPages: true)
    }

    private mutating func end(nextCursor: String?, hasPages: Bool) async throws {
        switch format {
        case .json:
            json.endArray()
            json.name("count")
            json.value(count)
            if hasPages {
                json.name("has_more")
                json.value(nextCursor != nil)
            }
            if let nextCursor {
                json.name("next_cursor")
                json.value(nextCursor)
            }
            json.endObject()
        case .ndjson:
            json.beginObject()
            json.name("end")
            json.beginObject()
            json.name("count")
            json.value(count)
            json.name("complete")
            json.value(true)
            if let nextCursor {
                json.name("next_cursor")
                json.value(nextCursor)
            }
            json.endObject()
            json.endObject()
            json.newline()
        }
        try await flush()
    }

    /// Ends a list that could not be completed: NDJSON gets an error record; JSON has no place for one, so the connection is broken by throwing.
    mutating func fail(_ problem: Problem) async throws {
        guard case .ndjson = format else { throw problem }
        json.beginObject()
        json.name("error")
        json.beginObject()
        json.name("reason")
        json.value(problem.kind.reason)
        json.name("detail")
        json.value(problem.detail)
        json.endObject()
        json.endObject()
        json.newline()
        try await flush()
    }

    private mutating func flush() async throws {
        guard json.count > 0 else { return }
        let piece = json.withUnsafeBytes { ByteBuffer(bytes: $0) }
        json.removeAll()
        try await body.write(piece)
    }
}
