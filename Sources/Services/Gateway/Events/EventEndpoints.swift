import HTTPMessages
import HTTPEndpoints
import HTTPTypes
import Jobs
import JobsAPI
import JSON
import Waiting

/// The stream of job events, as a value.
enum EventEndpoints {
    static let types = Parameter<EventTypes>("types", "Only events of these kinds")
    static let since = Parameter<EventsSince>("since", "Where to begin: `now` (the default), or after the event of a cursor")
    static let lastEventID = Parameter<EventCursor>(
        "Last-Event-ID", "Begin after this event. This takes precedence over `since`, because browsers send both when they reconnect")

    static let watch = Endpoint(
        .get, "/api/v1/events", operationID: "watchEvents", summary: "Watch job events",
        details: """
            A stream of changes to the jobs that the caller may see. With `Accept: text/event-stream`, or without `Accept`, it consists of \
            server-sent events; with `application/x-ndjson`, of one object a line. It begins with `connected`, which holds the cursor. It ends with \
            `shutdown` when the gateway stops, or with `error`, whose `reason` says why. A comment (in NDJSON an object of the type `ping`) every \
            15 seconds shows that the stream is alive. Give the id of an event (in NDJSON its `cursor`) as `Last-Event-ID` or `since` to continue \
            after it, without loss or repetition. A cursor is valid for a few minutes and for the same identity.

            Filters are applied to the job as it was at the event. An `edit` is reported for priority, requirements, rank, requested resources, \
            arguments, environment, policies, limits, accounting group, batch name and description.
            """,
        tags: ["jobs"], query: [ListParameters.constraint, types, EventParameters.owner, EventParameters.cluster, since], headers: [lastEventID],
        answers: [
            Answer(
                .ok, "The events, until the client disconnects", content: [.serverSentEvents, .init("application/x-ndjson", .string())]),
            .problem(.badRequest, "The constraint, the types or the cursor cannot be read"),
            .problem(.gone, "The events after the cursor are no longer known"),
        ])
}
