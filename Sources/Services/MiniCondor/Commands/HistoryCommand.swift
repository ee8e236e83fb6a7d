import Cedar
import ClassAd
import CondorProtocol
import POSIX

/// QUERY_SCHEDD_HISTORY (515): jobs that have left the queue.
enum HistoryCommand {
    /// Number of records read from the database at a time.
    private static let batch = 64

    static func run(_ call: CommandCall) async throws(ServerError) {
        let connection = call.connection
        let query: HistoryQuery
        do throws(ServerError) {
            query = try await connection.message { message throws(CedarError) in try HistoryQuery(from: &message) }
        } catch {
            guard case .violation(let reason) = error, reason.code == .unsupported else { throw error }
            return try await connection.send { HistorySummary(matched: 0, errorCode: 5, errorText: reason.message).encode(into: &$0) }
        }
        if query.streams { try await connection.send { HistorySummary.encodeHeader(into: &$0) } }
        // Single runs of a job are not recorded, so there are no epoch records.
        var scan = call.scheduler.queue.history.scan(
            query.constraint, since: query.since, limit: query.source == .epochs ? 0 : query.limit, scanLimit: query.scanLimit,
            forwards: query.forwards)
        let writer = JobAdWriter(projection: query.projection, serverTime: nil)
        while true {
            let jobs: [JobSnapshot]
            do throws(SystemError) {
                let start = scan
                (scan, jobs) = try await DiskThreads.run { () throws(SystemError) in
                    var scan = start
                    var jobs: [JobSnapshot] = []
                    do throws(QueueError) {
                        while jobs.count < batch, let job = try scan.next() { jobs.append(job) }
                    } catch {
                        throw SystemError(error.reason, 5)
                    }
                    return (scan, jobs)
                }
            } catch {
                return try await connection.send {
                    HistorySummary(matched: scan.matched, scanned: scan.examined, errorCode: 4, errorText: error.doing).encode(into: &$0)
                }
            }
            guard !jobs.isEmpty else { break }
            for job in jobs {
                var message = MessageEncoder(encrypted: connection.isEncrypted)
                writer.write(job, into: &message)
                try await connection.send(message: message.bytes, endsMessage: query.streams)
            }
        }
        let summary = HistorySummary(matched: scan.matched, scanned: scan.examined)
        try await connection.send { summary.encode(into: &$0) }
    }
}
