package import HTTPMessages
package import HTTPTypes
package import Logging
package import NIOCore

/// What is known of a request once it is answered.
package struct AccessRecord: Sendable {
    package let request: Request
    package let status: HTTPResponse.Status
    /// Bytes of the answer's body.
    package let bytes: Int
    /// From the request's head to the end of the answer.
    package let duration: TimeAmount
    /// Whether the answer was sent to its end.
    package let isWhole: Bool
    /// The path pattern of the endpoint that answered; `nil` if there was none.
    package let route: String?
    /// Bytes of the request's body that were read.
    package var bytesReceived: Int { request.body.bytesReceived }
}

/// Receives a record of every answered request.
package struct AccessLog: Sendable {
    package let record: @Sendable (AccessRecord) -> Void

    package init(_ record: @escaping @Sendable (AccessRecord) -> Void) {
        self.record = record
    }

    /// One line at level info for each request: method, path, names of query parameters, status, bytes, time, peer, identifier.
    ///
    /// Values of query parameters and all header fields are left out, as they may hold secrets. What looks like a token elsewhere is hidden.
    package static func lines(to logger: Logger) -> AccessLog {
        AccessLog { record in
            guard logger.logLevel <= .info else { return }
            let request = record.request
            var metadata: Logger.Metadata = [
                "request_id": "\(request.id)",
                "method": "\(request.method.rawValue)",
                "path": "\(request.target.rawPath.hidingTokens)",
                "status": "\(record.status.code)",
                "bytes": "\(record.bytes)",
                "us": "\(record.duration.nanoseconds / 1000)",
            ]
            if let peer = request.peer?.ipAddress { metadata["peer"] = "\(peer)" }
            if !request.target.query.isEmpty {
                metadata["query"] = "\(request.target.query.map(\.name).joined(separator: ",").hidingTokens)"
            }
            if !record.isWhole { metadata["cut"] = "true" }
            logger.info("request", metadata: metadata)
        }
    }
}
