import ClassAd
import CondorProtocol
import HTTPMessages

/// How far a job has got.
struct JobProgress: Sendable {
    /// Nil for a job that has left the queue.
    var status: JobStatus?
    var exitCode: Int64?
    var exitSignal: Int64?

    /// Of a job that has left the queue.
    static let gone = JobProgress()

    private init() {}

    init(_ ad: WireAd) {
        status = ad.integer("JobStatus").flatMap(JobStatus.init)
        exitCode = ad.integer("ExitCode")
        exitSignal = ad.integer("ExitSignal")
    }

    /// Whether the starter knows of the job.
    var isRunning: Bool { status == .running || status == .suspended || status == .transferringOutput }
    /// Whether nothing more will be written.
    var isOver: Bool { status == .completed || status == .removed }
}

extension JSON.Object {
    /// `status`, `exit_code` and `exit_signal` as the end of a stream tells them.
    mutating func append(_ progress: JobProgress) {
        append("status", progress.status.map { .string("\($0)") } ?? .null)
        if let code = progress.exitCode { append("exit_code", .integer(code)) }
        if let signal = progress.exitSignal { append("exit_signal", .integer(signal)) }
    }
}
