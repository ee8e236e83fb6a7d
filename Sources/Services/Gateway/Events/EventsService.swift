import ClassAd
import CondorClient
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore

/// `GET /events`
struct EventsService: Sendable {
    let client: CondorClient
    let watchers: QueueWatchers
    /// Between two questions to the schedd.
    let interval: TimeAmount
    private static let eventStream: MediaType = "text/event-stream"

    func watch(_ request: Request, _ caller: Caller) async throws -> Response {
        let filter = try EventFilter(request)
        let since = try request.query(EventEndpoints.since)
        let lastEvent = try request.header(EventEndpoints.lastEventID)
        let use = try watchers.use(caller, client)
        let watcher = use.watcher
        guard watcher.watch(filter.attributes) else {
            throw Problem(.tooManyStreams, "Too many different attributes are watched", headers: [.retryAfter: "300"])
        }
        // Nothing is answered before the scheduler has accepted the identity.
        try await withTaskExecutorPreference(globalConcurrentExecutor) { try await watcher.synchronise() }
        let start: EventCursor
        switch (lastEvent, since) {
        case (let cursor?, _), (nil, .cursor(let cursor)):
            guard watcher.holds(cursor, filter.attributes) else {
                throw Problem(.cursorGone, "The events behind this cursor are no longer known; begin again without a cursor")
            }
            start = cursor
        case (nil, .now), (nil, nil): start = watcher.head
        }
        let format: EventFormat =
            request.acceptedTypes.best(of: [Self.eventStream, "application/x-ndjson"]) == "application/x-ndjson" ? .lines : .events
        let stream = EventStream(use: use, filter: filter, format: format, start: start, interval: interval)
        var headers: HTTPFields = [.cacheControl: "no-store"]
        // For reverse proxies that collect answers before they send them on.
        if let buffering = HTTPField.Name("X-Accel-Buffering") { headers[buffering] = "no" }
        return .stream(type: format.contentType, headers: headers) { try await stream.send(to: $0) }
    }
}
