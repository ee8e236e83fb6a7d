package import ClassAd

/// Which machines would run a job, and what keeps the others from it: clause by clause of its `Requirements`.
///
/// Machines are added one by one and not kept. A machine that gives parts of itself away (a partitionable slot) is judged as if nothing were given
/// away; whether what the job asks for is there now is counted apart.
package struct RequirementsAnalysis: Sendable {
    /// Clauses beyond this many are judged as one.
    private static let maximumClauses = 64
    /// Different sets of clauses that keep machines from matching, of which counts are kept.
    private static let maximumSets = 1024

    package let expression: ExprTree
    package private(set) var clauses: [RequirementsClause]
    /// Machines considered.
    package private(set) var machines = 0
    /// Machines that meet the job's requirements.
    package private(set) var matched = 0
    /// Of these: those whose own policy does not take the job, those that others have, and those that are free.
    package private(set) var refused = 0
    package private(set) var busy = 0
    package private(set) var available = 0
    /// Machines by the clauses that are not true for them, as bits.
    private var obstacles: [UInt64: Int] = [:]

    private let job: ClassAd

    init(_ job: ClassAd) {
        self.job = job
        let requirements = job["Requirements"] ?? .boolean(true)
        expression = requirements
        let parts = RequirementsClause.conjuncts(requirements, of: job, limit: Self.maximumClauses)
        clauses = parts.map { RequirementsClause($0, of: job) }
    }

    /// Names of the machines' attributes that the job's requirements mention.
    static func machineAttributes(_ job: ClassAd) -> [String] {
        let external = (job["Requirements"] ?? .boolean(true)).references(in: job)?.external ?? []
        return external.map { name in name.prefix(7).uppercased() == "TARGET." ? String(name.dropFirst(7)) : name }
    }

    /// What a slot has in all, under the names of what it has left.
    static let totals = [
        (name: "Cpus", total: "TotalSlotCpus"), (name: "Memory", total: "TotalSlotMemory"), (name: "Disk", total: "TotalSlotDisk"),
        (name: "GPUs", total: "TotalSlotGPUs"),
    ]

    mutating func add(_ machine: ClassAd) {
        machines += 1
        let isPartitionable = machine.boolean("PartitionableSlot") == true
        let whole = isPartitionable ? Self.whole(machine) : machine
        var missing: UInt64 = 0
        var isTrueSoFar = true
        for index in clauses.indices {
            let isTrue = clauses[index].expression.evaluate(my: job, target: whole).booleanEquivalent == true
            if isTrue { clauses[index].matched += 1 } else { missing |= 1 << UInt64(index) }
            isTrueSoFar = isTrueSoFar && isTrue
            if isTrueSoFar { clauses[index].matchedCumulative += 1 }
            if let comparison = clauses[index].comparison { clauses[index].values.add(whole.evaluate(comparison.attribute)) }
        }
        guard missing == 0 else {
            if missing.nonzeroBitCount == 1 {
                let index = missing.trailingZeroBitCount
                clauses[index].soleObstacle += 1
                if let comparison = clauses[index].comparison { clauses[index].soleValues.add(whole.evaluate(comparison.attribute)) }
            }
            if obstacles[missing] != nil || obstacles.count < Self.maximumSets { obstacles[missing, default: 0] += 1 }
            return
        }
        matched += 1
        let state = machine.string("State") ?? "Unclaimed"
        if !whole.accepts(job) || state == "Owner" || state == "Drained" {
            refused += 1
        } else if isPartitionable {
            if job.matches(machine) { available += 1 } else { busy += 1 }
        } else if state != "Unclaimed" {
            busy += 1
        } else {
            available += 1
        }
    }

    /// The machine as it would be if nothing of it were given away.
    private static func whole(_ machine: ClassAd) -> ClassAd {
        var whole = machine
        for (name, total) in totals {
            if let value = machine[total] { whole[name] = value }
        }
        return whole
    }

    /// The clauses without which most machines would match, the smallest such set where no machine matches: indices and the number of machines.
    var smallestObstacle: (clauses: [Int], machines: Int)? {
        let best = obstacles.min { a, b in
            let (few, many) = (a.key.nonzeroBitCount, b.key.nonzeroBitCount)
            return few != many ? few < many : a.value != b.value ? a.value > b.value : a.key < b.key
        }
        return best.map { set, count in (clauses.indices.filter { set & (1 << UInt64($0)) != 0 }, count) }
    }
}
