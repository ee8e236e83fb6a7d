package import CondorClient
package import CondorModel
package import NIOCore
package import Waiting

/// Reads jobs' standard output and standard error.
package struct TextService: Sendable {
    private let scheduler: @Sendable (Caller) -> any JobFiles
    private let time: any TimeSource

    package init(client: CondorClient, time: any TimeSource = .system) {
        self.init(time: time) { client.schedd(as: $0.credential) }
    }

    init(time: any TimeSource, scheduler: @escaping @Sendable (Caller) -> any JobFiles) {
        self.time = time
        self.scheduler = scheduler
    }

    /// A part of a text.
    package enum Part: Sendable, Equatable {
        /// No more than `limit` bytes from an offset on.
        case bytes(from: Int64, limit: Int64?)
        /// The last lines.
        case lastLines(Int)
    }

    /// A text, as far as it has been written.
    package enum Text: Sendable {
        case whole(ByteBuffer)
        /// The first piece, and a reader for the rest.
        case pieces(ByteBuffer?, JobTextReader)
    }

    /// Reads the text that has been written so far: from the execute machine while the job runs, otherwise from the sandbox.
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

    /// Follows the text as it is written, starting with a part of it.
    /// - Throws: the errors of ``read(_:of:_:_:)``.
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
        JobText(scheduler: scheduler(caller), id: id, stream: stream, caller: caller, time: time)
    }

    private static func end(_ start: Int64, _ limit: Int64?) -> Int64 {
        guard let limit else { return .max }
        let (end, isTooLarge) = start.addingReportingOverflow(limit)
        return isTooLarge ? .max : end
    }
}
