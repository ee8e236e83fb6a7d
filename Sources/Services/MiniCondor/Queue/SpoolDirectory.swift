import CondorProtocol

/// Where the sandboxes of spooled jobs are: two levels of directories by number, as HTCondor lays them out, so that no directory grows without
/// bounds.
struct SpoolDirectory: Sendable {
    let path: String

    init(_ path: String) { self.path = path }

    /// The directory of a job's sandbox.
    func directory(of job: JobID) -> String {
        "\(path)/\(job.cluster % 10_000)/\(job.proc % 10_000)/cluster\(job.cluster).proc\(job.proc).subproc0"
    }

    /// Where the sandbox is received, next to its place.
    func temporaryDirectory(of job: JobID) -> String { directory(of: job) + ".tmp" }

    /// The file with the items of a cluster that makes its jobs itself.
    func itemFile(of cluster: Int) -> String { "\(path)/\(cluster % 10_000)/condor_submit.\(cluster).items" }

    /// The file with such a cluster's submit description.
    func digestFile(of cluster: Int) -> String { "\(path)/\(cluster % 10_000)/condor_submit.\(cluster).digest" }
}
