import HTTPMessages
import HTTPTypes
import NIOCore

extension Response {
    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        .bytes(ByteBuffer(string: text), type: "text/plain", status: status)
    }
}
