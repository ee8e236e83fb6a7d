import CondorModel

/// The directory for spooled jobs' sandboxes. As in HTCondor, two levels of directories by number keep each directory small.
struct SpoolDirectory: Sendable {
    let path: String

    init(_ path: String) { self.path = path }

    /// The directory of a job's sandbox.
    func directory(of job: JobID) -> String {
        "\(path)/\(job.cluster % 10_000)/\(job.proc % 10_000)/cluster\(job.cluster).proc\(job.proc).subproc0"
    }

    /// The directory in which a sandbox is received, beside its final place.
    func temporaryDirectory(of job: JobID) -> String { directory(of: job) + ".tmp" }

    /// The item file of a cluster with late materialization.
    func itemFile(of cluster: Int) -> String { "\(path)/\(cluster % 10_000)/condor_submit.\(cluster).items" }

    /// The file with such a cluster's submit description.
    func digestFile(of cluster: Int) -> String { "\(path)/\(cluster % 10_000)/condor_submit.\(cluster).digest" }
}
