import HTTPEndpoints
import HTTPMessages
import Jobs

extension API where Principal == Caller {
    /// Serves an endpoint that calls the domain: what the domain throws is answered as a problem.
    mutating func serve(_ endpoint: Endpoint, _ handler: @escaping @Sendable (Request, Caller) async throws -> Response) {
        on(endpoint) { request, caller in
            try await answering { try await handler(request, caller) }
        }
    }
}
