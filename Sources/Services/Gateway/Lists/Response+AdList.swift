import ClassAd
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI

extension Response {
    /// Streams a list of jobs, history records or the pool's daemons, with constant memory, as the daemon sends it.
    ///
    /// A failure after the head is visible: NDJSON gets an error record, JSON is cut off.
    /// - Parameters:
    ///   - kind: determines the resource.
    static func list(_ list: AdList, as kind: AdListKind, answering request: Request) -> Response {
        let format = ListFormat(accepting: request)
        var headers: HTTPFields = [:]
        if let cursor = list.nextCursor, let link = HTTPField.Name("Link") {
            headers[link] = "<\(ListParameters.nextPage(request, cursor))>; rel=\"next\""
        }
        return .stream(type: format.contentType, headers: headers) { body in
            var list = list
            var writer = AdListWriter(kind, format, projection: list.projection, to: body)
            while true {
                let batch: [WireAd]?
                do throws(JobsError) {
                    batch = try await list.next()
                } catch {
                    if error.code == .cancelled { throw CancellationError() }
                    return try await writer.fail(Problem(error))
                }
                guard let batch else { break }
                try await writer.write(batch)
            }
            try await writer.end(nextCursor: list.nextCursor)
        }
    }
}
