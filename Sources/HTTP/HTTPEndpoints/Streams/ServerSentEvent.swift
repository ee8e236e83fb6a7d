package import HTTPMessages
import HTTPTypes
package import NIOCore

/// One event of a `text/event-stream` (HTML Living Standard, section 9.2).
package struct ServerSentEvent: Sendable, Hashable {
    /// The event's type; without it clients see `message`.
    package var name: String?
    /// What a client sends back as `Last-Event-ID` when it reconnects.
    package var id: String?
    /// The payload; line breaks are allowed.
    package var data: String
    /// How long a client waits before it reconnects.
    package var retryMilliseconds: Int?

    package init(name: String? = nil, id: String? = nil, data: String, retryMilliseconds: Int? = nil) {
        self.name = name
        self.id = id
        self.data = data
        self.retryMilliseconds = retryMilliseconds
    }

    /// Appends the event with the empty line that ends it. A name or an identifier with line breaks or NULs, which the format cannot carry, is
    /// left out.
    package func encode(into buffer: inout ByteBuffer) {
        if let name, Self.isOneLine(name) { Self.writeLine("event", Substring(name), to: &buffer) }
        if let id, Self.isOneLine(id) { Self.writeLine("id", Substring(id), to: &buffer) }
        if let retryMilliseconds { Self.writeLine("retry", Substring(String(retryMilliseconds)), to: &buffer) }
        var rest = Substring(data).utf8
        while true {
            let end = rest.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? rest.endIndex
            Self.writeLine("data", Substring(rest[..<end]), to: &buffer)
            guard end < rest.endIndex else { break }
            let isPair = rest[end...].starts(with: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
            rest = rest[rest.index(end, offsetBy: isPair ? 2 : 1)...]
        }
        buffer.writeStaticString("\n")
    }

    /// Appends a line that clients ignore and that keeps a connection from looking dead. Line breaks in it become spaces.
    package static func encode(comment: String, into buffer: inout ByteBuffer) {
        buffer.writeStaticString(":")
        buffer.writeBytes(comment.utf8.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 })
        buffer.writeStaticString("\n\n")
    }

    private static func isOneLine(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 != 0 && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    }

    private static func writeLine(_ field: StaticString, _ value: Substring, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(field)
        buffer.writeStaticString(": ")
        buffer.writeSubstring(value)
        buffer.writeStaticString("\n")
    }
}

extension Response {
    /// An event stream that lasts as long as its events, with a comment whenever a time has passed, so that proxies and clients see that it is
    /// alive and the server sees when a client is gone.
    /// - Parameters:
    ///   - events: iterated when the stream begins. If they throw, the connection is broken; send an event that says so first where that helps.
    ///   - atShutdown: sent as the last event when the server drains; without it the stream then just ends.
    ///   - pingInterval: between two comments.
    ///   - clock: measures the interval.
    package static func events<Events: AsyncSequence & Sendable>(
        _ events: Events, atShutdown: ServerSentEvent? = nil, pingInterval: Duration = .seconds(15),
        clock: some Clock<Duration> = ContinuousClock()
    ) -> Response where Events.Element == ServerSentEvent {
        stream(type: "text/event-stream", headers: [.cacheControl: "no-store"]) { writer in
            var ping = ByteBuffer()
            ServerSentEvent.encode(comment: " ping", into: &ping)
            let comment = ping
            var last = ByteBuffer()
            atShutdown?.encode(into: &last)
            let end = last
            try await writer.live(ping: { comment }, every: pingInterval, atShutdown: { end }, clock: clock) { writer in
                for try await event in events { try await writer.write(event) }
            }
        }
    }
}

extension ResponseBodyWriter {
    /// Sends one event.
    package func write(_ event: ServerSentEvent) async throws {
        var buffer = ByteBuffer()
        event.encode(into: &buffer)
        try await write(buffer)
    }
}
