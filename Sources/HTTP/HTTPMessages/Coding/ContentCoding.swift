import HTTPTypes
import NIOCore
import Synchronization

/// Compresses answers with gzip where the client takes it and it helps: text of some length, in particular JSON.
///
/// Left alone is what has a validator or is a part of something (the bytes are what the client goes by), what is compressed already, and event
/// streams. Each piece of a streamed body leaves at once, compressed as far as it goes, so that live streams stay live.
package enum ContentCoding {
    /// Bytes below which a packet more or less makes no difference.
    static let minimumLength = 1024

    private static let types: Set<MediaType> = [
        "application/json", "application/x-ndjson", "application/problem+json", "application/yaml", "text/html", "text/css", "text/javascript",
    ]

    /// The answer as this client gets it.
    package static func applied(to response: Response, for request: Request) -> Response {
        guard let text = response.headers[.contentType], let type = MediaType(text), types.contains(type),
            response.headers[.contentEncoding] == nil, response.headers[.eTag] == nil, response.headers[.contentRange] == nil
        else { return response }
        switch response.body {
        case .empty: return response
        case .bytes(let bytes) where bytes.readableBytes < minimumLength: return response
        case .bytes, .stream: break
        }
        var response = response
        response.headers[.vary] = response.headers[.vary].map { $0 + ", Accept-Encoding" } ?? "Accept-Encoding"
        guard takesGzip(request.headers[.acceptEncoding]) else { return response }
        switch response.body {
        case .empty: return response
        case .bytes(let bytes):
            guard let compressed = gzip(bytes) else { return response }
            response.body = .bytes(compressed)
        case .stream(_, let write):
            response.body = .stream(length: nil) { client in
                guard let sink = GzipSink(client) else { return try await write(client) }
                try await write(ResponseBodyWriter(sink))
                try await sink.end()
            }
        }
        response.headers[.contentEncoding] = "gzip"
        return response
    }

    /// A whole text, compressed; nil without memory.
    static func gzip(_ bytes: ByteBuffer, level: Int32 = GzipStream.quick) -> ByteBuffer? {
        guard var stream = GzipStream(level: level) else { return nil }
        var output = ByteBuffer()
        return stream.write(bytes, .end, to: &output) ? output : nil
    }

    /// Whether an `Accept-Encoding` field has gzip with a quality above zero, and not below one that it has for no coding at all.
    static func takesGzip(_ field: String?) -> Bool {
        guard let field else { return false }
        var gzip: Double?
        var identity = 0.0
        var wildcard = 0.0
        for element in field.split(separator: ",", maxSplits: 32) {
            guard let (name, parameters) = HeaderParameters.parse(element) else { continue }
            let quality = parameters["q"].map { Double($0) ?? 0 } ?? 1
            switch name.lowercased() {
            case "gzip", "x-gzip": gzip = gzip ?? quality
            case "identity": identity = quality
            case "*": wildcard = quality
            default: continue
            }
        }
        let quality = gzip ?? wildcard
        return quality > 0 && quality >= identity
    }
}

/// Compresses what is written to it for a client.
private final class GzipSink: ResponseBodySink {
    private let client: ResponseBodyWriter
    private let stream: Mutex<GzipStream>

    init?(_ client: ResponseBodyWriter) {
        guard let stream = GzipStream(level: GzipStream.quick) else { return nil }
        self.client = client
        self.stream = Mutex(stream)
    }

    func write(_ bytes: ByteBuffer) async throws { try await client.write(try compressed(bytes, .flush)) }

    func setTrailers(_ fields: HTTPFields) { client.setTrailers(fields) }

    func end() async throws { try await client.write(try compressed(ByteBuffer(), .end)) }

    private func compressed(_ bytes: ByteBuffer, _ mode: GzipStream.Mode) throws -> ByteBuffer {
        var output = ByteBuffer()
        guard stream.withLock({ $0.write(bytes, mode, to: &output) }) else { throw GzipStream.Failure() }
        return output
    }
}
