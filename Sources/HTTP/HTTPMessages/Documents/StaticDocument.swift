package import HTTPTypes
import NIOCore

/// A document that stays the same while the program runs: answered from memory, compressed where the client takes that, with a validator so that
/// clients need not fetch it again.
package struct StaticDocument: Sendable {
    private let bytes: ByteBuffer
    private let compressed: ByteBuffer?
    private let type: String
    private let tag: EntityTag
    private let compressedTag: EntityTag
    private let headers: HTTPFields

    /// - Parameter headers: fields that go with the document.
    package init(_ bytes: some Sequence<UInt8>, type: String, headers: HTTPFields = [:]) {
        self.bytes = ByteBuffer(bytes: bytes)
        self.type = type
        self.headers = headers
        compressed = self.bytes.readableBytes < ContentCoding.minimumLength ? nil : ContentCoding.gzip(self.bytes, level: GzipStream.best)
        tag = EntityTag(of: self.bytes.readableBytesView)
        compressedTag = EntityTag(tag.opaque + "-gzip")
    }

    /// The document, or 304 if the client has it.
    package func response(to request: Request) -> Response {
        let compressed = ContentCoding.takesGzip(request.headers[.acceptEncoding]) ? compressed : nil
        let tag = compressed == nil ? tag : compressedTag
        var headers = headers
        headers[.eTag] = tag.description
        headers[.cacheControl] = "no-cache"
        headers[.vary] = "Accept-Encoding"
        if let known = request.headers[.ifNoneMatch], tag.isKnown(ifNoneMatch: known) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.xContentTypeOptions] = "nosniff"
        if compressed != nil { headers[.contentEncoding] = "gzip" }
        return .bytes(compressed ?? bytes, type: type, headers: headers)
    }
}
