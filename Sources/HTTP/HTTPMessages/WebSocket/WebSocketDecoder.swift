package import NIOCore

/// Makes messages of the bytes of one direction of a WebSocket connection (RFC 6455). It knows no socket: bytes in, events out.
package struct WebSocketDecoder: Sendable {
    /// The side that reads. A server demands masks, a client refuses them.
    package enum Side: Sendable, Hashable {
        case server
        case client
    }

    /// Something that the other side sent.
    package enum Event: Sendable, Hashable {
        case text(String)
        case binary(ByteBuffer)
        case ping(ByteBuffer)
        case pong(ByteBuffer)
        /// The last event; nil if it came without a code.
        case close(WebSocketClose?)
    }

    private struct Header {
        var opcode: WebSocketFrame.Opcode
        var isFinal: Bool
        /// Bytes of the header.
        var size: Int
        /// Bytes of the payload.
        var length: Int
        var mask: UInt32?
    }

    private let side: Side
    private let messageLimit: Int
    private var buffer = ByteBuffer()
    /// The frames so far of a message in several frames.
    private var message: (opcode: WebSocketFrame.Opcode, payload: ByteBuffer)?
    private var isClosed = false

    /// - Parameter messageLimit: bytes of the largest message; a larger one ends the connection (1009) before it has arrived.
    package init(side: Side, messageLimit: Int = 1024 * 1024) {
        self.side = side
        self.messageLimit = messageLimit
    }

    /// Adds bytes. Take all events before adding more, so that no more than one frame is held.
    package mutating func receive(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The next event; nil until more bytes have come, and after a close.
    /// - Throws: the close that is to be sent, when the other side broke the protocol or a limit.
    package mutating func next() throws(WebSocketClose) -> Event? {
        while !isClosed, let header = try header() {
            guard buffer.readableBytes >= header.size + header.length else { return nil }
            buffer.moveReaderIndex(forwardBy: header.size)
            guard var payload = buffer.readSlice(length: header.length) else { return nil }
            if let mask = header.mask { WebSocketFrame.apply(mask, to: &payload) }
            if let event = try event(header, payload) { return event }
        }
        return nil
    }

    private func header() throws(WebSocketClose) -> Header? {
        let start = buffer.readerIndex
        guard let first = buffer.getInteger(at: start, as: UInt8.self), let second = buffer.getInteger(at: start + 1, as: UInt8.self),
            buffer.readableBytes >= 2
        else { return nil }
        guard first & 0x70 == 0 else { throw .protocolError("a reserved bit is set") }
        guard let opcode = WebSocketFrame.Opcode(rawValue: first & 0x0F) else { throw .protocolError("the opcode is unknown") }
        let isMasked = second & 0x80 != 0
        guard isMasked == (side == .server) else { throw .protocolError(isMasked ? "the frame is masked" : "the frame is not masked") }
        var header = Header(opcode: opcode, isFinal: first & 0x80 != 0, size: 2, length: Int(second & 0x7F))
        if opcode.isControl {
            guard header.isFinal, header.length <= 125 else { throw .protocolError("a control frame is long or in pieces") }
        }
        switch header.length {
        case 126:
            guard buffer.readableBytes >= 4, let length = buffer.getInteger(at: start + 2, as: UInt16.self) else { return nil }
            guard length > 125 else { throw .protocolError("a length is longer than it must be") }
            header.length = Int(length)
            header.size = 4
        case 127:
            guard buffer.readableBytes >= 10, let length = buffer.getInteger(at: start + 2, as: UInt64.self) else { return nil }
            guard length > 0xFFFF, length <= UInt64(Int64.max) else { throw .protocolError("a length is not as it must be") }
            header.length = Int(length)
            header.size = 10
        default: break
        }
        guard header.length <= messageLimit - (opcode.isControl ? 0 : message?.payload.readableBytes ?? 0) || opcode.isControl else {
            throw .tooLarge(messageLimit)
        }
        if isMasked {
            guard buffer.readableBytes >= header.size + 4, let mask = buffer.getInteger(at: start + header.size, as: UInt32.self) else { return nil }
            header.mask = mask
            header.size += 4
        }
        return header
    }

    private mutating func event(_ header: Header, _ payload: ByteBuffer) throws(WebSocketClose) -> Event? {
        switch header.opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong(payload)
        case .close:
            isClosed = true
            return .close(try Self.close(payload))
        case .continuation:
            guard var message else { throw .protocolError("a continuation continues nothing") }
            message.payload.writeImmutableBuffer(payload)
            self.message = header.isFinal ? nil : message
            return header.isFinal ? try Self.event(message.opcode, message.payload) : nil
        case .text, .binary:
            guard message == nil else { throw .protocolError("a message begins before the last one has ended") }
            if header.isFinal { return try Self.event(header.opcode, payload) }
            message = (header.opcode, payload)
            return nil
        }
    }

    private static func event(_ opcode: WebSocketFrame.Opcode, _ payload: ByteBuffer) throws(WebSocketClose) -> Event {
        guard opcode == .text else { return .binary(payload) }
        guard let text = String(validating: payload.readableBytesView, as: UTF8.self) else { throw .notUTF8 }
        return .text(text)
    }

    private static func close(_ payload: ByteBuffer) throws(WebSocketClose) -> WebSocketClose? {
        if payload.readableBytes == 0 { return nil }
        var payload = payload
        guard let code = payload.readInteger(as: UInt16.self) else { throw .protocolError("a close frame has half a code") }
        guard let reason = String(validating: payload.readableBytesView, as: UTF8.self) else { throw .notUTF8 }
        let close = WebSocketClose(code, reason)
        guard close.isSendable else { throw .protocolError("the close code \(code) must not be sent") }
        return close
    }
}
