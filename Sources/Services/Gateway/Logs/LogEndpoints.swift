import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import JobsAPI
import JSON

/// The operations on the event logs of jobs, as values.
enum LogEndpoints {
    static let log = Endpoint(
        .get, JobPath.base + "/{id}/log", operationID: "getLog", summary: "Read the events of a job's log",
        details:
            """
            The events written to the job's `log` so far, whatever the job's state. Types and attributes are those of HTCondor's event \
            ads (`htcondor2.JobEventLog`); times are in UTC. With `Accept: application/x-ndjson` each line is one event, and the last line is \
            `{"end":{"count":n,"complete":true}}`. With `Accept: text/event-stream` the answer consists of events `log` and, at the end, `end`. \
            With `follow`, the answer continues until the job ends, in lines unless `Accept` says otherwise. Its end gives status and exit code; \
            the status is null if the job has left the queue.
            """,
        tags: ["sandboxes"], pathParameters: [JobPath.job], query: [OutputParameters.follow],
        answers: [
            Answer(
                .ok, "The events",
                content: [.init("application/json", JobLogList.resource.schema), .init("application/x-ndjson", .string()), .serverSentEvents]),
            .problem(.forbidden, "The job belongs to somebody else"),
            .problem(.notFound, "No such job, or it keeps no log"),
            .problem(.conflict, "The log is not in a spooled sandbox"),
        ])
}
