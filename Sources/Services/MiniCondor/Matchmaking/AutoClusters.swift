import ClassAd
import CondorModel

/// Groups jobs with equal requirements. They match the same slots, so one evaluation serves them all.
struct AutoClusters {
    /// The requirements of a kind of jobs.
    struct Kind: Sendable {
        /// The significant attributes, taken from one of the jobs.
        let ad: ClassAd
        let request: ResourceRequest
        /// Concurrency limits: lower-case names with weights.
        let limits: [(name: String, weight: Double)]
    }

    /// Cached facts about a cluster: its significant attributes, and the kind of those jobs that override none of them.
    private struct Known {
        let ad: StoredAd
        let names: [String]
        let kind: Int?
    }

    private var numbers: [[UInt8]: Int] = [:]
    private var nextNumber = 0
    private var known: [Int: Known] = [:]
    /// Recently evaluated kinds.
    private var recent: [Int: Kind] = [:]

    /// Attributes that are always significant: those that the slot's requirements or the negotiator itself read.
    private static let always = [
        "Requirements", "Rank", "RequestCpus", "RequestMemory", "RequestDisk", "RequestGPUs", "ConcurrencyLimits", "JobUniverse",
    ]
    /// The largest number of cached clusters. The cache affects only speed.
    private static let maximumKnown = 20_000
    private static let maximumRecent = 256

    /// A job's kind.
    mutating func kind(of job: JobSnapshot) -> Int {
        if let known = known[job.id.cluster], known.ad == job.cluster {
            if let kind = known.kind, !known.names.contains(where: job.proc.contains) { return kind }
            return number(of: job, known.names)
        }
        let names = Self.significantNames(job)
        let number = number(of: job, names)
        if known.count >= Self.maximumKnown { known.removeAll() }
        let isClusters = !names.contains(where: job.proc.contains)
        known[job.id.cluster] = Known(ad: job.cluster, names: names, kind: isClusters ? number : nil)
        return number
    }

    private mutating func number(of job: JobSnapshot, _ names: [String]) -> Int {
        var signature: [UInt8] = []
        for name in names {
            guard let text = job[name] else { continue }
            signature += name.utf8
            signature.append(0x3D)
            signature += text
            signature.append(0x0A)
        }
        if let number = numbers[signature] { return number }
        nextNumber += 1
        numbers[signature] = nextNumber
        return nextNumber
    }

    /// The requirements of a kind, read from one of its jobs.
    mutating func contents(of kind: Int, from job: JobSnapshot) -> Kind {
        if let kind = recent[kind] { return kind }
        var ad = ClassAd()
        for name in Self.significantNames(job) { ad[name] = job.expression(name) }
        let contents = Kind(ad: ad, request: Self.request(ad), limits: Self.limits(ad))
        if recent.count >= Self.maximumRecent { recent.removeAll() }
        recent[kind] = contents
        return contents
    }

    /// The number of distinct kinds.
    var count: Int { numbers.count }

    /// Forgets kinds without waiting jobs.
    mutating func prune(keeping kinds: Set<Int>) {
        numbers = numbers.filter { kinds.contains($0.value) }
        recent = recent.filter { kinds.contains($0.key) }
        known.removeAll()
    }

    /// The names above, and all names that they refer to within the job's ad.
    private static func significantNames(_ job: JobSnapshot) -> [String] {
        var names = always
        var seen = Set(names.map { $0.lowercased() })
        var i = 0
        while i < names.count {
            defer { i += 1 }
            guard let tree = job.expression(names[i]), tree.referencesAttributes, let references = tree.references() else { continue }
            for name in references.internal + references.external {
                // TARGET.X belongs to the slot; MY.X and an unscoped X may belong to the job.
                let plain = name.lowercased().hasPrefix("my.") ? String(name.dropFirst(3)) : name
                guard !plain.contains("."), job.contains(plain), seen.insert(plain.lowercased()).inserted else { continue }
                names.append(plain)
            }
        }
        return names
    }

    static func request(_ ad: ClassAd) -> ResourceRequest {
        func number(_ name: String, _ fallback: Int64) -> Int64 {
            switch ad.evaluate(name) {
            case .integer(let value): value
            case .real(let value): Int64(exactly: value.rounded(.up)) ?? fallback
            default: fallback
            }
        }
        return ResourceRequest(
            cpus: Int(clamping: max(0, number("RequestCpus", 1))), memoryMB: max(0, number("RequestMemory", 0)),
            diskKB: max(0, number("RequestDisk", 0)), gpus: Int(clamping: max(0, number("RequestGPUs", 0))))
    }

    /// Parses `license:2,database` as HTCondor does: names ignore case and weigh 1 unless a number is given.
    static func limits(_ ad: ClassAd) -> [(name: String, weight: Double)] {
        NameList.split(ad.string("ConcurrencyLimits")).map { item in
            guard let colon = item.utf8.firstIndex(of: UInt8(ascii: ":")) else { return (item.lowercased(), 1) }
            let weight = Double(String(item.utf8[item.utf8.index(after: colon)...]) ?? "") ?? 1
            return ((String(item.utf8[..<colon]) ?? item).lowercased(), weight.isFinite && weight > 0 ? weight : 1)
        }
    }
}
