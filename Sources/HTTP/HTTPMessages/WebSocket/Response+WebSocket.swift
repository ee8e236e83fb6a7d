import Cryptography
import HTTPTypes
import Logging
import NIOCore
import Text

extension Response {
    /// Accepts a WebSocket handshake (RFC 6455 section 4.2): the answer 101, and a connection that lasts as long as `converse`.
    ///
    /// When `converse` returns or throws, the client is told that the connection ends.
    /// - Parameters:
    ///   - protocols: the subprotocols that are spoken here, the preferred one first.
    ///   - messageLimit: bytes of the largest message that a client may send.
    ///   - converse: reads messages and sends some.
    /// - Throws: a ``Problem`` (400) if the request is no such handshake.
    package static func webSocket(
        _ request: Request, protocols: [String] = [], messageLimit: Int = 1024 * 1024,
        _ converse: @escaping @Sendable (inout WebSocketInbound, WebSocketOutbound) async throws -> Void
    ) throws(Problem) -> Response {
        guard request.method == .get, let upgrade = request.upgrade, upgrade.protocols.contains("websocket") else {
            throw Problem(.badRequest, "This is for WebSocket connections over HTTP/1.1", headers: [.upgrade: "websocket"])
        }
        guard request.headers[.secWebSocketVersion] == "13" else {
            throw Problem(.badRequest, "Only version 13 of the WebSocket protocol is spoken here", headers: [.secWebSocketVersion: "13"])
        }
        guard let key = request.headers[.secWebSocketKey], Base64.decode(key.utf8)?.count == 16 else {
            throw Problem(.badRequest, "The Sec-WebSocket-Key is not 16 bytes in base64")
        }
        var headers: HTTPFields = [.upgrade: "websocket", .secWebSocketAccept: accept(key)]
        let wanted = (request.headers[.secWebSocketProtocol] ?? "").split(separator: ",").map { $0.drop { $0 == " " }.prefix { $0 != " " } }
        if let chosen = protocols.first(where: { name in wanted.contains { $0 == name } }) { headers[.secWebSocketProtocol] = chosen }
        let logger = request.logger
        return Response(
            status: .switchingProtocols, headers: headers,
            body: .stream(length: nil) { writer in
                let outbound = WebSocketOutbound(writer)
                var inbound = WebSocketInbound(upgrade.bytes, messageLimit: messageLimit, outbound: outbound)
                do {
                    try await converse(&inbound, outbound)
                } catch is WebSocketClose {
                    return
                } catch is CancellationError {
                    try await outbound.close(.goingAway)
                    return
                } catch let error as ConnectionClosed {
                    throw error
                } catch {
                    logger.warning("WebSocket conversation failed", metadata: ["error": "\(error)"])
                    try await outbound.close(.internalError)
                    return
                }
                try await outbound.close(.normal)
            })
    }

    /// The value of `Sec-WebSocket-Accept` for a key.
    static func accept(_ key: String) -> String {
        var hash = Hash(.sha1)
        hash.update(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return Base64.encode(hash.finalize())
    }
}
