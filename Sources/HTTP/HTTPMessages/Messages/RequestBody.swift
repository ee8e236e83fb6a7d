package import HTTPTypes
package import NIOCore

/// The body of a request, read while it arrives. It can be read once.
///
/// Nothing is taken from the connection faster than it is read here, apart from a bounded buffer, and a client that waits for
/// `100 Continue` gets it when the first bytes are asked for. Iterating throws ``Problem`` when the body passes its limit (413), stalls
/// (408) or ends early (400), and `CancellationError` when the task is cancelled.
package struct RequestBody: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    enum Source: Sendable {
        case bytes(ByteBuffer)
        case pipe(BodyPipe)
    }

    let source: Source
    /// Bytes that the client declared with `Content-Length`; `nil` if it did not.
    package let declaredLength: Int?
    /// Iterating throws once more bytes than this have come.
    package var limit: Int
    /// What the body is compared with: iterating throws at its end (400) if it is another one.
    package var digests: [ContentDigest] = []

    /// No body at all.
    package static let empty = RequestBody(bytes: ByteBuffer())

    /// A body that is already there.
    package init(bytes: ByteBuffer) {
        source = .bytes(bytes)
        declaredLength = bytes.readableBytes
        limit = .max
    }

    package init(pipe: BodyPipe, declaredLength: Int?) {
        source = .pipe(pipe)
        self.declaredLength = declaredLength
        limit = .max
    }

    /// Whether it is known that there are no bytes.
    package var isEmpty: Bool { declaredLength == 0 }

    /// The fields behind the body (RFC 9110 section 6.5); nil before all of it has been read, and where there are none. They are not checked:
    /// nothing may be permitted because of them.
    package var trailers: HTTPFields? {
        switch source {
        case .bytes: nil
        case .pipe(let pipe): pipe.trailers
        }
    }

    /// Bytes that have come so far.
    package var bytesReceived: Int {
        switch source {
        case .bytes(let bytes): bytes.readableBytes
        case .pipe(let pipe): pipe.bytesReceived
        }
    }

    /// All bytes of the body.
    /// - Parameter limit: at most so many, and never more than ``limit``; the problem for more is 413.
    package func collect(upTo limit: Int = .max) async throws -> ByteBuffer {
        var body = self
        body.limit = Swift.min(limit, self.limit)
        if let declaredLength, declaredLength > body.limit { throw Problem.bodyTooLarge(limit: body.limit) }
        if case .bytes(let bytes) = source, digests.isEmpty { return bytes }
        var collected = ByteBuffer()
        for try await var part in body {
            if collected.readableBytes == 0 {
                collected = part
            } else {
                collected.writeBuffer(&part)
            }
        }
        return collected
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(source: source, remaining: limit, limit: limit, check: digests.isEmpty ? nil : ContentDigestCheck(digests))
    }

    package struct Iterator: AsyncIteratorProtocol {
        private var source: Source
        private var remaining: Int
        private let limit: Int
        private var check: ContentDigestCheck?

        fileprivate init(source: Source, remaining: Int, limit: Int, check: ContentDigestCheck?) {
            self.source = source
            self.remaining = remaining
            self.limit = limit
            self.check = check
        }

        package mutating func next() async throws -> ByteBuffer? {
            let part: ByteBuffer?
            switch source {
            case .bytes(let bytes):
                part = bytes.readableBytes > 0 ? bytes : nil
                source = .bytes(ByteBuffer())
            case .pipe(let pipe):
                part = try await pipe.next()
            }
            return try counted(part)
        }

        /// Watches the limit and the digests. Apart from the asynchronous part: the compiler (6.3.1, optimising) crashes over both in one function.
        @inline(never)
        private mutating func counted(_ part: ByteBuffer?) throws -> ByteBuffer? {
            guard let part else {
                try check?.verify()
                return nil
            }
            if part.readableBytes > remaining { throw Problem.bodyTooLarge(limit: limit) }
            remaining -= part.readableBytes
            check?.update(part)
            return part
        }
    }
}

extension Problem {
    package static func bodyTooLarge(limit: Int) -> Problem {
        Problem(.bodyTooLarge, "The body is larger than \(limit) bytes")
    }
}
