import ClassAd
import CondorModel
import CondorProtocol

/// One client's queue management conversation. Its changes are invisible to others until `commit`, which applies all of them or none.
///
/// After a commit or an abort, the conversation continues with an empty transaction; more procs may be added to the last cluster.
struct QueueTransaction: Sendable {
    /// The authenticated identity of the client.
    let requester: Requester
    /// The user on whose behalf the client acts; changed by `setEffectiveOwner`.
    private(set) var actor: Requester
    let queue: JobQueue
    /// When the transaction began, in seconds since 1970. Timers count from here.
    let startedAt: Int64

    /// The cluster that `newCluster` made last, and the number of its next proc.
    private(set) var activeCluster: Int?
    private(set) var nextProc = 0
    var pending = PendingChanges()
    /// The first failure of an unacknowledged assignment, to be reported by the commit.
    private(set) var deferredError: QueueError?
    private(set) var allowsProtectedChanges = true
    /// The turn, held from the first read to the end of the transaction.
    private var hold: ConversationTurn.Hold?

    init(_ queue: JobQueue, _ requester: Requester) {
        self.queue = queue
        self.requester = requester
        actor = requester
        startedAt = queue.settings.now()
    }

    // MARK: The turn

    /// Call this before the client reads the queue in order to change it. Nobody else commits from here to the end of the transaction, and
    /// everything that is read is durable.
    /// - Parameter end: ends the conversation if others have waited too long.
    mutating func look(end: @escaping @Sendable () -> Void) async throws(QueueError) {
        guard hold == nil else { return queue.turn.noteActivity(at: queue.settings.now(), end: end) }
        hold = await queue.turn.take()
        queue.turn.noteActivity(at: queue.settings.now(), end: end)
        try await queue.settled()
    }

    // MARK: New jobs

    /// Begins a cluster and returns its number.
    mutating func newCluster() throws(QueueError) -> Int {
        let settings = queue.settings
        let id: Int = try queue.reserveCluster { counts throws(QueueError) in
            if counts.jobs >= settings.maximumJobs {
                throw QueueError(22, "Number of submitted jobs would exceed MAX_JOBS_SUBMITTED", result: -2)
            }
        }
        activeCluster = id
        nextProc = 0
        pending.make(.cluster(id))
        return id
    }

    /// Begins a job of the last cluster and returns its number: 0, 1, 2…
    mutating func newProc(cluster: Int) throws(QueueError) -> Int {
        guard cluster == activeCluster else { throw .permission("cluster \(cluster) is not the one being submitted") }
        let settings = queue.settings
        let counts = queue.counts(ofOwner: String(actor.owner))
        guard queue.counts.jobs + pending.newJobs < settings.maximumJobs else { throw QueueError(22, result: -2) }
        guard counts.jobs + pending.newJobs < settings.maximumJobsPerOwner else { throw QueueError(22, result: -3) }
        guard nextProc < settings.maximumJobsPerSubmission else { throw QueueError(22, result: -4) }
        let proc = nextProc
        nextProc += 1
        pending.make(QueueKey(cluster: cluster, proc: proc))
        return proc
    }

    // MARK: Attributes

    /// Sets an attribute of a job or, with `proc` -1, of a cluster. A value that does not parse becomes `undefined`.
    ///
    /// With `.noAck` nothing is thrown. The first failure is kept for the commit, and later assignments are ignored.
    mutating func setAttribute(_ key: QueueKey, name: String, value: String, flags: SetAttributeFlags = []) throws(QueueError) {
        if flags.contains(.noAck) {
            guard deferredError == nil else { return }
            do throws(QueueError) {
                try assign(key, name: name, value: value, flags: flags)
            } catch {
                deferredError = error
                deferredError?.isDeferred = true
            }
        } else {
            try assign(key, name: name, value: value, flags: flags)
        }
    }

    private mutating func assign(_ key: QueueKey, name: String, value: String, flags: SetAttributeFlags) throws(QueueError) {
        guard try check(key, name: name, value: value) else { return }
        var key = key
        var value = value
        if AttributeRules.belongsToCluster(name), key.proc >= 0 {
            guard key.proc == 0 || name.lowercased() == "clusterid" || name.lowercased() == "jobuniverse" else { return }
            key.proc = -1
        }
        switch name.lowercased() {
        case "owner": value = try ownerValue(key, value)
        case "user": value = try userValue(key, value)
        case "clusterid", "procid": try checkNumber(key, name: name, value: value)
        case "jobstatus":
            guard try checkStatus(key, value: value) else { return }
        default: break
        }
        guard !flags.contains(.queryOnly) else { return }
        if name.lowercased() == "jobstatus", queue.owner(of: key) != nil, let before = self[key, "JobStatus"] {
            try pending.set(key, "LastJobStatus", Array(before), limit: queue.settings.maximumTransactionBytes)
        }
        var expression = Self.canonicalExpression(value)
        if let number = StoredLiteral(expression[...]).integer, let rounded = RoundedAttributes.rounded(name, number) {
            try pending.set(key, name + "_RAW", expression, limit: queue.settings.maximumTransactionBytes)
            expression = Array(String(rounded).utf8)
        }
        try pending.set(key, name, expression, limit: queue.settings.maximumTransactionBytes)
        if name.lowercased() == "jobstatus", value == "5", queue.owner(of: key) == nil {
            try pending.set(key, "InitialJobStatus", expression, limit: queue.settings.maximumTransactionBytes)
        }
    }

    /// Sets an attribute of all jobs for which `constraint` is true and returns their number. Zero jobs are a failure.
    ///
    /// With `.onlyMyJobs`, other users' jobs are skipped; without it, any such job makes the call fail. With `.postSubmitClusterChange`, the ads of
    /// clusters with late materialization are changed too, and their number is returned if no jobs match.
    mutating func setAttribute(
        byConstraint constraint: String, name: String, value: String, flags: SetAttributeFlags = []
    ) throws(QueueError) -> Int {
        guard let tree = try? ExprTree.parse(constraint, syntax: .old) else { throw .invalid("Failed to parse constraint") }
        var matched: [QueueKey] = []
        for job in queue.scan(tree) where !flags.contains(.onlyMyJobs) || mayChange(owner: job.owner) { matched.append(QueueKey(job.id)) }
        let jobs = matched.count
        if flags.contains(.postSubmitClusterChange) {
            for (cluster, ad) in queue.factoryClusters where ad.satisfies(tree) {
                if !flags.contains(.onlyMyJobs) || mayChange(owner: ad.string("Owner") ?? "") { matched.append(.cluster(cluster)) }
            }
        }
        guard !matched.isEmpty else { throw .notFound() }
        // As in HTCondor, jobs that may be changed are changed even if another one fails.
        var failure: QueueError?
        for key in matched {
            do throws(QueueError) { try assign(key, name: name, value: value, flags: flags) } catch { failure = error }
        }
        if let failure { throw failure }
        return jobs > 0 ? jobs : matched.count
    }

    mutating func deleteAttribute(_ key: QueueKey, name: String) throws(QueueError) {
        guard try check(key, name: name, value: nil) else { return }
        guard self[key, name] != nil else { throw .notFound() }
        try pending.delete(key, name)
    }

    /// Sets an attribute to the time `seconds` after the beginning of the transaction.
    mutating func setTimerAttribute(_ key: QueueKey, name: String, seconds: Int) throws(QueueError) {
        let (time, overflow) = startedAt.addingReportingOverflow(Int64(seconds))
        guard !overflow else { throw .invalid() }
        try assign(key, name: name, value: String(time), flags: [])
    }

    /// Takes a job out of the queue without a history record. As in HTCondor, this is allowed only for jobs that were removed before, and for jobs
    /// of this transaction.
    mutating func destroyProc(_ id: JobID) throws(QueueError) {
        guard let job = queue.job(id) else {
            guard pending.contains(QueueKey(id)) else { throw QueueError(2, result: -3) }
            pending.destroy(QueueKey(id))
            return
        }
        guard mayChange(owner: job.owner) else { throw QueueError(13, result: -2) }
        guard job.status == .removed || job.status == .completed else { throw .invalid() }
        pending.destroy(QueueKey(id))
    }

    mutating func destroyCluster(_ cluster: Int) throws(QueueError) {
        guard let ad = queue.clusterAd(cluster) else { throw QueueError(2, result: -3) }
        guard mayChange(owner: ad.string("Owner") ?? "") else { throw QueueError(13, result: -2) }
        for job in queue.scan(JobSelection.cluster(cluster).expression) { try destroyProc(job.id) }
    }

    // MARK: The conversation

    /// Acts as another user from now on; the empty string ends that.
    mutating func setEffectiveOwner(_ owner: String) throws(QueueError) {
        if owner.isEmpty || owner == requester.user || owner == String(requester.owner) {
            actor = requester
            return
        }
        guard requester.isQueueSuperuser else { throw .permission() }
        actor = Requester(user: owner.contains("@") ? owner : owner + "@" + queue.settings.uidDomain, isQueueSuperuser: false)
    }

    /// Returns the previous value.
    mutating func setAllowProtectedChanges(_ allowed: Bool) -> Bool {
        defer { allowsProtectedChanges = allowed }
        return allowsProtectedChanges
    }

    /// Discards uncommitted changes.
    mutating func abort() {
        pending = PendingChanges()
        deferredError = nil
        activeCluster = nil
        hold = nil
    }

    /// Makes all changes durable, or none of them.
    /// - Returns: a warning for the client.
    mutating func commit() async throws(QueueError) -> String? {
        defer { (deferredError, hold) = (nil, nil) }
        let changes = pending
        pending = PendingChanges()
        if let deferredError { throw deferredError }
        guard !changes.isEmpty else { return nil }
        let committer = actor
        if hold == nil { hold = await queue.turn.take() }
        let (_, ticket) = try queue.changing { edit throws(QueueError) in
            try changes.apply(to: &edit, by: committer, queue: queue)
        }
        // Other conversations need to see the changes, but not to wait for their durability.
        hold = nil
        try await ticket.wait()
        if changes.hasFactories { await queue.materialize() }
        return nil
    }

    // MARK: Checks

    private func mayChange(owner: String) -> Bool { actor.isQueueSuperuser || owner == String(actor.owner) }

    /// HTCondor's checks, in HTCondor's order (`condor_schedd.V6/qmgmt.cpp`, ModifyAttrCheck).
    /// - Returns: false if the assignment is to be ignored without an error.
    private func check(_ key: QueueKey, name: String, value: String?) throws(QueueError) -> Bool {
        guard key.cluster > 0 else { throw .permission() }
        guard AttributeRules.isValidName(name) else {
            throw .invalid("Got invalid attribute named \(name) for job \(key.cluster).\(key.proc)")
        }
        if let value, !AttributeRules.isValidValue(value) {
            throw .invalid("Received invalid attribute value '\(value)' for job \(key.cluster).\(key.proc); ignoring")
        }
        if AttributeRules.isSecure(name) { return false }
        if let owner = queue.owner(of: key) {
            guard mayChange(owner: owner) else {
                throw .permission(
                    "User \(actor.user) may not change attributes for jobs they do not own (job \(key.cluster).\(key.proc))")
            }
            guard !AttributeRules.isImmutable(name) else {
                throw .permission("Attempt to edit immutable attribute \(name) in job \(key.cluster).\(key.proc)")
            }
        } else if let activeCluster {
            guard key.cluster == activeCluster, key.proc < nextProc, key.proc >= -1 else {
                throw .notFound(
                    "Modifying attribute \(name) in non-active cluster \(key.cluster) (current active cluster is \(activeCluster))")
            }
        } else {
            throw .notFound("Modifying attribute \(name) in nonexistent job \(key.cluster).\(key.proc)")
        }
        return true
    }

    private func ownerValue(_ key: QueueKey, _ value: String) throws(QueueError) -> String {
        if value.lowercased() == "undefined" { return ExprTree.string(String(actor.owner)).wireText }
        guard let tree = try? ExprTree.parse(value, syntax: .old), case .string(let owner)? = tree.literalValue else {
            throw .permission("Unable to set owner to \(value) as it is not a valid owner string")
        }
        guard owner != "root", owner != "LOCAL_SYSTEM" else { throw .permission("Setting job owner to \(owner) is not permitted") }
        if let text = self[key, "Owner"], let before = StoredLiteral(text).string, before != owner {
            throw .permission("Setting owner to \(value) when previously set to \(before) is not permitted.")
        }
        guard owner == String(actor.owner) || actor.isQueueSuperuser else {
            throw .permission("Setting owner to \(owner) when active owner is \(actor.owner) is not permitted")
        }
        return value
    }

    private func userValue(_ key: QueueKey, _ value: String) throws(QueueError) -> String {
        if value.lowercased() == "undefined" { return ExprTree.string(actor.user).wireText }
        guard let tree = try? ExprTree.parse(value, syntax: .old), case .string(let user)? = tree.literalValue,
            user == actor.user || actor.isQueueSuperuser
        else { throw .permission() }
        return value
    }

    private func checkNumber(_ key: QueueKey, name: String, value: String) throws(QueueError) {
        let isCluster = name.lowercased() == "clusterid"
        let expected = isCluster ? key.cluster : key.proc
        guard Int(value) == expected else {
            throw .permission(
                isCluster
                    ? "Setting cluster ID \(key.cluster) to new value (\(value)) is not permitted"
                    : "Setting proc ID \(key.proc) to new value (\(value)) is not permitted")
        }
    }

    /// A new job may be idle or held. An existing job may be changed from one to the other, as schedds themselves do when its input has arrived.
    /// HTCondor lets owners set other states too, which only harms them.
    /// - Returns: false if the job is already in that state.
    private func checkStatus(_ key: QueueKey, value: String) throws(QueueError) -> Bool {
        guard queue.owner(of: key) != nil else {
            guard [Self.idle, Self.held].contains(value) else { throw .invalid("A new job cannot have JobStatus \(value)") }
            return true
        }
        let status = self[key, "JobStatus"].flatMap { StoredLiteral($0).integer }
        guard status != Int64(value) else { return false }
        guard let job = JobID(cluster: key.cluster, proc: key.proc), !queue.isActive(job),
            status == JobStatus.idle.rawValue || status == JobStatus.held.rawValue, [Self.idle, Self.held].contains(value)
        else {
            throw .permission("The state of job \(key.cluster).\(key.proc) can be changed by actions only")
        }
        guard value != Self.idle || queue.job(job)?.evaluatedInteger("JobStatusOnRelease") != JobStatus.removed.rawValue else {
            throw .invalid("Changing JobStatus of removed job \(job) to \(value) is invalid")
        }
        return true
    }

    private static let idle = String(JobStatus.idle.rawValue)
    private static let held = String(JobStatus.held.rawValue)

    /// The expression in HTCondor's spelling; `undefined` for anything that does not parse.
    static func canonicalExpression(_ value: String) -> [UInt8] {
        if value.utf8.count <= 18, value.utf8.first.map({ (0x31...0x39).contains($0) }) == true,
            value.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        {
            return Array(value.utf8)
        }
        if value.utf8.count >= 2, value.utf8.first == UInt8(ascii: "\""), value.utf8.last == UInt8(ascii: "\""),
            value.utf8.dropFirst().dropLast().allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        {
            return Array(value.utf8)
        }
        guard let tree = try? ExprTree.parse(value, syntax: .old) else { return Array("undefined".utf8) }
        return tree.wireBytes
    }
}
