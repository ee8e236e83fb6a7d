import ClassAd
import CondorProtocol

/// Jobs to put into the queue: one cluster.
public struct JobSubmission: Sendable {
    /// What all jobs share. ClusterId is set by ``Schedd/submit(_:)``.
    public var clusterAd: ClassAd
    /// For each job what differs from the cluster. ProcId is set by ``Schedd/submit(_:)``; JobStatus must be there. Iterated once,
    /// while the schedd waits, so it must not wait for anything itself.
    public var procAds: any Sequence<ClassAd> & Sendable

    public init(clusterAd: ClassAd, procAds: any Sequence<ClassAd> & Sendable) {
        self.clusterAd = clusterAd
        self.procAds = procAds
    }
}

/// What a submission became.
public struct SubmittedCluster: Sendable, Equatable {
    public var cluster: Int
    /// The jobs are 0 ..< this.
    public var procCount: Int
    /// What a submit requirement of the schedd only warns about.
    public var warnings: [String]

    public init(cluster: Int, procCount: Int, warnings: [String] = []) {
        self.cluster = cluster
        self.procCount = procCount
        self.warnings = warnings
    }

    public var jobs: [JobID] { (0..<procCount).compactMap { JobID(cluster: cluster, proc: $0) } }
}
