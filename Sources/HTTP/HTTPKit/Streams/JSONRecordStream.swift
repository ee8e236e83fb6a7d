import NIOCore

/// Writes many JSON values as one streamed body, collecting them into chunks.
///
///     var records = JSONRecordStream(writer, format: .array(opening: #"{"jobs":["#))
///     for try await batch in batches {
///         for ad in batch { records.append(ad.json) }
///         try await records.flushIfFull()
///     }
///     try await records.finish(closing: #"],"count":\#(records.count)}"#)
///
/// A body that is not finished is not whole: throw out of the writing closure instead, so that the client can tell.
package struct JSONRecordStream: ~Copyable {
    /// How the values are joined.
    package enum Format: Sendable, Hashable {
        /// Separated by commas, after a text that opens the array.
        case array(opening: String)
        /// NDJSON: each value ends in a newline.
        case lines
    }

    private let writer: ResponseBodyWriter
    private let format: Format
    private let chunkSize: Int
    private var buffer: ByteBuffer
    /// Values appended so far.
    package private(set) var count = 0

    /// - Parameter chunkSize: bytes that ``flushIfFull()`` waits for.
    package init(_ writer: ResponseBodyWriter, format: Format, chunkSize: Int = 32 * 1024) {
        self.writer = writer
        self.format = format
        self.chunkSize = chunkSize
        buffer = ByteBufferAllocator().buffer(capacity: chunkSize + chunkSize / 4)
        if case .array(let opening) = format { buffer.writeString(opening) }
    }

    /// Appends the JSON text of one value, which must be whole and without line breaks between its tokens.
    package mutating func append(_ json: some Sequence<UInt8>) {
        separate()
        buffer.writeBytes(json)
        if format == .lines { buffer.writeInteger(UInt8(ascii: "\n")) }
    }

    /// Appends the JSON text of one value.
    package mutating func append(_ json: UnsafeRawBufferPointer) {
        separate()
        buffer.writeBytes(json)
        if format == .lines { buffer.writeInteger(UInt8(ascii: "\n")) }
    }

    private mutating func separate() {
        if count > 0, format != .lines { buffer.writeInteger(UInt8(ascii: ",")) }
        count += 1
    }

    /// Sends what has been collected if it is worth a chunk. To be called between batches, and after at most a chunk's worth of values.
    package mutating func flushIfFull() async throws {
        if buffer.readableBytes >= chunkSize { try await flush() }
    }

    /// Sends what has been collected, as before waiting for a slow source.
    package mutating func flush() async throws {
        guard buffer.readableBytes > 0 else { return }
        let chunk = buffer
        buffer = ByteBufferAllocator().buffer(capacity: chunkSize + chunkSize / 4)
        try await writer.write(chunk)
    }

    /// Sends the rest.
    /// - Parameter closing: the text after the last value: the end of the array and of what surrounds it, or the last line with its newline.
    package consuming func finish(closing: String) async throws {
        buffer.writeString(closing)
        try await writer.write(buffer)
    }
}
