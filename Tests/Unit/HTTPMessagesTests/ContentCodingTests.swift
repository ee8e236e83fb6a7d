import CZlib
import JSON
@testable import HTTPMessages
import HTTPTypes
import NIOCore
import Testing

/// What is compressed, and that it is what it was.
@Suite struct ContentCodingTests {
    struct Broken: Error {}

    static let json = "[" + (0..<2000).map { "{\"ClusterId\":\($0),\"JobStatus\":2}" }.joined(separator: ",") + "]"

    private func request(_ encoding: String?) throws -> Request {
        var headers = HTTPFields()
        headers[.acceptEncoding] = encoding
        return Request(method: .get, target: try RequestTarget("/"), headers: headers, id: "r", logger: .quiet)
    }

    /// The text of whole gzip data; nil for anything else.
    static func gunzip(_ bytes: [UInt8]) -> String? {
        var input = bytes
        var output = [UInt8](repeating: 0, count: 4 << 20)
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        let status = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END, stream.avail_in == 0 else { return nil }
        return String(decoding: output[..<Int(stream.total_out)], as: UTF8.self)
    }

    @Test(
        arguments: [
            ("gzip", true), ("deflate, gzip;q=0.5", true), ("GZIP", true), ("*", true), ("x-gzip", true), (nil, false), ("", false),
            ("identity", false),
            ("gzip;q=0", false), ("gzip; q=0.0", false), ("br, zstd", false), ("*;q=0", false), ("gzip;q=0, *", false), (";;;=,", false),
            ("gzip;q=0.5, identity;q=0.9", false), ("gzip;q=0.5, identity;q=0.5", true), ("identity;q=0.1, *", true),
        ] as [(String?, Bool)])
    func asTheClientTakesIt(_ encoding: String?, _ isCompressed: Bool) throws {
        let response = ContentCoding.applied(to: .bytes(ByteBuffer(string: Self.json), type: "application/json"), for: try request(encoding))
        #expect(response.headers[.contentEncoding] == (isCompressed ? "gzip" : nil))
        #expect(response.headers[.vary] == "Accept-Encoding")
        guard case .bytes(let bytes) = response.body else { throw Broken() }
        if isCompressed {
            #expect(bytes.readableBytes < Self.json.utf8.count / 4)
            #expect(Self.gunzip(Array(bytes.readableBytesView)) == Self.json)
        } else {
            #expect(String(buffer: bytes) == Self.json)
        }
    }

    @Test func somethingElseIsLeftAlone() throws {
        let long = ByteBuffer(string: Self.json)
        var tagged = Response.bytes(long, type: "application/json")
        tagged.headers[.eTag] = "\"1\""
        for response in [
            tagged, .bytes(long, type: "application/octet-stream"), .bytes(long, type: "text/event-stream"), .bytes(long, type: "application/gzip"),
            .bytes(ByteBuffer(string: "{}"), type: "application/json"), Response(status: .noContent),
            .bytes(long, type: "application/json", headers: [.contentRange: "bytes 0-1/2"]),
        ] {
            #expect(ContentCoding.applied(to: response, for: try request("gzip")).headers[.contentEncoding] == nil)
        }
    }

    @Test func staticDocumentsHaveATagForEachForm() throws {
        let document = StaticDocument(Self.json.utf8, type: "application/json")
        let plain = document.response(to: try request(nil))
        let compressed = document.response(to: try request("gzip"))
        #expect(plain.headers[.eTag] != compressed.headers[.eTag])
        #expect(compressed.headers[.contentEncoding] == "gzip" && compressed.headers[.vary] == "Accept-Encoding")
        guard case .bytes(let bytes) = compressed.body else { throw Broken() }
        #expect(Self.gunzip(Array(bytes.readableBytesView)) == Self.json)
        for response in [plain, compressed] {
            var again = try request(response.headers[.contentEncoding])
            again = Request(
                method: .get, target: again.target, headers: again.headers.merging(.ifNoneMatch, response.headers[.eTag] ?? ""), id: "r",
                logger: .quiet)
            #expect(document.response(to: again).status == .notModified)
        }
        // It is not compressed a second time.
        #expect(ContentCoding.applied(to: compressed, for: try request("gzip")).headers[.contentEncoding] == "gzip")
    }
}

extension HTTPFields {
    fileprivate func merging(_ name: HTTPField.Name, _ value: String) -> HTTPFields {
        var fields = self
        fields[name] = value
        return fields
    }
}
