import ClassAd
import CondorProtocol

/// A job as it was at one moment: the ad of its cluster, shared with the cluster's other jobs, and over it the ad of the proc.
struct JobSnapshot: Sendable {
    let id: JobID
    /// The ad of the cluster.
    let cluster: StoredAd
    /// The ad of the proc; what it has counts instead of what the cluster has.
    let proc: StoredAd

    // MARK: Attributes

    /// The text of an attribute's expression in old syntax.
    subscript(_ name: String) -> ArraySlice<UInt8>? { proc[name] ?? cluster[name] }

    func contains(_ name: String) -> Bool { proc.contains(name) || cluster.contains(name) }

    func expression(_ name: String) -> ExprTree? {
        guard let text = self[name] else { return nil }
        return text.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) } ?? .literal(.error)
    }

    /// The value of an attribute that is a literal.
    func integer(_ name: String) -> Int64? { self[name].flatMap { StoredLiteral($0).integer } }
    func string(_ name: String) -> String? { self[name].flatMap { StoredLiteral($0).string } }
    func boolean(_ name: String) -> Bool? { self[name].flatMap { StoredLiteral($0).boolean } }

    /// The value of an attribute, evaluated within the job's ad (and `target`); undefined if there is none.
    func evaluate(_ name: String, target: ClassAd? = nil, context: EvaluationContext = .standard) -> Value {
        guard let expression = expression(name) else { return .undefined }
        switch expression.literalValue {
        case .list, .ad, nil: return evaluate(expression, target: target, context: context)
        case .some(let value): return value
        }
    }

    /// The value of an expression in the job's ad.
    func evaluate(_ expression: ExprTree, target: ClassAd? = nil, context: EvaluationContext = .standard) -> Value {
        guard expression.referencesAttributes else { return expression.evaluate(target: target, context: context) }
        return expression.evaluate(my: ad(for: expression), target: target, context: context)
    }

    /// Whether an expression is true for the job: undefined and error count as false, a number as true unless it is zero.
    func satisfies(_ expression: ExprTree, context: EvaluationContext = .standard) -> Bool {
        switch evaluate(expression, context: context) {
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .real(let value): value != 0
        default: false
        }
    }

    // MARK: The whole ad

    /// The job's ad as trees.
    func classAd() -> ClassAd {
        var ad = ClassAd()
        func take(_ name: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>) {
            ad[String(decoding: name, as: UTF8.self)] = (try? ExprTree.parse(text, syntax: .old)) ?? .literal(.error)
        }
        cluster.forEach { name, text in if !proc.contains(name) { take(name, text) } }
        proc.forEach(take)
        return ad
    }

    /// The ad as it is sent: every attribute once, first those that only the cluster has, then those of the proc.
    /// - Parameter projection: names wanted; empty for all.
    func wireAd(projection: [String] = []) -> WireAd {
        var ad = WireAd()
        var line: [UInt8] = []
        func take(_ name: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>) {
            line.removeAll(keepingCapacity: true)
            line.append(contentsOf: name)
            line.append(contentsOf: " = ".utf8)
            line.append(contentsOf: text)
            ad.append(line: line)
        }
        if projection.isEmpty {
            cluster.forEach { name, text in if !proc.contains(name) { take(name, text) } }
            proc.forEach(take)
        } else {
            for name in projection {
                guard let text = self[name], !ad.contains(name) else { continue }
                var name = name
                name.withUTF8 { name in text.withUnsafeBufferPointer { take(name, $0) } }
            }
        }
        return ad
    }

    /// The status; idle if the ad says nothing HTCondor knows.
    var status: JobStatus { integer("JobStatus").flatMap(JobStatus.init) ?? .idle }
    /// `Owner`: the account, without domain.
    var owner: String { string("Owner") ?? "" }
    /// `User`: owner and domain.
    var user: String { string("User") ?? "" }
    /// Whom the job's use of machines is charged to: its accounting group if it has one, else its user.
    var submitter: String { string("AccountingGroup") ?? user }
    var universe: Int64 { integer("JobUniverse") ?? 5 }
}
