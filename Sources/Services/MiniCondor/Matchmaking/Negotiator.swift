import ClassAd
import CondorModel

/// Finds the next job for the free resources: submitters in the order of their shares, and their jobs by `JobPrio` and age.
///
/// A job is read once when it becomes idle, and filed by submitter and kind. A kind that does not fit the free resources is not tried again until
/// resources are returned.
struct Negotiator {
    private struct Submitter {
        /// Idle jobs by kind. No bucket is empty.
        var buckets: [Int: IdleIndex] = [:]
        /// Processors in use now.
        var processors = 0
    }

    /// A job that gets a slot.
    struct Match: Sendable {
        var job: JobSnapshot
        var submitter: String
        var request: ResourceRequest
        var limits: [(name: String, weight: Double)]
    }

    private(set) var kinds = AutoClusters()
    private var submitters: [String: Submitter] = [:]
    private(set) var shares: FairShare
    /// The used amount of each concurrency limit.
    private var limitsInUse: [String: Double] = [:]
    /// The total amount of each concurrency limit (CONCURRENCY_LIMIT_DEFAULT for others).
    private let limits: [String: Double]
    private let defaultLimit: Double
    /// Kinds that did not fit since resources were last returned.
    private var blocked: Set<Int> = []

    init(shares: FairShare, limits: [String: Double] = [:], defaultLimit: Double = 2_308_032) {
        self.shares = shares
        self.limits = Dictionary(limits.map { ($0.key.lowercased(), $0.value) }) { $1 }
        self.defaultLimit = defaultLimit
    }

    // MARK: - What changes

    /// Files a job that has become idle, or that has changed while idle.
    mutating func file(_ job: JobSnapshot) {
        let kind = kinds.kind(of: job)
        submitters[job.submitter, default: Submitter()].buckets[kind, default: IdleIndex()].insert(IdleIndex.Key(job))
        blocked.remove(kind)
    }

    /// Tries all kinds again, after resources were returned or because time may matter.
    mutating func retryAll() { blocked.removeAll(keepingCapacity: true) }

    /// Records that a match is used.
    mutating func take(_ match: Match, processors: Int) {
        submitters[match.submitter, default: Submitter()].processors += processors
        for (name, weight) in match.limits { limitsInUse[name, default: 0] += weight }
    }

    /// Records that a job's slot is free again.
    mutating func giveBack(submitter: String, processors: Int, limits: [(name: String, weight: Double)]) {
        submitters[submitter]?.processors -= processors
        for (name, weight) in limits {
            let rest = (limitsInUse[name] ?? 0) - weight
            limitsInUse[name] = rest > 0.000_1 ? rest : nil
        }
        retryAll()
    }

    mutating func advance(to now: Int64) {
        shares.advance(to: now, processors: submitters.compactMapValues { $0.processors > 0 ? $0.processors : nil })
        submitters = submitters.filter { $0.value.processors > 0 || !$0.value.buckets.isEmpty }
        let waiting = Set(submitters.values.flatMap(\.buckets.keys))
        if kinds.count > 2 * waiting.count + 1000 { kinds.prune(keeping: waiting) }
    }

    // MARK: - Matching

    /// The next job that fits.
    /// - Parameters:
    ///   - slot: the ad of the partitionable slot.
    ///   - lookUp: the job's current state; nil if it is no longer idle.
    mutating func next(slot: ClassAd, free: MachineResources, now: Int64, lookUp: (JobID) -> JobSnapshot?) -> Match? {
        guard free.cpus > 0 else { return nil }
        var exhausted: Set<String> = []
        while true {
            let waiting = submitters.lazy.filter { !$0.value.buckets.isEmpty && !exhausted.contains($0.key) }
                .map { (submitter: $0.key, processors: $0.value.processors) }
            guard let name = shares.first(of: waiting) else { return nil }
            if let match = next(of: name, slot, free, now, lookUp) { return match }
            exhausted.insert(name)
        }
    }

    private mutating func next(
        of name: String, _ slot: ClassAd, _ free: MachineResources, _ now: Int64, _ lookUp: (JobID) -> JobSnapshot?
    ) -> Match? {
        while true {
            // The first job among all kinds that may fit.
            var best: (kind: Int, key: IdleIndex.Key)?
            for (kind, bucket) in submitters[name]?.buckets ?? [:] where !blocked.contains(kind) {
                guard let key = bucket.keys(after: nil, limit: 1).first else { continue }
                if best == nil || best.map({ key < $0.key }) == true { best = (kind, key) }
            }
            guard let (kind, key) = best else { return nil }
            guard let id = JobID(cluster: Int(key.cluster), proc: Int(key.proc)), let job = lookUp(id), job.submitter == name,
                IdleIndex.Key(job) == key
            else {
                remove(key, kind, of: name)
                continue
            }
            guard kinds.kind(of: job) == kind else {
                remove(key, kind, of: name)
                file(job)
                continue
            }
            let contents = kinds.contents(of: kind, from: job)
            guard fits(contents, slot, free, now) else {
                blocked.insert(kind)
                continue
            }
            remove(key, kind, of: name)
            return Match(job: job, submitter: name, request: contents.request, limits: contents.limits)
        }
    }

    private mutating func remove(_ key: IdleIndex.Key, _ kind: Int, of name: String) {
        submitters[name]?.buckets[kind]?.remove(key)
        if submitters[name]?.buckets[kind]?.count == 0 { submitters[name]?.buckets[kind] = nil }
    }

    private func fits(_ kind: AutoClusters.Kind, _ slot: ClassAd, _ free: MachineResources, _ now: Int64) -> Bool {
        guard kind.request.cpus <= free.cpus, kind.request.gpus <= free.gpus.count else { return false }
        guard kind.limits.allSatisfy({ (limitsInUse[$0.name] ?? 0) + $0.weight <= (limits[$0.name] ?? defaultLimit) }) else { return false }
        var context = EvaluationContext.standard
        context.now = { now }
        return slot.matches(kind.ad, context: context)
    }

    // MARK: - Why not

    /// For each submitter and kind that did not fit, the first waiting job; no more than `limit`.
    func rejected(limit: Int) -> [JobID] {
        var jobs: [JobID] = []
        for submitter in submitters.values {
            for (kind, bucket) in submitter.buckets where blocked.contains(kind) {
                guard jobs.count < limit, let key = bucket.keys(after: nil, limit: 1).first else { break }
                if let id = JobID(cluster: Int(key.cluster), proc: Int(key.proc)) { jobs.append(id) }
            }
        }
        return jobs
    }

    /// Why a job does not run.
    func explain(_ job: JobSnapshot, slot: ClassAd, emptySlot: ClassAd, now: Int64) -> IdleExplanation {
        var context = EvaluationContext.standard
        context.now = { now }
        let ad = job.classAd()
        let exhausted = AutoClusters.limits(ad).filter { (limitsInUse[$0.name] ?? 0) + $0.weight > (limits[$0.name] ?? defaultLimit) }.map(\.name)
        return IdleExplanation(
            job: ad, slot: slot, emptySlot: emptySlot, exhaustedLimits: exhausted, ahead: ahead(of: job), context: context)
    }

    /// The same submitter's idle jobs that come before this one.
    private func ahead(of job: JobSnapshot) -> Int {
        let key = IdleIndex.Key(job)
        return (submitters[job.submitter]?.buckets ?? [:]).values.reduce(0) { $0 + $1.count(before: key) }
    }
}
