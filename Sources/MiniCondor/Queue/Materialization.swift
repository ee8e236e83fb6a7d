import ClassAd
import CondorProtocol
import Synchronization

extension JobQueue {
    /// Clusters that make their jobs themselves, with the ad of the cluster as one without a proc.
    var factoryClusters: [(id: Int, ad: StoredAd)] {
        state.withLock { state in
            state.clusters.lazy.filter { !$0.isDead && $0.factory != nil }.map { ($0.id, $0.ad) }
        }
    }

    /// Makes the jobs that clusters with late materialization may have now.
    func materialize() async {}
}

extension StoredAd {
    /// Whether an expression is true for the ad of a cluster.
    func satisfies(_ expression: ExprTree) -> Bool {
        guard let id = JobID(cluster: 1, proc: 0) else { return false }
        return JobSnapshot(id: id, cluster: self, proc: StoredAd()).satisfies(expression)
    }
}
