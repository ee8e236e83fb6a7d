import ClassAd
import CondorClient
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore
import Sandbox

extension JobsService {
    /// `GET /jobs/{id}/stdout`, `GET /jobs/{id}/stderr`
    func getText(_ stream: JobStream, _ request: Request, _ caller: Caller) async throws -> Response {
        let id = try Self.job(request)
        let offset = try request.query(OutputEndpoints.offset)
        let limit = try request.query(OutputEndpoints.limit)
        let tail = try request.query(OutputEndpoints.tail)
        let follows = try request.query(OutputEndpoints.follow) ?? false
        if tail != nil, offset != nil || limit != nil {
            let detail = "tail: it goes with neither offset nor limit"
            throw Problem(.badParameter, detail, errors: [.init(.parameter("tail"), detail)])
        }
        let source = JobText(service: self, id: id, stream: stream, caller: caller)
        let state = try await source.state()
        var position = Int64(offset ?? 0)
        let end = limit.map { position.addingReportingOverflow(Int64($0)) }.map { $0.overflow ? Int64.max : $0.partialValue } ?? Int64.max
        let headers: HTTPFields = [.cacheControl: "no-store", .xContentTypeOptions: "nosniff"]

        var beginning = ByteBuffer()
        if let tail {
            let (text, size) = try await source.tail(tail, state)
            beginning = text
            position = size
            if !follows { return .bytes(beginning, type: Self.textType, headers: headers) }
        }
        if follows {
            return TextFollower(source: source, position: position, end: end, beginning: beginning)
                .response(asEvents: request.acceptedTypes.best(of: ["text/plain", "text/event-stream"]) == "text/event-stream", headers: headers)
        }
        // The first piece shows whether there is anything to show, before a status is sent.
        let (first, rest) = try await source.begin(from: position, to: end, state)
        return .stream(type: Self.textType, headers: headers) { body in
            var rest = rest
            var piece = first
            while let bytes = piece {
                try await body.write(bytes)
                piece = try await rest.next()
            }
        }
    }

    static let textType = "text/plain; charset=utf-8"
}

/// The standard output or error of a job.
struct JobText: Sendable {
    let service: JobsService
    let id: JobID
    let stream: JobStream
    let caller: Caller

    /// What is known of the job at a moment.
    struct State: Sendable {
        var progress: JobProgress
        /// The name under which HTCondor delivers the text.
        var name: String

        /// Whether the starter has the text.
        var isRunning: Bool { progress.isRunning }
    }

    private static let projection = [
        "ClusterId", "ProcId", "JobStatus", "Out", "Err", "Owner", "User", "ExitCode", "ExitSignal", "ExitBySignal",
    ]

    /// - Throws: 404 for a job that is not there or has no such output, 403 for somebody else's.
    func state() async throws -> State {
        let ad = try await service.sandboxJob(id, caller, projection: Self.projection)
        let attribute = stream == .output ? "Out" : "Err"
        guard let name = ad.string(attribute), !name.isEmpty, name != "/dev/null" else {
            throw Problem(.noSuchFile, "Job \(id) does not keep its standard \(stream == .output ? "output" : "error")")
        }
        return State(progress: JobProgress(ad), name: name)
    }

    /// Bytes asked of a starter at a time.
    static let pieceSize = 1 << 20

    /// What there is between two places.
    func reader(from start: Int64, to end: Int64, _ state: State) async throws -> JobTextReader {
        let file = state.isRunning ? nil : try await file(state)
        return JobTextReader(text: self, file: file, isLive: state.isRunning, position: start, end: end)
    }

    /// How long a job that its starter no longer tells of may take to be finished for the scheduler as well.
    private static let patience: Duration = .seconds(5)

    /// The first piece between two places, and the rest. A job that ends just now is read from the sandbox.
    func begin(from start: Int64, to end: Int64, _ state: State) async throws -> (first: ByteBuffer?, rest: JobTextReader) {
        var state = state
        let deadline = ContinuousClock.now + Self.patience
        while true {
            var reader = try await reader(from: start, to: end, state)
            var refusal: Problem?
            do {
                let first = try await reader.next()
                if first != nil || !state.isRunning { return (first, reader) }
            } catch let problem as Problem where problem.kind == .outputUnavailable {
                refusal = problem
            }
            state = try await self.state()
            guard state.isRunning else { continue }
            guard let refusal else { return (nil, reader) }
            if ContinuousClock.now > deadline { throw refusal }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// The last lines, and how many bytes there are in all.
    func tail(_ lines: Int, _ state: State) async throws -> (text: ByteBuffer, size: Int64) {
        var last = LastLines(lines)
        var size: Int64 = 0
        var (next, reader) = try await begin(from: 0, to: .max, state)
        while let piece = next {
            size += Int64(piece.readableBytes)
            last.add(piece)
            next = try await reader.next()
        }
        return (last.text, size)
    }

    /// What a running job has written; nil when there is no starter to ask.
    /// - Throws: 409 when the starter does not tell, as when the job is finished.
    func peek(from offset: Int64, limit: Int) async throws -> ByteBuffer? {
        do throws(CondorError) {
            return try await service.schedd(caller).peek(id, stream, offset: offset, limit: limit)
        } catch {
            switch error.code {
            case .cancelled: throw CancellationError()
            case .refused: throw Problem(.outputUnavailable, error.reason)
            // The starter has gone meanwhile.
            case .unreachable: return nil
            default: throw Problem(error)
            }
        }
    }

    private func file(_ state: State) async throws -> SandboxFileReader? {
        try await service.file(id, caller) { delivered, _ in delivered == state.name }
    }
}

/// Reads the text that a job has written so far: of a running job from its starter, otherwise from the sandbox.
struct JobTextReader: Sendable {
    private let text: JobText
    private var file: SandboxFileReader?
    private var isLive: Bool
    private(set) var position: Int64
    private let end: Int64

    init(text: JobText, file: SandboxFileReader?, isLive: Bool, position: Int64, end: Int64) {
        self.text = text
        self.file = file
        self.isLive = isLive
        self.position = position
        self.end = end
    }

    /// The next bytes; nil when there are no more for now.
    mutating func next() async throws -> ByteBuffer? {
        guard position < end else { return nil }
        if isLive {
            let limit = Int(min(Int64(JobText.pieceSize), end - position))
            guard let piece = try await text.peek(from: position, limit: limit), piece.readableBytes > 0 else { return nil }
            position += Int64(piece.readableBytes)
            return piece
        }
        guard let piece = try await file?.next(in: position..<end) else { return nil }
        position += Int64(piece.readableBytes)
        return piece
    }
}
