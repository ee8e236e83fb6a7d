import HTTPTypes
import NIOCore

/// How the end of an HTTP/1 answer is marked.
enum HTTP1ResponseFraming: Hashable {
    /// There is no body, whatever the fields say: 204, 304, answers to `HEAD`.
    case noBody(length: Int?)
    case length(Int)
    case chunked
    /// For HTTP/1.0: the end of the connection is the end of the body.
    case untilClose
    /// For 101: the rest of the connection belongs to another protocol.
    case tunnel

    init(status: HTTPResponse.Status, length: Int?, isHead: Bool, isHTTP10: Bool) {
        // The length in a 304 would be that of the representation, which is not at hand (RFC 9110 section 8.6).
        if status.code == 204 || status.code == 304 || status.code < 200 {
            self = .noBody(length: nil)
        } else if isHead {
            self = .noBody(length: length)
        } else if let length {
            self = .length(length)
        } else {
            self = isHTTP10 ? .untilClose : .chunked
        }
    }

    /// Writes the status line and the fields, including the empty line.
    func writeHead(_ head: ResponseHead, connection: String?, date: String, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(head.status.code))
        buffer.writeStaticString(" ")
        buffer.writeString(head.status.reasonPhrase)
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeString(date)
        buffer.writeStaticString("\r\n")
        Self.writeFields(head.headers, to: &buffer)
        switch self {
        case .noBody(let length?), .length(let length):
            buffer.writeStaticString("Content-Length: ")
            buffer.writeString(String(length))
            buffer.writeStaticString("\r\n")
        case .chunked:
            buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        case .noBody(nil), .untilClose, .tunnel: break
        }
        if let connection {
            buffer.writeStaticString("Connection: ")
            buffer.writeString(connection)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("\r\n")
    }

    /// Writes the fields, one per line, except those that frame the message.
    static func writeFields(_ fields: HTTPFields, to buffer: inout ByteBuffer) {
        for field in fields where !isFramingField(field.name) {
            buffer.writeString(field.name.rawName)
            buffer.writeStaticString(": ")
            field.withUnsafeBytesOfValue { _ = buffer.writeBytes($0) }
            buffer.writeStaticString("\r\n")
        }
    }

    private static func isFramingField(_ name: HTTPField.Name) -> Bool {
        name == .contentLength || name == .transferEncoding || name == .connection || name == .date
    }

    /// Writes the line that precedes a chunk of that many bytes.
    static func writeChunkHead(_ length: Int, to buffer: inout ByteBuffer) {
        buffer.writeString(String(length, radix: 16))
        buffer.writeStaticString("\r\n")
    }
}
