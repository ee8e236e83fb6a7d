import HTTPTypes

extension HTTPField.Name {
    static let xRequestID = Self("X-Request-Id")!
    /// HTTP/2 requests may have it besides `:authority`.
    static let hostField = Self("Host")!
}
