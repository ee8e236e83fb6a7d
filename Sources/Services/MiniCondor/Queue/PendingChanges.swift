import ClassAd
import CondorModel
import CondorProtocol

/// The uncommitted changes of a transaction, by ad, in the order in which the ads were first changed.
struct PendingChanges: Sendable {
    enum Change: Sendable {
        case set([UInt8])
        case deleted
    }

    private struct Ad: Sendable {
        var isNew = false
        var isDestroyed = false
        /// New values.
        var values = StoredAd()
        /// Names to delete, in lower case.
        var deleted: Set<String> = []
    }

    private var order: [QueueKey] = []
    private var ads: [QueueKey: Ad] = [:]
    private var byteCount = 0
    /// Number of jobs that the transaction creates.
    private(set) var newJobs = 0
    /// Whether a job was held for its input, even briefly. Then all new jobs are spooled ones (HTCondor 25.14, `condor_schedd.V6/qmgmt.cpp`,
    /// `catSpoolingHold`).
    private var isSpooled = false
    private var factories: [Int: JobFactory] = [:]

    var hasFactories: Bool { !factories.isEmpty }

    var isEmpty: Bool { order.isEmpty && factories.isEmpty }

    func contains(_ key: QueueKey) -> Bool { ads[key].map { $0.isNew && !$0.isDestroyed } ?? false }

    func value(_ key: QueueKey, _ name: String) -> Change? {
        guard let ad = ads[key] else { return nil }
        if let expression = ad.values[name] { return .set(Array(expression)) }
        return ad.deleted.contains(name.lowercased()) ? .deleted : nil
    }

    func overlay(_ key: QueueKey, on target: inout StoredAd) {
        guard let ad = ads[key] else { return }
        for name in ad.deleted { target.remove(name) }
        target.merge(ad.values)
    }

    // MARK: Collecting

    private mutating func with(_ key: QueueKey, _ body: (inout Ad) -> Void) {
        if ads[key] == nil { order.append(key) }
        body(&ads[key, default: Ad()])
    }

    mutating func make(_ key: QueueKey) {
        with(key) { $0.isNew = true }
        if key.proc >= 0 { newJobs += 1 }
    }

    mutating func set(_ key: QueueKey, _ name: String, _ expression: [UInt8], limit: Int) throws(QueueError) {
        byteCount += name.utf8.count + expression.count + 8
        guard byteCount <= limit else { throw QueueError(28, "the transaction is too large") }
        guard expression.count <= StoredAd.maximumExpressionLength else { throw .invalid("the value of \(name) is too long") }
        if expression.elementsEqual("16".utf8), name.lowercased() == "holdreasoncode" { isSpooled = true }
        with(key) { ad in
            ad.values.set(name, expression: expression)
            if !ad.deleted.isEmpty { ad.deleted.remove(name.lowercased()) }
        }
    }

    mutating func delete(_ key: QueueKey, _ name: String) throws(QueueError) {
        with(key) { ad in
            ad.values.remove(name)
            ad.deleted.insert(name.lowercased())
        }
    }

    mutating func destroy(_ key: QueueKey) {
        with(key) { $0.isDestroyed = true }
    }

    mutating func setFactory(_ factory: JobFactory, of cluster: Int) { factories[cluster] = factory }

    func factory(of cluster: Int) -> JobFactory? { factories[cluster] }

    /// Records attributes that were edited for all jobs of a cluster, so that the cluster's description does not overwrite them in later jobs.
    private static func noteEdit(_ names: [String], in ad: inout StoredAd) {
        var edited = ad.string("EditedClusterAttrs")?.split(separator: ",").map(String.init) ?? []
        for name in names where !name.hasPrefix("JobMaterialize") && !edited.contains(where: { $0.lowercased() == name.lowercased() }) {
            edited.append(name)
        }
        if !edited.isEmpty { ad.set("EditedClusterAttrs", edited.joined(separator: ",")) }
    }

    // MARK: Applying

    /// Applies everything to the queue. The queue may have changed since, so all checks are repeated.
    func apply(to edit: inout QueueEdit, by actor: Requester, queue: JobQueue) throws(QueueError) {
        var newProcs: [Int: [QueueKey]] = [:]
        for key in order where key.proc >= 0 {
            if let ad = ads[key], ad.isNew, !ad.isDestroyed { newProcs[key.cluster, default: []].append(key) }
        }
        for key in order where key.proc < 0 {
            guard let change = ads[key] else { continue }
            var ad = edit.clusterAd(key.cluster) ?? StoredAd()
            if !change.isNew, edit.clusterAd(key.cluster) == nil { throw .notFound("cluster \(key.cluster) is gone") }
            overlay(key, on: &ad)
            if change.isNew {
                guard newProcs[key.cluster] != nil || factories[key.cluster] != nil else { continue }
                ad = NewJobs.completed(cluster: ad, id: key.cluster, jobs: newProcs[key.cluster]?.count ?? 0, by: actor, queue: queue, now: edit.now)
            }
            if !change.isNew, edit.state.cluster(key.cluster)?.factory != nil { Self.noteEdit(change.values.names, in: &ad) }
            let nextProc = max(edit.state.cluster(key.cluster)?.nextProc ?? 0, (newProcs[key.cluster]?.last?.proc ?? -1) + 1)
            edit.putCluster(key.cluster, ad.trimmed(), nextProc: nextProc)
            if let factory = factories[key.cluster] {
                edit.putFactory(key.cluster, factory)
                edit.logClusterSubmission(key.cluster, address: queue.settings.address)
            }
        }
        for key in order where key.proc >= 0 {
            guard let change = ads[key], let id = JobID(cluster: key.cluster, proc: key.proc) else { continue }
            if change.isDestroyed {
                if edit.job(id) != nil { edit.archive(id) }
                continue
            }
            if change.isNew {
                guard let cluster = edit.clusterAd(key.cluster) else { throw .notFound("cluster \(key.cluster) is gone") }
                edit.put(id, NewJobs.completed(proc: change.values, id: id, cluster: cluster, isSpooled: isSpooled, queue: queue, now: edit.now))
                edit.log(NewJobs.submitEvent(of: edit.job(id), queue: queue), of: id)
            } else {
                guard let job = edit.job(id) else { throw .notFound("job \(id) is gone") }
                var ad = job.proc
                overlay(key, on: &ad)
                edit.put(id, ad)
            }
        }
    }
}
