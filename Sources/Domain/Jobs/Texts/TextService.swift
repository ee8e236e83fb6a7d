package import CondorClient
package import CondorProtocol
package import NIOCore
package import Waiting

/// Reads what jobs write to their standard output and error.
package struct TextService: Sendable {
    private let client: CondorClient
    private let time: any TimeSource

    package init(client: CondorClient, time: any TimeSource = .system) {
        self.client = client
        self.time = time
    }

    /// Which part of a text.
    package enum Part: Sendable, Equatable {
        /// From an offset on, at most `limit` bytes.
        case bytes(from: Int64, limit: Int64?)
        /// Lines at the end.
        case lastLines(Int)
    }

    /// A text that is read as far as it has been written.
    package enum Text: Sendable {
        case whole(ByteBuffer)
        /// The first piece, and the rest.
        case pieces(ByteBuffer?, JobTextReader)
    }

    /// The text written so far: of a running job from the machine it runs on, otherwise from the sandbox.
    /// - Throws: `jobNotFound`, `notOwner`, `fileNotFound`, `outputUnavailable`, `commandFailed`, `cancelled`.
    package func read(_ stream: JobStream, of id: JobID, _ part: Part, _ caller: Caller) async throws(JobsError) -> Text {
        let source = source(stream, id, caller)
        let state = try await source.state()
        switch part {
        case .lastLines(let lines): return .whole(try await source.tail(lines, state).text)
        case .bytes(let start, let limit):
            let (first, rest) = try await source.begin(from: start, to: Self.end(start, limit), state)
            return .pieces(first, rest)
        }
    }

    /// The text as it is written, from a part on.
    /// - Throws: as ``read(_:of:_:_:)``.
    package func follow(_ stream: JobStream, of id: JobID, _ part: Part, _ caller: Caller) async throws(JobsError) -> TextFollower {
        let source = source(stream, id, caller)
        let state = try await source.state()
        switch part {
        case .lastLines(let lines):
            let (text, size) = try await source.tail(lines, state)
            return TextFollower(source: source, position: size, end: .max, beginning: text)
        case .bytes(let start, let limit):
            return TextFollower(source: source, position: start, end: Self.end(start, limit), beginning: ByteBuffer())
        }
    }

    private func source(_ stream: JobStream, _ id: JobID, _ caller: Caller) -> JobText {
        JobText(schedd: client.schedd(as: caller.credential), id: id, stream: stream, caller: caller, time: time)
    }

    private static func end(_ start: Int64, _ limit: Int64?) -> Int64 {
        guard let limit else { return .max }
        let (end, isTooLarge) = start.addingReportingOverflow(limit)
        return isTooLarge ? .max : end
    }
}
