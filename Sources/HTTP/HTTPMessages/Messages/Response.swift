package import HTTPTypes
package import JSON
package import NIOCore

/// An answer: its head, and its body as bytes or as a closure that writes while it is being sent.
package struct Response: Sendable {
    /// The body of an answer.
    package enum Body: Sendable {
        case empty
        case bytes(ByteBuffer)
        /// Written while it is sent. A closure that throws breaks the connection (the stream, over HTTP/2), so that the client sees
        /// that the answer is cut; one that returns ends the answer.
        /// - Parameter length: the number of bytes that will be written, if known. Writing more or fewer breaks the connection.
        case stream(length: Int?, @Sendable (ResponseBodyWriter) async throws -> Void)
    }

    package var status: HTTPResponse.Status
    package var headers: HTTPFields
    package var body: Body
    /// The path of the endpoint that gave the answer, for logs and metrics.
    package var route: String?

    package init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A JSON document.
    package static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        bytes(ByteBuffer(bytes: value.serialized()), type: "application/json", status: status, headers: headers)
    }

    /// Bytes of a content type.
    package static func bytes(
        _ bytes: ByteBuffer, type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: .bytes(bytes))
    }

    /// A body that is written while it is sent.
    package static func stream(
        type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], length: Int? = nil,
        _ write: @escaping @Sendable (ResponseBodyWriter) async throws -> Void
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: .stream(length: length, write))
    }
}

/// Sends the body of one answer. Each write suspends while the client is slower than the writer.
package struct ResponseBodyWriter: Sendable {
    private let sink: any ResponseBodySink

    package init(_ sink: any ResponseBodySink) {
        self.sink = sink
    }

    /// Sends bytes; returns when the connection can take more.
    /// - Throws: when the client has gone away or the task was cancelled.
    package func write(_ bytes: ByteBuffer) async throws {
        guard bytes.readableBytes > 0 else { return }
        try await sink.write(bytes)
    }

    /// Sets the fields that go behind the body (RFC 9110 section 6.5). HTTP/1 sends them only with a body whose length was not known; HTTP/2 always
    /// does.
    package func setTrailers(_ fields: HTTPFields) {
        sink.setTrailers(fields)
    }
}

/// Where a body goes.
package protocol ResponseBodySink: Sendable {
    func write(_ bytes: ByteBuffer) async throws
    func setTrailers(_ fields: HTTPFields)
}
