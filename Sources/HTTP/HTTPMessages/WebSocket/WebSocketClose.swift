/// The end of a WebSocket connection: a code and a reason (RFC 6455 section 7.4). It is thrown when the other side broke the protocol.
package struct WebSocketClose: Error, Sendable, Hashable, CustomStringConvertible {
    package var code: UInt16
    /// At most 123 bytes are sent.
    package var reason: String

    package init(_ code: UInt16, _ reason: String = "") {
        self.code = code
        self.reason = reason
    }

    package var description: String { reason.isEmpty ? "WebSocket closed (\(code))" : "WebSocket closed (\(code)): \(reason)" }

    /// The purpose is fulfilled.
    package static let normal = WebSocketClose(1000)
    /// The server shuts down, or the page was left.
    package static let goingAway = WebSocketClose(1001)
    /// The server failed.
    package static let internalError = WebSocketClose(1011)

    static func protocolError(_ reason: String) -> WebSocketClose { WebSocketClose(1002, reason) }
    static let notUTF8 = WebSocketClose(1007, "the text is not UTF-8")
    static func tooLarge(_ limit: Int) -> WebSocketClose { WebSocketClose(1009, "a message is larger than \(limit) bytes") }

    /// Whether the code may be sent in a frame.
    var isSendable: Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
