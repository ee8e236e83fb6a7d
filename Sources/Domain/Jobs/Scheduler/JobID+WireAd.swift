import ClassAd
import CondorProtocol

extension JobID {
    /// The id in a job's ad; nil for any other ad.
    init?(_ ad: WireAd) {
        guard let cluster = ad.integer("ClusterId").flatMap({ Int(exactly: $0) }), let proc = ad.integer("ProcId").flatMap({ Int(exactly: $0) })
        else { return nil }
        self.init(cluster: cluster, proc: proc)
    }
}
