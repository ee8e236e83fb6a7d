import ClassAd
package import CondorProtocol

/// How far a job has come.
package struct JobProgress: Sendable {
    /// Nil for a job that has left the queue.
    package var status: JobStatus?
    package var exitCode: Int64?
    package var exitSignal: Int64?

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
