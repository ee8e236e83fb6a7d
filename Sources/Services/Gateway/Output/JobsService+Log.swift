import ClassAd
import CondorClient
import CondorProtocol
import HTTPEndpoints
import HTTPMessages
import HTTPTypes
import NIOCore
import Sandbox

extension JobsService {
    /// `GET /jobs/{id}/log`
    func getLog(_ request: Request, _ caller: Caller) async throws -> Response {
        let id = try Self.job(request)
        let follows = try request.query(OutputEndpoints.follow) ?? false
        let form = LogForm(accepting: request, follows: follows)
        let log = JobLog(service: self, id: id, caller: caller)
        let state = try await log.state()
        // The first piece shows that there is a log, before a status is sent.
        var piece = try await log.open(state)
        let first = try await piece.next()
        let rest = piece
        let headers: HTTPFields = [.cacheControl: "no-store"]
        return .stream(type: form.contentType, headers: headers) { body in
            var rest = rest
            var writer = LogWriter(form, id: id, to: body)
            var last = first
            do {
                while let events = last {
                    try await writer.write(events)
                    last = try await rest.next()
                }
                guard follows else { return try await writer.end(nil) }
                try await writer.flush()
                let end = try await LogFollower(log: log, passed: rest.count).follow(from: state) { try await writer.send($0) }
                try await writer.end(end)
            } catch let problem as Problem {
                try await writer.fail(problem)
            }
        }
    }
}

/// The event log of a job.
struct JobLog: Sendable {
    let service: JobsService
    let id: JobID
    let caller: Caller

    /// What is known of the job at a moment.
    struct State: Sendable {
        var progress: JobProgress
        /// The name under which the schedd delivers the log.
        var name: String
        /// Changes with everything that is known of the job but the time.
        var version: Int
    }

    /// - Throws: 404 for a job that is not there or keeps no log, 403 for somebody else's.
    func state() async throws -> State {
        let ad = try await service.sandboxJob(id, caller, projection: [])
        guard let log = ad.string("UserLog"), !log.isEmpty, log != "/dev/null" else {
            throw Problem(.noSuchFile, "Job \(id) does not keep a log: its submit description has no `log`")
        }
        let name = log.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(log[log.utf8.index(after: $0)...]) } ?? log
        return State(progress: JobProgress(ad), name: name, version: Self.version(of: ad))
    }

    private static func version(of ad: WireAd) -> Int {
        var hasher = Hasher()
        for name in ad.names where name != "ServerTime" {
            hasher.combine(name)
            hasher.combine(ad.rawExpression(name))
        }
        return hasher.finalize()
    }

    /// The log from its beginning: the scheduler keeps it in the job's sandbox, whatever the job's state.
    func open(_ state: State) async throws -> LogPieces {
        guard let file = try await service.file(id, caller, isWanted: { delivered, _ in delivered == state.name }) else {
            // It may have left the queue meanwhile.
            _ = try await self.state()
            throw Problem(
                .outputUnavailable,
                "The log of job \(id) is not in a sandbox at the scheduler, which gives no other files: the job was not submitted with spooling")
        }
        return LogPieces(file: file)
    }
}

/// The events of a log as it is read.
struct LogPieces: Sendable {
    private var file: SandboxFileReader
    private var reader = EventLogReader()
    /// Events so far.
    private(set) var count = 0

    init(file: SandboxFileReader) { self.file = file }

    /// The next events, perhaps none yet; nil at the end of the file.
    mutating func next() async throws -> [LoggedEvent]? {
        let bytes: ByteBuffer?
        do {
            bytes = try await file.next(in: 0..<Int64.max)
        } catch let error as CondorError {
            throw error.code == .cancelled ? CancellationError() : Problem(error)
        }
        guard let bytes else { return nil }
        let events = reader.add(Array(bytes.readableBytesView))
        count += events.count
        return events
    }
}
