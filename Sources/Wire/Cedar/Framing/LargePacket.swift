import NIOCore

/// An encrypted packet above ``PacketCodec/maximumBodyLength`` while it arrives.
///
/// It needs one buffer of its own size: the bytes of the connection are moved into it as they come, and it is decrypted where it is.
struct LargePacket: Sendable {
    private let header: [UInt8]
    private let length: Int
    private var body = ByteBuffer()

    /// - Parameter length: bytes of the body, more than a cipher adds.
    init(header: [UInt8], length: Int) {
        self.header = header
        self.length = length
        // Memory that is not written to yet costs nothing.
        body.reserveCapacity(length)
    }

    var endsMessage: Bool { header.first != 0 }
    var isWhole: Bool { body.readableBytes == length }
    /// Bytes of the packet that have arrived.
    var byteCount: Int { header.count + body.readableBytes }

    /// Moves bytes of this packet out of the connection's buffer.
    mutating func take(from input: inout ByteBuffer) {
        guard let bytes = input.readSlice(length: min(length - body.readableBytes, input.readableBytes)) else { return }
        body.writeImmutableBuffer(bytes)
    }

    /// The plaintext of the whole packet.
    mutating func open(with cipher: inout PacketCipher) throws(CedarError) -> ByteBuffer {
        let start = min(cipher.overhead - PacketCipher.tagLength, length)
        let count = try body.withUnsafeMutableReadableBytes { bytes throws(CedarError) in
            try cipher.open(UnsafeRawBufferPointer(bytes), header: header, into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
        }
        return body.getSlice(at: body.readerIndex + start, length: count) ?? ByteBuffer()
    }
}
