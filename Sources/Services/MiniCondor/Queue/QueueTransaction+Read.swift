import ClassAd
import CondorProtocol
import Synchronization

extension QueueTransaction {
    /// The expression of an attribute as this transaction sees it; a job has what its cluster has.
    subscript(_ key: QueueKey, _ name: String) -> ArraySlice<UInt8>? {
        switch pending.value(key, name) {
        case .set(let expression): return expression[...]
        case .deleted where key.proc < 0: return nil
        case .deleted, nil: break
        }
        if let id = JobID(cluster: key.cluster, proc: key.proc) {
            if case nil = pending.value(key, name), let job = queue.job(id), let found = job.proc[name] { return found }
            return self[.cluster(key.cluster), name]
        }
        return queue.clusterAd(key.cluster)?[name]
    }

    /// Whether the job or cluster is there, in the queue or in this transaction.
    func exists(_ key: QueueKey) -> Bool {
        pending.contains(key) || queue.owner(of: key) != nil
    }

    /// The expression of an attribute; throws 2 for a job that is not there, 22 for an attribute it does not have, 13 for a private one.
    func attribute(_ key: QueueKey, _ name: String) throws(QueueError) -> ExprTree {
        guard !WireAd.isPrivateAttribute(name) else { throw .permission() }
        guard exists(key) else { throw .notFound() }
        guard let text = self[key, name] else { throw .invalid() }
        return text.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) } ?? .literal(.error)
    }

    /// The job (with `proc` -1: the cluster) as this transaction sees it.
    func ad(_ key: QueueKey) throws(QueueError) -> WireAd {
        guard exists(key) else { throw .notFound() }
        var cluster = queue.clusterAd(key.cluster) ?? StoredAd()
        pending.overlay(.cluster(key.cluster), on: &cluster)
        guard key.proc >= 0 else { return cluster.wireAd }
        guard let id = JobID(cluster: key.cluster, proc: key.proc) else { throw .notFound() }
        var proc = queue.job(id)?.proc ?? StoredAd()
        pending.overlay(key, on: &proc)
        return JobSnapshot(id: id, cluster: cluster, proc: proc).wireAd()
    }
}

extension StoredAd {
    /// The ad as it is sent.
    var wireAd: WireAd {
        var ad = WireAd()
        var line: [UInt8] = []
        forEach { name, expression in
            line.removeAll(keepingCapacity: true)
            line.append(contentsOf: name)
            line.append(contentsOf: " = ".utf8)
            line.append(contentsOf: expression)
            ad.append(line: line)
        }
        return ad
    }
}

extension JobQueue {
    /// Begins a conversation of the queue management.
    func begin(_ requester: Requester) -> QueueTransaction { QueueTransaction(self, requester) }

    /// The owner of a job or cluster that is in the queue; nil if there is none.
    func owner(of key: QueueKey) -> String? {
        state.withLock { state in
            guard let cluster = state.cluster(key.cluster) else { return nil }
            guard key.proc >= 0 else { return cluster.owner }
            return cluster.position(key.proc) == nil ? nil : cluster.owner
        }
    }

    /// Gives out the next cluster number. It is not given out again, not even after a restart.
    func reserveCluster(_ check: (JobCounts) throws(QueueError) -> Void) throws(QueueError) -> Int {
        let result: Result<Int, QueueError> = state.withLock { state in
            do throws(QueueError) {
                if let failure = state.failure { throw failure }
                try check(state.counts)
                let id = state.nextCluster
                guard id < Int(Int32.max) else { throw QueueError(22, "there are no cluster numbers left", result: -10) }
                state.nextCluster += 1
                // Durable a moment later, and in any case before what is committed with the number.
                _ = writer.enqueue([.nextCluster(state.nextCluster)], events: [])
                return .success(id)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
