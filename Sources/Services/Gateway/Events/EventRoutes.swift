import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs

/// `GET /events`
struct EventRoutes: Sendable {
    let events: EventService
    private static let eventStream: MediaType = "text/event-stream"

    func watch(_ request: Request, _ caller: Caller) async throws -> Response {
        let filter = try EventFilter(request)
        let since = try request.query(EventEndpoints.since)
        var cursor = try request.header(EventEndpoints.lastEventID)
        if cursor == nil, case .cursor(let place) = since { cursor = place }
        let subscription = try await events.subscribe(filter, after: cursor, caller)
        let format: EventFormat =
            request.acceptedTypes.best(of: [Self.eventStream, "application/x-ndjson"]) == "application/x-ndjson" ? .lines : .events
        let stream = EventStream(subscription: subscription, format: format)
        var headers: HTTPFields = [.cacheControl: "no-store"]
        // Asks reverse proxies not to buffer the answer.
        if let buffering = HTTPField.Name("X-Accel-Buffering") { headers[buffering] = "no" }
        return .stream(type: format.contentType, headers: headers) { try await stream.send(to: $0) }
    }
}
