package import NIOCore

/// Reads the values of one message after the other, packet by packet, while they arrive.
///
/// Give it the packets of a message with ``append(_:)``. Each reading call either consumes its value, or fails and consumes nothing.
/// ``CedarError/Code/incomplete`` means that the value is not there yet: append the next packet and repeat the call. Several values
/// that belong together are read with ``attempt(_:)``. So a reply of a million ads in one message needs the memory of one packet and one ad.
package struct MessageDecoder: Sendable {
    /// True when the message comes over an encrypted connection: strings then have a length.
    package let encrypted: Bool
    /// True when the last packet of the current message has been appended.
    package private(set) var hasWholeMessage = false

    /// Longest string accepted, in bytes (the limit of HTCondor's own receivers).
    package static let maximumStringLength = 10_000_000
    /// Undecoded bytes it holds at most, unless told otherwise.
    package static let defaultBufferLimit = 64 << 20

    var buffer = ByteBuffer()
    /// Bytes consumed since the decoder was made: positions that stay valid when the buffer moves.
    private(set) var position: UInt64 = 0
    private let bufferLimit: Int
    /// How far an ad that was not complete at the last attempt has been looked through.
    var adScan: AdScan?

    /// - Parameter bufferLimit: undecoded bytes it holds at most; appending more fails.
    package init(encrypted: Bool, bufferLimit: Int = MessageDecoder.defaultBufferLimit) {
        self.encrypted = encrypted
        self.bufferLimit = bufferLimit
    }

    /// A decoder over the bytes of one whole message.
    package init(message: [UInt8], encrypted: Bool) {
        self.init(encrypted: encrypted, bufferLimit: max(message.count, Self.defaultBufferLimit))
        buffer = ByteBuffer(bytes: message)
        hasWholeMessage = true
    }

    /// Bytes of the current message that have arrived and not been read.
    package var bufferedByteCount: Int { buffer.readableBytes }

    /// True when everything of the current message has arrived and been read.
    package var isAtEndOfMessage: Bool { hasWholeMessage && buffer.readableBytes == 0 }

    /// Takes the next packet of the current message.
    package mutating func append(_ packet: PacketCodec.Packet) throws(CedarError) {
        guard !hasWholeMessage else {
            throw CedarError(.unexpectedEvent, "a packet of the next message came before the end of this one was read")
        }
        if buffer.readableBytes == 0 {
            buffer = packet.payload
        } else {
            guard packet.payload.readableBytes <= bufferLimit - buffer.readableBytes else {
                throw CedarError(.limitExceeded, "a message holds a value of more than \(bufferLimit) bytes")
            }
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(packet.payload)
        }
        hasWholeMessage = packet.endsMessage
    }

    /// Runs several reads as one: when one of them fails, nothing has been consumed.
    package mutating func attempt<Result>(
        _ body: (inout MessageDecoder) throws(CedarError) -> Result
    ) throws(CedarError) -> Result {
        let index = buffer.readerIndex
        let start = position
        do throws(CedarError) {
            return try body(&self)
        } catch {
            buffer.moveReaderIndex(to: index)
            position = start
            throw error
        }
    }

    // MARK: Values

    /// An integer of any declared width: eight bytes.
    package mutating func readInteger() throws(CedarError) -> Int64 {
        guard let value: Int64 = buffer.getInteger(at: buffer.readerIndex) else { throw shortage }
        advance(by: 8)
        return value
    }

    /// A number of things: 0 … `limit`.
    package mutating func readCount(limit: Int) throws(CedarError) -> Int {
        let value: Int64 = try peekInteger()
        guard value >= 0 else { throw CedarError(.malformed, "a count is negative") }
        guard value <= Int64(limit) else { throw CedarError(.limitExceeded, "a count is over its limit of \(limit)") }
        advance(by: 8)
        return Int(value)
    }

    /// A truth value: any integer but 0.
    package mutating func readBool() throws(CedarError) -> Bool {
        try readInteger() != 0
    }

    /// A single byte.
    package mutating func readByte() throws(CedarError) -> UInt8 {
        guard let value: UInt8 = buffer.getInteger(at: buffer.readerIndex) else { throw shortage }
        advance(by: 1)
        return value
    }

    /// Exactly `count` bytes, which must be there at once. For long runs use ``readAvailableBytes(upTo:)``.
    package mutating func readBytes(_ count: Int) throws(CedarError) -> [UInt8] {
        guard count >= 0 else { throw CedarError(.malformed, "a length is negative") }
        guard count <= bufferLimit else { throw CedarError(.limitExceeded, "a value has more than \(bufferLimit) bytes") }
        guard let bytes = buffer.getBytes(at: buffer.readerIndex, length: count) else { throw shortage }
        advance(by: count)
        return bytes
    }

    /// As many bytes as have arrived, at least one and at most `limit`, without a copy.
    package mutating func readAvailableBytes(upTo limit: Int) throws(CedarError) -> ByteBuffer {
        let count = min(limit, buffer.readableBytes)
        guard count > 0, let slice = buffer.getSlice(at: buffer.readerIndex, length: count) else { throw shortage }
        advance(by: count)
        return slice
    }

    /// A floating-point number; see ``MessageEncoder/write(double:)``.
    package mutating func readDouble() throws(CedarError) -> Double {
        try attempt { decoder throws(CedarError) in
            let fraction = try decoder.readInteger()
            let exponent = try decoder.readInteger()
            let magnitude = Double(fraction) / 2_147_483_647
            guard magnitude != 0 else { return 0 }
            return Double(sign: .plus, exponent: Int(min(max(exponent, -5_000), 5_000)), significand: magnitude)
        }
    }

    /// A string; a missing one (NULL) reads as the empty one. Bytes that are not UTF-8 become U+FFFD.
    package mutating func readString() throws(CedarError) -> String {
        try readOptionalString() ?? ""
    }

    /// A string, nil when the sender wrote NULL.
    package mutating func readOptionalString() throws(CedarError) -> String? {
        let range = try stringExtent(at: 0)
        let text = buffer.withUnsafeReadableBytes { bytes -> String? in
            let content = bytes[range.content]
            return range.isNull ? nil : String(decoding: content, as: UTF8.self)
        }
        advance(by: range.end)
        return text
    }

    /// A string as bytes, for text that need not be UTF-8.
    package mutating func readStringBytes() throws(CedarError) -> [UInt8] {
        let range = try stringExtent(at: 0)
        let bytes = buffer.withUnsafeReadableBytes { range.isNull ? [] : Array($0[range.content]) }
        advance(by: range.end)
        return bytes
    }

    // MARK: End of message

    /// Ends the current message: everything of it must have been read. The decoder is then ready for the next message.
    package mutating func readEndOfMessage() throws(CedarError) {
        guard buffer.readableBytes == 0 else {
            throw CedarError(.trailingBytes, "the message has \(buffer.readableBytes) bytes more than expected")
        }
        guard hasWholeMessage else { throw .incomplete }
        hasWholeMessage = false
    }

    /// Skips what is left of the current message.
    package mutating func discardMessage() throws(CedarError) {
        advance(by: buffer.readableBytes)
        guard hasWholeMessage else { throw .incomplete }
        hasWholeMessage = false
    }

    // MARK: Helpers

    /// The error for a value that ends after the last byte that is there.
    var shortage: CedarError {
        hasWholeMessage ? CedarError(.messageTooShort, "the message ends before its last value") : .incomplete
    }

    mutating func advance(by count: Int) {
        buffer.moveReaderIndex(forwardBy: count)
        position += UInt64(count)
    }

    private func peekInteger() throws(CedarError) -> Int64 {
        guard let value: Int64 = buffer.getInteger(at: buffer.readerIndex) else { throw shortage }
        return value
    }

    /// Where a string lies, in offsets from the reader index.
    struct StringExtent {
        var content: Range<Int>
        /// Offset of the byte after the string.
        var end: Int
        var isNull: Bool
    }

    func stringExtent(at offset: Int) throws(CedarError) -> StringExtent {
        try buffer.withUnsafeReadableBytes { bytes throws(CedarError) in
            try Self.stringExtent(in: bytes, at: offset, encrypted: encrypted, shortage: shortage)
        }
    }

    /// Finds the string at `offset`; `shortage` is thrown when it is not there completely.
    static func stringExtent(
        in bytes: UnsafeRawBufferPointer, at offset: Int, encrypted: Bool, shortage: @autoclosure () -> CedarError
    ) throws(CedarError) -> StringExtent {
        if encrypted {
            guard bytes.count - offset >= 8 else { throw shortage() }
            let length = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self))
            guard length >= 1 else { throw CedarError(.malformed, "a string has the length \(length)") }
            guard length <= Int64(maximumStringLength) else {
                throw CedarError(.limitExceeded, "a string is longer than \(maximumStringLength) bytes")
            }
            let start = offset + 8
            guard bytes.count - start >= Int(length) else { throw shortage() }
            let end = start + Int(length)
            if bytes[start] == MessageEncoder.nullString { return StringExtent(content: start..<start, end: end, isNull: true) }
            guard bytes[end - 1] == 0 else { throw CedarError(.malformed, "a string does not end with NUL") }
            return StringExtent(content: start..<(end - 1), end: end, isNull: false)
        }
        guard bytes.count > offset else { throw shortage() }
        if bytes[offset] == MessageEncoder.nullString { return StringExtent(content: offset..<offset, end: offset + 1, isNull: true) }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        guard let length = rest.firstIndex(of: 0) else {
            guard rest.count <= maximumStringLength else {
                throw CedarError(.limitExceeded, "a string is longer than \(maximumStringLength) bytes")
            }
            throw shortage()
        }
        return StringExtent(content: offset..<(offset + length), end: offset + length + 1, isNull: false)
    }
}
