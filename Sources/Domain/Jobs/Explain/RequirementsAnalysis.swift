package import ClassAd
import Diagnostics

/// Finds out which machines would run a job and, clause by clause, how its `Requirements` rule out the others.
///
/// Machines are added one by one and not kept. A partitionable slot is judged as if all its resources were free; whether they are free now is
/// counted separately.
package struct RequirementsAnalysis: Sendable {
    /// Clauses beyond this number are merged into one.
    private static let maximumClauses = 64
    /// Upper bound on the distinct sets of failing clauses that are counted.
    private static let maximumSets = 1024

    package let expression: ExprTree
    package private(set) var clauses: [RequirementsClause]
    /// Number of machines considered.
    package private(set) var machines = 0
    /// Number of machines that meet the job's requirements.
    package private(set) var matched = 0
    /// Of the matched machines: the number whose own policy refuses the job, the number in use, and the number that are free.
    package private(set) var refused = 0
    package private(set) var busy = 0
    package private(set) var available = 0
    /// Number of machines by the set of clauses that are not true for them, as a bit mask.
    private var obstacles: [UInt64: Int] = [:]
    /// The machine attributes that the clauses refer to and that no machine so far has.
    private var missing: Set<String>
    /// Names of attributes that machines have, for suggestions.
    private var knownNames: Set<String> = []

    private let job: ClassAd

    init(_ job: ClassAd) {
        self.job = job
        let requirements = job["Requirements"] ?? .boolean(true)
        expression = requirements
        let parts = RequirementsClause.conjuncts(requirements, of: job, limit: Self.maximumClauses)
        clauses = parts.map { RequirementsClause($0, of: job) }
        missing = Set(clauses.flatMap(\.machineAttributes))
    }

    /// Names of the machine attributes that the job's requirements mention.
    static func machineAttributes(_ job: ClassAd) -> [String] {
        RequirementsClause.machineAttributes(job["Requirements"] ?? .boolean(true), of: job)
    }

    /// A slot's total resources, by the name of the attribute for what is left.
    static let totals = [
        (name: "Cpus", total: "TotalSlotCpus"), (name: "Memory", total: "TotalSlotMemory"), (name: "Disk", total: "TotalSlotDisk"),
        (name: "GPUs", total: "TotalSlotGPUs"),
    ]

    /// Notes which attributes a machine has. The machines that are added may show fewer.
    mutating func note(namesOf machine: ClassAd) { knownNames.formUnion(machine.names) }

    /// The attributes that a clause asks for and that no machine has.
    func unknownAttributes(of clause: Int) -> [String] {
        machines > 0 ? clauses[clause].machineAttributes.filter(missing.contains) : []
    }

    /// The attribute of machines that was probably meant.
    func attribute(near name: String) -> String? { closestMatch(to: name, among: knownNames.sorted()) }

    /// The clauses that no machine meets.
    var impossibleClauses: [Int] { machines > 0 ? clauses.indices.filter { clauses[$0].matched == 0 } : [] }

    mutating func add(_ machine: ClassAd) {
        machines += 1
        for name in missing where machine[name] != nil { missing.remove(name) }
        let isPartitionable = machine.boolean("PartitionableSlot") == true
        let whole = isPartitionable ? Self.whole(machine) : machine
        var failed: UInt64 = 0
        var isTrueSoFar = true
        for index in clauses.indices {
            let isTrue = clauses[index].expression.evaluate(my: job, target: whole).booleanEquivalent == true
            if isTrue { clauses[index].matched += 1 } else { failed |= 1 << UInt64(index) }
            isTrueSoFar = isTrueSoFar && isTrue
            if isTrueSoFar { clauses[index].matchedCumulative += 1 }
            if let comparison = clauses[index].comparison { clauses[index].values.add(whole.evaluate(comparison.attribute)) }
        }
        guard failed == 0 else {
            if failed.nonzeroBitCount == 1 {
                let index = failed.trailingZeroBitCount
                clauses[index].soleObstacle += 1
                if let comparison = clauses[index].comparison { clauses[index].soleValues.add(whole.evaluate(comparison.attribute)) }
            }
            if obstacles[failed] != nil || obstacles.count < Self.maximumSets { obstacles[failed, default: 0] += 1 }
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

    /// The machine as it would be with all its resources free.
    private static func whole(_ machine: ClassAd) -> ClassAd {
        var whole = machine
        for (name, total) in totals {
            if let value = machine[total] { whole[name] = value }
        }
        return whole
    }

    /// If no machine matches: the smallest set of clauses (as indices) whose removal lets machines match, and their number.
    var smallestObstacle: (clauses: [Int], machines: Int)? {
        let best = obstacles.min { a, b in
            let (few, many) = (a.key.nonzeroBitCount, b.key.nonzeroBitCount)
            return few != many ? few < many : a.value != b.value ? a.value > b.value : a.key < b.key
        }
        return best.map { set, count in (clauses.indices.filter { set & (1 << UInt64($0)) != 0 }, count) }
    }
}
