package import HTTPMessages
package import HTTPTypes
import JSON
import NIOCore

extension Response {
    /// A JSON document.
    package static func json<Value: ResourceValue>(
        _ value: Value, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var json = JSONWriter(capacity: 512)
        Value.resource.codec.write(value, &json)
        return bytes(json.withUnsafeBytes { ByteBuffer(bytes: $0) }, type: "application/json", status: status, headers: headers)
    }
}
