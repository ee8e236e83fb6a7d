import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI

/// The event logs of jobs.
struct LogRoutes: Sendable {
    let logs: LogService

    /// `GET /jobs/{id}/log`
    func read(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try request.job()
        let follows = try request.query(OutputParameters.follow) ?? false
        let form = LogForm(accepting: request, follows: follows)
        // Reading the first piece shows that there is a log, before a status is sent.
        let log = try await logs.log(of: id, caller)
        return .stream(type: form.contentType, headers: [.cacheControl: "no-store"]) { body in
            var log = log
            var writer = LogWriter(form, id: id, to: body)
            do {
                while let events = try await log.next() { try await writer.write(events) }
                guard follows else { return try await writer.end(nil) }
                try await writer.flush()
                let end = try await log.follow { try await writer.send($0) }
                try await writer.end(end)
            } catch let error as JobsError {
                if error.code == .cancelled { throw CancellationError() }
                try await writer.fail(Problem(error))
            }
        }
    }
}
