import ClassAd
import CondorModel

/// A superset of the jobs for which an expression is true, derived from the expression's shape.
struct CandidateSet: Sendable, Equatable {
    /// Only these jobs.
    var jobs: Set<JobID>?
    /// Only jobs of these clusters.
    var clusters: Set<Int>?
    /// Only jobs of clusters in this range.
    var clusterRange: ClosedRange<Int> = 0...Int.max
    /// Only jobs after this one in id order, as lists ask for that are read page by page.
    var after: JobID?
    /// Only jobs of these owners, in lower case, since `==` on strings ignores case.
    var owners: Set<String>?
    /// Only jobs in these states, as a bit mask. A job whose status is not a plain number passes.
    var statuses: UInt16 = .max
    /// No job can satisfy the expression.
    var isEmpty = false

    static let all = CandidateSet()

    init() {}

    init(_ expression: ExprTree) { self = Self.candidates(expression, depth: 0) }

    private static let maximumDepth = 64

    private static func candidates(_ expression: ExprTree, depth: Int) -> CandidateSet {
        guard depth < maximumDepth else { return .all }
        if case .boolean(let value)? = expression.literalValue {
            var result = CandidateSet.all
            result.isEmpty = !value
            return result
        }
        guard let (op, operands) = expression.operation else { return .all }
        switch op {
        case .parentheses where operands.count == 1:
            return candidates(operands[0], depth: depth + 1)
        case .and where operands.count == 2:
            return candidates(operands[0], depth: depth + 1).intersection(candidates(operands[1], depth: depth + 1))
        case .or where operands.count == 2:
            return candidates(operands[0], depth: depth + 1).union(candidates(operands[1], depth: depth + 1))
        default:
            return operands.count == 2 ? comparison(op, operands[0], operands[1]) : .all
        }
    }

    private static func comparison(_ op: Operator, _ left: ExprTree, _ right: ExprTree) -> CandidateSet {
        if let name = left.candidateName, let value = right.candidateValue { return comparison(name, op, value) }
        if let name = right.candidateName, let value = left.candidateValue, let mirrored = op.mirrored {
            return comparison(name, mirrored, value)
        }
        return .all
    }

    private static func comparison(_ name: String, _ op: Operator, _ value: Value) -> CandidateSet {
        var result = CandidateSet.all
        switch (name, value) {
        case ("clusterid", .integer(let number)):
            switch op {
            case .equal, .identical: result.clusters = Int(exactly: number).map { [$0] } ?? []
            case .lessThan: result.clusterRange = 0...Int(clamping: Swift.max(0, number &- (number > .min ? 1 : 0)))
            case .lessOrEqual: result.clusterRange = 0...Int(clamping: Swift.max(0, number))
            case .greaterOrEqual: result.clusterRange = Int(clamping: Swift.max(0, number))...Int.max
            case .greaterThan:
                result.clusterRange = Int(clamping: Swift.max(0, number))...Int.max
                result.after = Int(exactly: number).flatMap { JobID(cluster: $0, proc: Int(Int32.max)) }
            default: break
            }
        case ("procid", .integer(let number)) where op == .equal || op == .identical:
            result.proc = Int(exactly: number)
        case ("procid", .integer(let number)) where op == .greaterThan:
            result.afterProc = Int(exactly: number).map { Swift.max(-1, $0) }
        case ("jobstatus", .integer(let number)) where op == .equal || op == .identical:
            result.statuses = (1...9).contains(number) ? 1 << UInt16(number) | 1 : 1
        case ("owner", .string(let owner)) where op == .equal || op == .identical:
            result.owners = [owner.lowercased()]
        case ("user", .string(let user)) where op == .equal || op == .identical:
            result.owners = [user.prefix { $0 != "@" }.lowercased()]
        case ("globaljobid", .string(let id)) where op == .equal || op == .identical:
            result.jobs = JobID(globalJobID: id).map { [$0] } ?? []
        default: break
        }
        return result
    }

    /// The number that a `ProcId` clause demands. It is combined with the cluster in a conjunction.
    private var proc: Int?
    /// The number after which a `ProcId` clause begins. It is combined with the cluster in a conjunction.
    private var afterProc: Int?

    private func intersection(_ other: CandidateSet) -> CandidateSet {
        var result = self
        result.isEmpty = isEmpty || other.isEmpty
        result.jobs = Self.both(jobs, other.jobs)
        result.clusters = Self.both(clusters, other.clusters)
        result.owners = Self.both(owners, other.owners)
        result.statuses = statuses & other.statuses
        let low = Swift.max(clusterRange.lowerBound, other.clusterRange.lowerBound)
        let high = Swift.min(clusterRange.upperBound, other.clusterRange.upperBound)
        if low <= high { result.clusterRange = low...high } else { result.isEmpty = true }
        if let a = proc, let b = other.proc, a != b { result.isEmpty = true }
        result.proc = proc ?? other.proc
        result.after = [after, other.after].compactMap(\.self).max()
        result.afterProc = [afterProc, other.afterProc].compactMap(\.self).max()
        if let first = result.afterProc, let cluster = result.clusters?.first, result.clusters?.count == 1,
            let job = JobID(cluster: cluster, proc: first)
        {
            result.after = result.after.map { Swift.max($0, job) } ?? job
        }
        if let proc = result.proc, let clusters = result.clusters {
            result.jobs = Self.both(result.jobs, Set(clusters.compactMap { JobID(cluster: $0, proc: proc) }))
        }
        return result
    }

    private func union(_ other: CandidateSet) -> CandidateSet {
        if isEmpty { return other }
        if other.isEmpty { return self }
        var result = CandidateSet.all
        if let a = jobs, let b = other.jobs { result.jobs = a.union(b) }
        if let a = reachableClusters, let b = other.reachableClusters { result.clusters = a.union(b) }
        if let a = owners, let b = other.owners { result.owners = a.union(b) }
        result.statuses = statuses | other.statuses
        if let a = after, let b = other.after { result.after = Swift.min(a, b) }
        result.clusterRange =
            Swift.min(clusterRange.lowerBound, other.clusterRange.lowerBound)...Swift.max(clusterRange.upperBound, other.clusterRange.upperBound)
        return result
    }

    private var reachableClusters: Set<Int>? {
        clusters ?? jobs.map { Set($0.map(\.cluster)) }
    }

    private static func both<Element>(_ a: Set<Element>?, _ b: Set<Element>?) -> Set<Element>? {
        guard let a else { return b }
        guard let b else { return a }
        return a.intersection(b)
    }
}

extension ExprTree {
    /// The attribute that a clause compares, in lower case.
    fileprivate var candidateName: String? { withoutParentheses.attributeName?.lowercased() }

    fileprivate var candidateValue: Value? {
        switch withoutParentheses.literalValue {
        case .integer(let value): .integer(value)
        case .string(let value): .string(value)
        default: nil
        }
    }

    private var withoutParentheses: ExprTree {
        var tree = self
        while let (op, operands) = tree.operation, op == .parentheses, let inner = operands.first { tree = inner }
        return tree
    }
}

extension Operator {
    /// The equivalent operator for exchanged operands.
    fileprivate var mirrored: Operator? {
        switch self {
        case .equal, .identical: self
        case .lessThan: .greaterThan
        case .lessOrEqual: .greaterOrEqual
        case .greaterThan: .lessThan
        case .greaterOrEqual: .lessOrEqual
        default: nil
        }
    }
}

extension JobID {
    /// The job in a global id such as `name#7.0#1700000000`.
    init?(globalJobID text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "#"), omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        self.init(Substring(parts[parts.count - 2]))
    }
}

extension QueueState {
    /// Up to `limit` candidates after `after`, in id order.
    func jobs(in candidates: CandidateSet, after: JobID?, limit: Int) -> [JobSnapshot] {
        guard !candidates.isEmpty, limit > 0 else { return [] }
        if let jobs = candidates.jobs {
            return jobs.sorted().lazy.filter { id in after.map { id > $0 } ?? true }.compactMap { self.job($0) }.prefix(limit).map(\.self)
        }
        var result: [JobSnapshot] = []
        func take(_ cluster: ClusterRecord) {
            guard !cluster.isDead, candidates.clusterRange.contains(cluster.id) else { return }
            var position = 0
            if let after, after.cluster == cluster.id { position = cluster.firstPosition(from: after.proc + 1) }
            while position < cluster.jobs.count, result.count < limit {
                defer { position += 1 }
                let job = cluster.jobs[position]
                guard !job.isDead, candidates.statuses & 1 << UInt16(job.status) != 0, let snapshot = cluster.snapshot(at: position) else { continue }
                result.append(snapshot)
            }
        }
        if let ids = clusterIDs(of: candidates) {
            for id in ids.sorted() where id >= after?.cluster ?? 0 && result.count < limit {
                if let cluster = cluster(id) { take(cluster) }
            }
            return result
        }
        var position = firstPosition(from: Swift.max(after?.cluster ?? 0, candidates.clusterRange.lowerBound))
        while position < clusters.count, result.count < limit, clusters[position].id <= candidates.clusterRange.upperBound {
            take(clusters[position])
            position += 1
        }
        return result
    }

    private func clusterIDs(of candidates: CandidateSet) -> [Int]? {
        let owned = candidates.owners.map { owners in
            clustersByOwner.lazy.filter { owners.contains($0.key.lowercased()) }.reduce(into: Set<Int>()) { $0.formUnion($1.value) }
        }
        guard let clusters = candidates.clusters else { return owned.map(Array.init) }
        return Array(owned.map(clusters.intersection) ?? clusters)
    }
}
