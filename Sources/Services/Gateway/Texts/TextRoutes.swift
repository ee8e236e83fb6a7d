import CondorClient
import CondorModel
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import NIOCore

/// Jobs' standard output and standard error.
struct TextRoutes: Sendable {
    let texts: TextService

    private static let type = "text/plain; charset=utf-8"
    private static let headers: HTTPFields = [.cacheControl: "no-store", .xContentTypeOptions: "nosniff"]

    /// `GET /jobs/{id}/stdout`, `GET /jobs/{id}/stderr`
    func read(_ stream: JobStream, _ request: Request, _ caller: Caller) async throws -> Response {
        let id = try request.job()
        let part = try Self.part(request)
        if try request.query(OutputParameters.follow) ?? false {
            let follower = try await texts.follow(stream, of: id, part, caller)
            let isForEvents = request.acceptedTypes.best(of: ["text/plain", "text/event-stream"]) == "text/event-stream"
            return isForEvents ? Self.events(follower) : Self.text(follower)
        }
        // Reading the first piece shows whether there is anything to show, before a status is sent.
        switch try await texts.read(stream, of: id, part, caller) {
        case .whole(let text): return .bytes(text, type: Self.type, headers: Self.headers)
        case .pieces(let first, let rest):
            return .stream(type: Self.type, headers: Self.headers) { body in
                var rest = rest
                var piece = first
                while let bytes = piece {
                    try await body.write(bytes)
                    piece = try await rest.next()
                }
            }
        }
    }

    private static func part(_ request: Request) throws(Problem) -> TextService.Part {
        let offset = try request.query(OutputParameters.offset)
        let limit = try request.query(OutputParameters.limit)
        guard let tail = try request.query(OutputParameters.tail) else { return .bytes(from: Int64(offset ?? 0), limit: limit.map { Int64($0) }) }
        guard offset == nil, limit == nil else {
            let detail = "tail: cannot be combined with offset or limit"
            throw Problem(.badParameter, detail, errors: [.init(.parameter("tail"), detail)])
        }
        return .lastLines(tail)
    }

    private static func text(_ follower: TextFollower) -> Response {
        .stream(type: type, headers: headers) { body in
            _ = try await follower.follow { try await body.write($0) }
        }
    }

    private static func events(_ follower: TextFollower) -> Response {
        .stream(type: "text/event-stream", headers: headers) { body in
            var text = TextPieces()
            func send(_ piece: String) async throws {
                guard !piece.isEmpty else { return }
                try await body.write(ServerSentEvent(name: "output", data: OutputPiece.resource.codec.text(OutputPiece(text: piece))))
            }
            let progress = try await follower.follow { try await send(text.add($0)) }
            try await send(text.end())
            let end = FollowEnd(jobID: follower.job.description, ending: JobEnding(progress))
            try await body.write(ServerSentEvent(name: "end", data: FollowEnd.resource.codec.text(end)))
        }
    }
}
