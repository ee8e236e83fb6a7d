import ClassAd
import CondorModel

/// A job at one moment: its cluster's ad, shared with the cluster's other jobs, overlaid by the proc's ad.
struct JobSnapshot: Sendable {
    let id: JobID
    /// The ad of the cluster.
    let cluster: StoredAd
    /// The proc's ad, which overrides the cluster's.
    let proc: StoredAd

    // MARK: Attributes

    /// The text of an attribute's expression in old syntax.
    subscript(_ name: String) -> ArraySlice<UInt8>? { proc[name] ?? cluster[name] }

    func contains(_ name: String) -> Bool { proc.contains(name) || cluster.contains(name) }

    func expression(_ name: String) -> ExprTree? {
        guard let text = self[name] else { return nil }
        return text.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) } ?? .literal(.error)
    }

    /// The value of an attribute, if it is a literal.
    func integer(_ name: String) -> Int64? { self[name].flatMap { StoredLiteral($0).integer } }
    func string(_ name: String) -> String? { self[name].flatMap { StoredLiteral($0).string } }
    func boolean(_ name: String) -> Bool? { self[name].flatMap { StoredLiteral($0).boolean } }

    /// The value of an attribute, evaluated in the job's ad (and `target`); undefined if it is missing.
    func evaluate(_ name: String, target: ClassAd? = nil, context: EvaluationContext = .standard) -> Value {
        guard let expression = expression(name) else { return .undefined }
        switch expression.literalValue {
        case .list, .ad, nil: return evaluate(expression, target: target, context: context)
        case .some(let value): return value
        }
    }

    /// The value of an expression, evaluated in the job's ad.
    func evaluate(_ expression: ExprTree, target: ClassAd? = nil, context: EvaluationContext = .standard) -> Value {
        guard expression.referencesAttributes else { return expression.evaluate(target: target, context: context) }
        return expression.evaluate(my: ad(for: expression), target: target, context: context)
    }

    /// Whether an expression is true for the job. Undefined and error count as false, a number as true unless it is zero.
    func satisfies(_ expression: ExprTree, context: EvaluationContext = .standard) -> Bool {
        switch evaluate(expression, context: context) {
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .real(let value): value != 0
        default: false
        }
    }

    // MARK: The whole ad

    /// The job's ad as expression trees.
    func classAd() -> ClassAd {
        var ad = ClassAd()
        func take(_ name: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>) {
            ad[String(decoding: name, as: UTF8.self)] = (try? ExprTree.parse(text, syntax: .old)) ?? .literal(.error)
        }
        cluster.forEach { name, text in if !proc.contains(name) { take(name, text) } }
        proc.forEach(take)
        return ad
    }

    /// The ad as it is sent: each attribute once, first those that only the cluster has, then the proc's.
    /// - Parameter projection: the requested names; empty for all.
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

    /// The status; idle if the ad has no known status.
    var status: JobStatus { integer("JobStatus").flatMap(JobStatus.init(rawValue:)) ?? .idle }
    /// `Owner`: the account's name, without domain.
    var owner: String { string("Owner") ?? "" }
    /// `User`: the owner with the domain.
    var user: String { string("User") ?? "" }
    /// The submitter that the job's usage is charged to: its accounting group if it has one, otherwise its user.
    var submitter: String { string("AccountingGroup") ?? user }
    var universe: Int64 { integer("JobUniverse") ?? Universe.vanilla.rawValue }
    var runsAtScheduler: Bool { Universe(rawValue: universe)?.runsAtScheduler ?? false }
    /// Why the job is held; nil if it is not held or the code is unknown.
    var holdReasonCode: HoldReasonCode? { integer("HoldReasonCode").flatMap(HoldReasonCode.init(rawValue:)) }
}
