import HTTPTypes
package import NIOCore

/// Reads a `multipart/form-data` body (RFC 7578) part by part while it arrives. It holds no more than one piece of the body at a time.
///
///     var parts = try MultipartReader(request)
///     while let part = try await parts.nextPart() {
///         while let bytes = try await parts.nextBytes() { … }
///     }
package struct MultipartReader {
    /// The head of one part.
    package struct Part: Sendable, Hashable {
        /// `name` of its `Content-Disposition`.
        package var name: String
        /// `filename` of its `Content-Disposition`, just as it was sent: not yet fit to be a path.
        package var filename: String?
        package var contentType: MediaType?
    }

    private var machine: MultipartMachine
    private var body: RequestBody.Iterator
    private var isBodyOver = false

    /// - Throws: a ``Problem`` (400) if the request's content type has no usable boundary.
    package init(_ request: Request) throws(Problem) {
        guard let boundary = request.headers[.contentType].flatMap({ MultipartMachine.boundary(contentType: $0) }) else {
            throw .multipart("The content type has no usable boundary")
        }
        machine = MultipartMachine(boundary: boundary)
        body = request.body.makeAsyncIterator()
    }

    /// The next part, skipping what was not read of the one before; `nil` after the last one.
    /// - Throws: a ``Problem`` (400) if the body is not what its content type says, and what reading the body throws.
    package mutating func nextPart() async throws -> Part? {
        while true {
            switch try await next() {
            case .part(let part): return part
            case .bytes, .partEnd: continue
            case .end: return nil
            }
        }
    }

    /// More bytes of the present part; `nil` at its end.
    /// - Throws: as ``nextPart()``.
    package mutating func nextBytes() async throws -> ByteBuffer? {
        switch try await next() {
        case .bytes(let bytes): return bytes
        case .partEnd: return nil
        case .part, .end: throw Problem.multipart("There is no part to read from")
        }
    }

    private mutating func next() async throws -> MultipartMachine.Event {
        while true {
            if let event = try machine.next() { return event }
            guard !isBodyOver else { throw Problem.multipart("The body ends before its last boundary") }
            if let bytes = try await body.next() {
                machine.receive(bytes)
            } else {
                isBodyOver = true
                machine.receiveEnd()
            }
        }
    }
}

extension Problem {
    static func multipart(_ detail: String) -> Problem {
        Problem(.badMultipart, detail)
    }
}

extension Problem.Kind {
    static let badMultipart = Self("BAD_MULTIPART", .badRequest, "Bad multipart body")
}
