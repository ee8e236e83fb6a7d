import ClassAd
import CondorModel

/// What one identity has seen of the queue: a few bytes of each job, compared with what it sees next. Knows nothing of connections and clocks.
struct QueueView: Sendable {
    /// What an ad leads to.
    enum Finding {
        case nothing
        /// In the order in which they happened.
        case events([JobEvent])
        /// Something has changed, but the ad is too short to tell it.
        case incomplete(JobID)
    }

    private var jobs: [JobID: KnownJob] = [:]
    private var profiles = EditProfiles()
    private var owners = JobOwners()
    private var sweep: UInt32 = 0
    /// The jobs there were at first are no news.
    private(set) var isComplete = false
    /// Jobs that a sweep did not find, with the number of times that the history did not tell of them either.
    private var missing: [JobID: Int] = [:]
    /// The schedd's time at the beginning: what has left before is no news.
    private(set) var began: Int64 = 0
    private(set) var lastCluster = 0
    /// Whether numbers of clusters have been left out: jobs may have come and gone unseen.
    private var hasGap = false
    /// How many jobs of the clusters that have come lately were seen, and how many there should be.
    private var arrivals: [Int: (seen: Int, expected: Int)] = [:]

    /// Times that the history is asked for a job before it is given up.
    private static let patience = 3

    /// What a look at a job has to bring at least.
    static let shortProjection = ["ClusterId", "ProcId", "Owner", "User", "TotalSubmitProcs"] + JobFacts.attributes + EditProfile.attributes
    /// What it takes to tell events.
    static let projection: [String] = {
        var seen: Set<String> = []
        return (shortProjection + JobEventType.allCases.flatMap(\.attributes)).filter { seen.insert($0).inserted }
    }()

    var count: Int { jobs.count }
    var missingCount: Int { missing.count }

    func knows(_ id: JobID) -> Bool { jobs[id] != nil }

    /// All jobs will be seen from now on, until ``endSweep(serverTime:)``.
    mutating func beginSweep() {
        sweep &+= 1
    }

    /// All jobs of the queue have been seen; what is known beyond them has left it.
    mutating func endSweep(serverTime: Int64) {
        if isComplete {
            for (id, known) in jobs where known.sweep != sweep && missing[id] == nil { missing[id] = 0 }
        } else {
            isComplete = true
            began = serverTime
            hasGap = false
            arrivals = [:]
        }
        prune()
    }

    /// Drops values that no job has any more.
    private mutating func prune() {
        guard profiles.count > 1024, profiles.count > jobs.count * 2 else { return }
        var kept = EditProfiles()
        for (id, known) in jobs { jobs[id]?.profile = profiles[known.profile].map { kept.number(of: $0) } ?? -1 }
        profiles = kept
    }

    /// Whether jobs may have come and gone unseen. Answers once.
    mutating func takeGap() -> Bool {
        defer {
            hasGap = false
            arrivals = [:]
        }
        return hasGap || arrivals.values.contains { $0.seen < $0.expected }
    }

    /// Looks at a job in the queue.
    /// - Parameters:
    ///   - isShort: whether the ad has no more than ``shortProjection``.
    ///   - now: the time of what has no time of its own.
    mutating func see(_ ad: WireAd, isShort: Bool, now: Int64) -> Finding {
        guard let id = JobID(ad) else { return .nothing }
        let facts = JobFacts(ad)
        let known = jobs[id]
        let profile = EditProfile(ad)
        let steps = known == nil && !isComplete ? [] : JobPath.steps(from: known, to: facts, now: now)
        let changes = known.flatMap { profiles[$0.profile]?.changes(to: profile) } ?? []
        if isShort, !steps.isEmpty || !changes.isEmpty {
            jobs[id]?.sweep = sweep
            return .incomplete(id)
        }
        missing[id] = nil
        note(id.cluster)
        if known == nil, isComplete {
            let expected = max(Int(clamping: ad.integer("TotalSubmitProcs") ?? 0), id.proc + 1)
            let arrival = arrivals[id.cluster] ?? (0, 0)
            arrivals[id.cluster] = (arrival.seen + 1, max(arrival.expected, expected))
        }
        jobs[id] = remembered(known, facts, steps, profile, owners.number(of: ad))
        let events = self.events(id, ad, known, steps, changes, now)
        return events.isEmpty ? .nothing : .events(events)
    }

    /// Looks at the record of a job that has left the queue.
    mutating func seeRecord(_ ad: WireAd, now: Int64) -> [JobEvent] {
        guard let id = JobID(ad) else { return [] }
        let known = jobs.removeValue(forKey: id)
        missing[id] = nil
        let facts = JobFacts(ad)
        // A job that was there at the beginning is known; one that is not came later, or had left before.
        guard known != nil || (isComplete && facts.queued >= began) else { return [] }
        note(id.cluster)
        let changes = known.flatMap { profiles[$0.profile]?.changes(to: EditProfile(ad)) } ?? []
        return events(id, ad, known, JobPath.steps(from: known, to: facts, now: now), changes, now)
    }

    /// Gives up jobs of which the history does not tell: nobody knows what became of them.
    mutating func giveUpMissing(at time: Int64) -> [JobEvent] {
        var events: [JobEvent] = []
        for (id, times) in missing {
            guard times + 1 >= Self.patience else {
                missing[id] = times + 1
                continue
            }
            missing[id] = nil
            guard let known = jobs.removeValue(forKey: id) else { continue }
            // Of one that was over everything has been told.
            let phase = JobPhase(known.status)
            if phase == .completed || phase == .removed { continue }
            events.append(JobEvent(.remove, id, status: nil, previous: known.status, time: time, bareAd(id, known), showing: []))
        }
        return events
    }

    private func bareAd(_ id: JobID, _ known: KnownJob) -> WireAd {
        var ad = WireAd()
        ad.append(name: "ClusterId", expression: .integer(id.cluster))
        ad.append(name: "ProcId", expression: .integer(id.proc))
        guard let owner = owners[known.owner] else { return ad }
        if let name = owner.name { ad.append(name: "Owner", expression: .string(name)) }
        if let user = owner.user { ad.append(name: "User", expression: .string(user)) }
        return ad
    }

    private mutating func note(_ cluster: Int) {
        if cluster > lastCluster + 1 { hasGap = true }
        lastCluster = max(lastCluster, cluster)
    }

    private mutating func remembered(_ known: KnownJob?, _ facts: JobFacts, _ steps: [JobTransition], _ profile: EditProfile, _ owner: Int32)
        -> KnownJob
    {
        var job = KnownJob(facts)
        // What was told is not told again when its counter comes late.
        func told(_ type: JobEventType) -> Int64 { Int64(steps.reduce(0) { $0 + ($1.type == type ? 1 : 0) }) }
        if let known {
            job.starts = max(job.starts, known.starts + told(.execute))
            job.holds = max(job.holds, known.holds + told(.hold))
            job.suspensions = max(job.suspensions, known.suspensions + told(.suspend))
        } else {
            job.starts = max(job.starts, told(.execute))
        }
        job.status = steps.last?.status ?? known?.status ?? facts.status
        job.profile = profiles.number(of: profile)
        job.owner = owner
        job.sweep = sweep
        return job
    }

    private func events(
        _ id: JobID, _ ad: WireAd, _ known: KnownJob?, _ steps: [JobTransition], _ changes: [String], _ now: Int64
    ) -> [JobEvent] {
        guard !changes.isEmpty else { return steps.map { JobEvent($0, id, ad) } }
        // Nobody knows when it was edited; users edit what does not run yet.
        let edit = JobEvent(
            .edit, id, status: known?.status, previous: known?.status, time: steps.first?.time ?? now, ad, showing: changes, missingAsNull: true)
        return [edit] + steps.map { JobEvent($0, id, ad) }
    }
}
