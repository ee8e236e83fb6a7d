import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import NIOCore
import Waiting

/// A job's event log.
struct JobLog: Sendable {
    let scheduler: any JobFiles
    let id: JobID
    let caller: Caller
    let time: any TimeSource

    /// The job's state at one moment.
    struct State: Sendable {
        var progress: JobProgress
        /// The name under which the schedd delivers the log.
        var name: String
        /// Differs whenever any known fact about the job, other than the time, differs.
        var version: Int
    }

    /// - Throws: `jobNotFound`, `notOwner`, `fileNotFound` if the job keeps no log.
    func state() async throws(JobsError) -> State {
        let ad = try await scheduler.sandboxJob(id, of: caller, projection: [])
        guard let log = ad.string("UserLog"), !log.isEmpty, log != "/dev/null" else {
            throw JobsError(.fileNotFound, "Job \(id) does not keep a log: its submit description has no `log`")
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

    /// Opens the log at its beginning. The scheduler keeps it in the job's sandbox, whatever the job's state.
    func open(_ state: State) async throws(JobsError) -> LogPieces {
        guard let file = try await scheduler.file(named: state.name, of: id) else {
            // The job may have left the queue in the meantime.
            _ = try await self.state()
            throw JobsError(
                .outputUnavailable,
                "The log of job \(id) cannot be read: the scheduler gives access to spooled sandboxes only, and the job has none")
        }
        return LogPieces(file: file)
    }
}

/// The events of a log, read piece by piece.
struct LogPieces: Sendable {
    private var file: any FilePieces
    private var reader = EventLogReader()
    /// Number of events read so far.
    private(set) var count = 0

    init(file: any FilePieces) { self.file = file }

    /// The next events, possibly an empty array; nil at the end of the file.
    mutating func next() async throws(JobsError) -> [LoggedEvent]? {
        guard let bytes = try await file.next(in: 0..<Int64.max) else { return nil }
        let events = reader.add(Array(bytes.readableBytesView))
        count += events.count
        return events
    }
}
