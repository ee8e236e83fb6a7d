package import HTTPMessages

/// Several APIs in one server: the longest prefix of a request's path decides which of them answers.
///
///     var router = PrefixRouter()
///     router.add("/api/v1", jobs.respond)
///     router.add("/app", apps.respond)
///     let server = Server(configuration: …, logger: …, responder: router.respond)
///
/// Requests go to an API as they came: its endpoints carry the whole path.
package struct PrefixRouter: Sendable {
    /// Answers a request.
    package typealias Responder = @Sendable (Request) async -> Response

    private struct Entry: Sendable {
        var segments: [String]
        var respond: Responder
    }

    /// Longer prefixes first.
    private var entries: [Entry] = []

    package init() {}

    /// Adds an API.
    /// - Parameter prefix: whole segments of literal text; `/` takes what no other prefix takes. No two may be the same.
    package mutating func add(_ prefix: PathPattern, _ respond: @escaping Responder) {
        let segments = prefix.segments.map { segment in
            guard case .literal(let name) = segment else { preconditionFailure("the prefix \(prefix) holds a parameter") }
            return name
        }
        precondition(!entries.contains { $0.segments == segments }, "two APIs have the prefix \(prefix)")
        entries.append(Entry(segments: segments, respond: respond))
        entries.sort { $0.segments.count > $1.segments.count }
    }

    /// The answer of the API with the longest prefix of the path; a problem (404) if there is none.
    package func respond(to request: Request) async -> Response {
        let segments = request.target.segments
        guard let entry = entries.first(where: { segments.starts(with: $0.segments) }) else {
            return Problem(.noSuchRoute, "There is nothing at this path").response(instance: request.target.rawPath, requestID: request.id)
        }
        return await entry.respond(request)
    }
}
