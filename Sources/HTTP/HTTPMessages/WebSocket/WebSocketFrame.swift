package import NIOCore

/// The frames of RFC 6455, section 5.
package enum WebSocketFrame {
    /// Kinds of frames.
    package enum Opcode: UInt8, Sendable, Hashable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        /// Control frames come between the frames of a message, are whole, and carry at most 125 bytes.
        var isControl: Bool { rawValue >= 8 }
    }

    /// Appends a frame.
    /// - Parameter mask: clients mask with random bits; servers never mask.
    package static func encode(
        _ opcode: Opcode, _ payload: ByteBuffer, isFinal: Bool = true, mask: UInt32? = nil, into buffer: inout ByteBuffer
    ) {
        let length = payload.readableBytes
        buffer.reserveCapacity(minimumWritableBytes: length + 14)
        buffer.writeInteger(opcode.rawValue | (isFinal ? 0x80 : 0))
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        switch length {
        case ...125: buffer.writeInteger(UInt8(length) | maskBit)
        case ...0xFFFF:
            buffer.writeInteger(126 | maskBit)
            buffer.writeInteger(UInt16(length))
        default:
            buffer.writeInteger(127 | maskBit)
            buffer.writeInteger(UInt64(length))
        }
        guard let mask else {
            buffer.writeImmutableBuffer(payload)
            return
        }
        buffer.writeInteger(mask)
        var payload = payload
        apply(mask, to: &payload)
        buffer.writeBuffer(&payload)
    }

    /// Appends a close frame.
    package static func encode(_ close: WebSocketClose, mask: UInt32? = nil, into buffer: inout ByteBuffer) {
        var payload = ByteBuffer()
        payload.writeInteger(close.code)
        var reason = Substring(close.reason)
        while reason.utf8.count > 123 { reason.removeLast() }
        payload.writeSubstring(reason)
        encode(.close, payload, mask: mask, into: &buffer)
    }

    /// Masks, or removes a mask.
    static func apply(_ mask: UInt32, to payload: inout ByteBuffer) {
        let key = (
            UInt8(truncatingIfNeeded: mask >> 24), UInt8(truncatingIfNeeded: mask >> 16), UInt8(truncatingIfNeeded: mask >> 8),
            UInt8(truncatingIfNeeded: mask)
        )
        payload.withUnsafeMutableReadableBytes { bytes in
            for index in bytes.indices {
                switch index & 3 {
                case 0: bytes[index] ^= key.0
                case 1: bytes[index] ^= key.1
                case 2: bytes[index] ^= key.2
                default: bytes[index] ^= key.3
                }
            }
        }
    }
}
