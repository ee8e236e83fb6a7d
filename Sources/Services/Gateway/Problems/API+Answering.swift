import HTTPEndpoints
import HTTPMessages
import Jobs

extension API where Principal == Caller {
    /// Adds an endpoint that calls the domain. Errors of the domain are answered as problems.
    mutating func serve(_ endpoint: Endpoint, _ handler: @escaping @Sendable (Request, Caller) async throws -> Response) {
        on(endpoint) { request, caller in
            try await answering { try await handler(request, caller) }
        }
    }
}
