import ClassAd
import CondorModel
import Synchronization

/// Late materialization: clusters whose jobs the scheduler makes as room becomes available.
extension JobQueue {
    /// Clusters with late materialization, finished or not, with their ads and HTCondor's additional attributes for such clusters.
    var factoryClusters: [(id: Int, ad: StoredAd)] {
        state.withLock { state in
            state.factories.sorted().compactMap { id in state.cluster(id).map { (id, Self.described($0)) } }
        }
    }

    private static func described(_ record: ClusterRecord) -> StoredAd {
        var ad = record.ad
        guard let factory = record.factory else { return ad }
        var counts = JobCounts()
        for job in record.jobs where !job.isDead { counts.add(1, status: job.jobStatus, isSchedulerUniverse: false) }
        let total = ad.integer("TotalSubmitProcs").map { Int(clamping: $0) } ?? 0
        ad.set("ClusterSize", counts.jobs)
        ad.set("JobsPresent", counts.jobs)
        ad.set("JobsIdle", counts.idle)
        ad.set("JobsRunning", counts.running)
        ad.set("JobsHeld", counts.held)
        ad.set("JobFactoryId", record.id)
        ad.set("JobFactoryPaused", factory.pause?.rawValue ?? 0)
        ad.set("JobFactoryItemCount", factory.rowCount)
        ad.set("JobFactoryStepSize", max(1, total / max(1, factory.rowCount)))
        ad.set("JobFactoryTotalProcs", total)
        return ad
    }

    /// Makes the jobs that clusters with late materialization may have now.
    func materialize() async {
        for cluster in state.withLock({ Array($0.factories) }).sorted() {
            while await materialize(cluster) {}
        }
    }

    /// Number of jobs made in one transaction.
    private static let materializationBatch = 500

    /// The number of jobs that a cluster may still make now.
    private struct Room {
        var ad: StoredAd
        var factory: JobFactory
        var count: Int
    }

    /// - Returns: true if there may be more to do at once.
    private func materialize(_ cluster: Int) async -> Bool {
        let room: Room? = state.withLock { state in
            guard state.failure == nil, let record = state.cluster(cluster), let factory = record.factory, factory.pause == nil else { return nil }
            let limit = record.ad.integer("JobMaterializeLimit").map { Int(clamping: $0) } ?? factory.limit
            var count = max(0, (limit > 0 ? limit : .max) - record.liveJobs)
            if let most = record.ad.integer("JobMaterializeMaxIdle"), most > 0 {
                let idle = record.jobs.count { !$0.isDead && $0.jobStatus == .idle }
                count = min(count, max(0, Int(clamping: most) - idle))
            }
            return count > 0 ? Room(ad: record.ad, factory: factory, count: min(count, Self.materializationBatch)) : nil
        }
        guard let room else { return false }
        let first = room.factory.nextProc
        let product = await workshop.make(room.count, from: first, of: cluster, ad: room.ad, factory: room.factory)
        let isLast = product.failure == nil && first + product.procs.count >= product.total
        let added = try? changing { edit throws(QueueError) in
            guard let record = edit.state.cluster(cluster), var factory = record.factory, factory.nextProc == first, factory.pause == nil else {
                return false
            }
            add(product.procs, from: first, to: cluster, in: &edit)
            factory.nextProc += product.procs.count
            var ad = edit.clusterAd(cluster) ?? record.ad
            ad.set("JobMaterializeNextProcId", factory.nextProc)
            if factory.rowCount > 0 { ad.set("JobMaterializeNextRow", isLast ? -1 : factory.nextRow(total: product.total)) }
            if product.failure == nil { ad.set("TotalSubmitProcs", product.total) }
            if let failure = product.failure {
                factory.pause = .held
                ad.set("JobMaterializePaused", JobFactory.Pause.held.rawValue)
                ad.set("JobMaterializePauseReason", "failed to create ClassAd for Job \(cluster).\(factory.nextProc) : \(failure)")
            } else if isLast {
                factory.pause = .exhausted
            }
            edit.putCluster(cluster, ad, nextProc: max(record.nextProc, factory.nextProc))
            edit.putFactory(cluster, factory)
            return !isLast && product.failure == nil && !product.procs.isEmpty
        }
        guard let added else { return false }
        do { try await added.ticket.wait() } catch { return false }
        if isLast { await workshop.forget(cluster) }
        return added.answer
    }

    private func add(_ procs: [StoredAd], from first: Int, to cluster: Int, in edit: inout QueueEdit) {
        guard let clusterAd = edit.clusterAd(cluster) else { return }
        for (offset, proc) in procs.enumerated() {
            guard let id = JobID(cluster: cluster, proc: first + offset) else { continue }
            let isSpooled = JobSnapshot(id: id, cluster: clusterAd, proc: proc).holdReasonCode == .spoolingInput
            var ad = NewJobs.completed(proc: proc, id: id, cluster: clusterAd, isSpooled: isSpooled, queue: self, now: edit.now)
            ad.set("JobMaterializeDate", edit.now)
            edit.put(id, ad)
            edit.log(NewJobs.submitEvent(of: edit.job(id), queue: self), of: id)
        }
    }
}

extension JobFactory {
    /// The item row of the next job.
    fileprivate func nextRow(total: Int) -> Int {
        let rows = max(1, rowCount)
        return nextProc / max(1, total / rows)
    }
}

extension StoredAd {
    /// Whether an expression is true for a cluster's ad.
    func satisfies(_ expression: ExprTree) -> Bool {
        guard let id = JobID(cluster: 1, proc: 0) else { return false }
        return JobSnapshot(id: id, cluster: self, proc: StoredAd()).satisfies(expression)
    }
}
