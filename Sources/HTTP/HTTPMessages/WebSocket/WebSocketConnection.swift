package import NIOCore
import Synchronization

/// A message of a WebSocket connection.
package enum WebSocketMessage: Sendable, Hashable {
    case text(String)
    case binary(ByteBuffer)
}

/// Reads the messages of a client. Pings are answered here.
package struct WebSocketInbound {
    private var decoder: WebSocketDecoder
    private var bytes: RequestBody.Iterator
    private let outbound: WebSocketOutbound

    init(_ bytes: RequestBody, messageLimit: Int, outbound: WebSocketOutbound) {
        decoder = WebSocketDecoder(side: .server, messageLimit: messageLimit)
        self.bytes = bytes.makeAsyncIterator()
        self.outbound = outbound
    }

    /// The next message; nil when the client has closed.
    /// - Throws: ``WebSocketClose`` when the client broke the protocol, after it was told so; what reading and writing throw.
    package mutating func next() async throws -> WebSocketMessage? {
        while true {
            switch try await nextEvent() {
            case .text(let text): return .text(text)
            case .binary(let bytes): return .binary(bytes)
            case .ping(let payload): try await outbound.send(.pong, payload)
            case .pong: continue
            case .close(let close):
                try await outbound.close(close ?? .normal)
                return nil
            case nil: return nil
            }
        }
    }

    private mutating func nextEvent() async throws -> WebSocketDecoder.Event? {
        while true {
            do {
                if let event = try decoder.next() { return event }
            } catch {
                try await outbound.close(error)
                throw error
            }
            guard let more = try await bytes.next() else { return nil }
            decoder.receive(more)
        }
    }
}

/// Sends messages to a client, from any task. Each call suspends while the client is slower than the sender.
package struct WebSocketOutbound: Sendable {
    private final class State: Sendable {
        let isClosed = Mutex(false)
    }

    private let writer: ResponseBodyWriter
    private let state = State()

    init(_ writer: ResponseBodyWriter) {
        self.writer = writer
    }

    package func send(_ text: String) async throws { try await send(.text, ByteBuffer(string: text)) }

    package func send(_ bytes: ByteBuffer) async throws { try await send(.binary, bytes) }

    /// Sends a ping, for a sign of life.
    package func ping() async throws { try await send(.ping, ByteBuffer()) }

    /// Says that nothing more will be sent, and why. Only the first call does.
    package func close(_ close: WebSocketClose) async throws {
        let isFirst = state.isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        var frame = ByteBuffer()
        WebSocketFrame.encode(close, into: &frame)
        try await writer.write(frame)
    }

    func send(_ opcode: WebSocketFrame.Opcode, _ payload: ByteBuffer) async throws {
        if state.isClosed.withLock({ $0 }) { throw ConnectionClosed() }
        var frame = ByteBuffer()
        WebSocketFrame.encode(opcode, payload, into: &frame)
        try await writer.write(frame)
    }
}
