import ClassAd
import HTTPEndpoints
import HTTPMessages
import JSON
import JobsAPI
import NIOCore

/// The lists of ads, as resources.
enum AdListKind: Sendable {
    /// Jobs of the queue or the history, in pages.
    case jobs
    /// Machines and daemons.
    case pool

    fileprivate func begin(_ json: inout JSONWriter) {
        switch self {
        case .jobs: JobPage.resource.begin(&json)
        case .pool: PoolAds.resource.begin(&json)
        }
    }

    fileprivate func finish(_ count: Int, _ nextCursor: String?, _ json: inout JSONWriter) {
        switch self {
        case .jobs: JobPage.resource.finish(JobPageEnd(count: count, nextCursor: nextCursor), &json)
        case .pool: PoolAds.resource.finish(PoolAdsEnd(count: count), &json)
        }
    }
}

/// Writes a list of ads while it arrives: batches of ads in, pieces of some ten kilobytes out. Memory use does not depend on the list's length.
struct AdListWriter: ~Copyable {
    /// Size in bytes at which a piece is sent.
    private static let pieceSize = 48 * 1024

    private let kind: AdListKind
    private let format: ListFormat
    private let projection: AttributeProjection?
    private let body: ResponseBodyWriter
    private var json = JSONWriter(capacity: 64 * 1024)
    private(set) var count = 0

    init(_ kind: AdListKind, _ format: ListFormat, projection: AttributeProjection?, to body: ResponseBodyWriter) {
        self.kind = kind
        self.format = format
        self.projection = projection
        self.body = body
        if case .json = format { kind.begin(&json) }
    }

    mutating func write(_ ads: some Sequence<WireAd>) async throws {
        for ad in ads {
            if json.count >= Self.pieceSize { try await flush() }
            // The comma that follows a piece that has been sent.
            if case .json = format, count > 0, json.count == 0 { json.raw(json: [UInt8(ascii: ",")]) }
            ad.writeJSON(into: &json, projection: projection)
            if case .ndjson = format { json.newline() }
            count += 1
        }
    }

    /// Ends a complete list or page.
    mutating func end(nextCursor: String?) async throws {
        switch format {
        case .json: kind.finish(count, nextCursor, &json)
        case .ndjson:
            ListEndLine.resource.codec.write(ListEndLine(ListEnd(count: count, nextCursor: nextCursor)), &json)
            json.newline()
        }
        try await flush()
    }

    /// Ends a list that could not be completed. NDJSON gets an error record. JSON has no place for an error, so this throws, which breaks the
    /// connection.
    mutating func fail(_ problem: Problem) async throws {
        guard case .ndjson = format else { throw problem }
        ListErrorLine.resource.codec.write(ListErrorLine(StreamError(problem)), &json)
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

extension StreamError {
    /// The problem that ended a stream.
    init(_ problem: Problem) {
        self.init(reason: problem.kind.reason, detail: problem.detail)
    }
}
