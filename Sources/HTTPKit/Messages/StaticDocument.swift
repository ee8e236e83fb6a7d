import HTTPTypes
import NIOCore

/// A document that stays the same while the program runs: answered from memory, with a validator so that clients need not fetch it again.
public struct StaticDocument: Sendable {
    private let bytes: ByteBuffer
    private let type: String
    private let tag: EntityTag

    public init(_ bytes: some Sequence<UInt8>, type: String) {
        self.bytes = ByteBuffer(bytes: bytes)
        self.type = type
        tag = EntityTag(of: self.bytes.readableBytesView)
    }

    /// The document, or 304 if the client has it.
    public func response(to request: Request) -> Response {
        var headers: HTTPFields = [.eTag: tag.description, .cacheControl: "no-cache"]
        if let known = request.headers[.ifNoneMatch], tag.isKnown(ifNoneMatch: known) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.xContentTypeOptions] = "nosniff"
        return .bytes(bytes, type: type, headers: headers)
    }
}
