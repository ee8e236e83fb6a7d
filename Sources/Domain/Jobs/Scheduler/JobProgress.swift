import ClassAd
package import CondorModel

/// A job's progress.
package struct JobProgress: Sendable {
    /// Nil if the job has left the queue.
    package var status: JobStatus?
    package var exitCode: Int64?
    package var exitSignal: Int64?

    /// The progress of a job that has left the queue.
    static let gone = JobProgress()

    private init() {}

    init(_ ad: WireAd) {
        status = JobStatus(ad)
        exitCode = ad.integer("ExitCode")
        exitSignal = ad.integer("ExitSignal")
    }

    /// Whether the job has a starter.
    var isRunning: Bool { status == .running || status == .suspended || status == .transferringOutput }
    /// Whether the job will write nothing more.
    var isOver: Bool { status == .completed || status == .removed }
}
