import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore

/// Sends what a job writes as it comes, until the job ends.
struct TextFollower: Sendable {
    let source: JobText
    /// Where to go on behind the beginning.
    let position: Int64
    let end: Int64
    /// What is sent first.
    let beginning: ByteBuffer

    /// Between two looks at a job that has written nothing new.
    private static let interval: Duration = .milliseconds(500)

    func response(asEvents: Bool, headers: HTTPFields) -> Response {
        guard asEvents else {
            return .stream(type: JobsService.textType, headers: headers) { body in
                _ = try await follow { try await body.write($0) }
            }
        }
        return .stream(type: "text/event-stream", headers: headers) { body in
            var text = TextPieces()
            func send(_ piece: String) async throws {
                guard !piece.isEmpty else { return }
                try await body.write(ServerSentEvent(name: "output", data: Self.json(["text": .string(piece)])))
            }
            let progress = try await follow { try await send(text.add($0)) }
            try await send(text.end())
            var last: JSON.Object = ["job_id": .string(source.id.description)]
            last.append(progress)
            try await body.write(ServerSentEvent(name: "end", data: Self.json(.object(last))))
        }
    }

    private static func json(_ value: JSON) -> String { String(decoding: value.serialized(), as: UTF8.self) }

    /// Returns how the job was last seen.
    private func follow(_ write: (ByteBuffer) async throws -> Void) async throws -> JobProgress {
        if beginning.readableBytes > 0 { try await write(beginning) }
        var position = position
        while position < end {
            let state: JobText.State
            do {
                state = try await source.state()
            } catch let problem as Problem where problem.status == .notFound {
                return .gone
            }
            var reader = try await source.reader(from: position, to: end, state)
            var isNew = false
            while let piece = try await Self.next(&reader) {
                isNew = true
                try await write(piece)
            }
            position = reader.position
            // The text of a job that is over is complete; one that is held may run again.
            if state.progress.isOver { return state.progress }
            if !isNew { try await Task.sleep(for: Self.interval) }
        }
        return (try? await source.state().progress) ?? .gone
    }

    /// The next piece; nil also where a starter does not tell, since its job is about to end.
    private static func next(_ reader: inout JobTextReader) async throws -> ByteBuffer? {
        do {
            return try await reader.next()
        } catch let problem as Problem where problem.kind == .outputUnavailable {
            return nil
        }
    }
}
