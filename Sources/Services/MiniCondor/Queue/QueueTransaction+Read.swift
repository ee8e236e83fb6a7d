import ClassAd
import CondorModel
import CondorProtocol
import Synchronization

extension QueueTransaction {
    /// An attribute's expression as seen by this transaction; a job inherits from its cluster.
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

    /// Whether the job or cluster exists, in the queue or in this transaction.
    func exists(_ key: QueueKey) -> Bool {
        pending.contains(key) || queue.owner(of: key) != nil
    }

    /// An attribute's expression. Throws errno 2 if the job does not exist, 22 if it lacks the attribute, 13 if the attribute is private.
    func attribute(_ key: QueueKey, _ name: String) throws(QueueError) -> ExprTree {
        guard !WireAd.isPrivateAttribute(name) else { throw .permission() }
        guard exists(key) else { throw .notFound() }
        guard let text = self[key, name] else { throw .invalid() }
        return text.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) } ?? .literal(.error)
    }

    /// The job, or with `proc` -1 the cluster, as seen by this transaction.
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
    /// The ad in the form in which it is sent.
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
    /// Begins a queue management conversation.
    func begin(_ requester: Requester) -> QueueTransaction { QueueTransaction(self, requester) }

    /// The owner of a job or cluster in the queue; nil if it does not exist.
    func owner(of key: QueueKey) -> String? {
        state.withLock { state in
            guard let cluster = state.cluster(key.cluster) else { return nil }
            guard key.proc >= 0 else { return cluster.owner }
            return cluster.position(key.proc) == nil ? nil : cluster.owner
        }
    }

    /// Assigns the next cluster number. It is never assigned again, not even after a restart.
    func reserveCluster(_ check: (JobCounts) throws(QueueError) -> Void) throws(QueueError) -> Int {
        let result: Result<Int, QueueError> = state.withLock { state in
            do throws(QueueError) {
                if let failure = state.failure { throw failure }
                try check(state.counts)
                let id = state.nextCluster
                guard id < Int(Int32.max) else { throw QueueError(22, "there are no cluster numbers left", result: -10) }
                state.nextCluster += 1
                // This becomes durable soon, and in any case before anything that is committed with the number.
                _ = writer.enqueue([.nextCluster(state.nextCluster)], events: [])
                return .success(id)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
