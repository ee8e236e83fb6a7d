import ClassAd
import CondorClient
import CondorProtocol
import Waiting

/// Feeds the pool's machines to an analysis. Each machine's ad is limited to the attributes that either side's requirements mention.
struct MachineSurvey: Sendable {
    let collector: Collector
    let time: any TimeSource

    /// The number of distinct machine requirements that are searched for attribute names.
    private static let maximumPolicies = 32
    /// Time limit for evaluating all machines.
    private static let patience: Duration = .seconds(5)
    private static let common = ["Name", "SlotType", "PartitionableSlot", "State", "Requirements", "Start", "WithinResourceLimits"]
    /// Excludes dynamic slots: each is part of the partitionable slot it was made from.
    private static let constraint = ExprTree.binary(.notIdentical, .attribute("SlotType"), .string("Dynamic"))

    func show(to analysis: RequirementsAnalysis, job: ClassAd) async throws(CondorError) -> RequirementsAnalysis {
        var analysis = analysis
        let projection = try await names(job, &analysis)
        let deadline = time.uptime + Self.patience
        let batches = collector.ads(CollectorQuery(.machines, constraint: Self.constraint, projection: projection))
        for try await ads in batches {
            for ad in ads {
                // Users write the requirements, so an evaluation may take long.
                guard time.uptime < deadline else { throw CondorError(.timedOut, "evaluating the machines takes too long") }
                analysis.add(ad.classAd())
            }
        }
        return analysis
    }

    /// The attributes to ask for: those that the job's and the machines' requirements mention, and those that they refer to in turn. The
    /// analysis learns which attributes machines have.
    private func names(_ job: ClassAd, _ analysis: inout RequirementsAnalysis) async throws(CondorError) -> [String] {
        let wanted = RequirementsAnalysis.machineAttributes(job)
        var policies: [[String?]: String] = [:]
        for try await ads in collector.ads(CollectorQuery(.machines, constraint: Self.constraint, projection: Self.common)) {
            for ad in ads where policies.count < Self.maximumPolicies {
                guard let name = ad.string("Name") else { continue }
                let policy = ["Requirements", "Start", "WithinResourceLimits"].map { ad.expressionText($0) }
                if policies[policy] == nil { policies[policy] = name }
            }
        }
        var names = Self.common + wanted + RequirementsAnalysis.totals.flatMap { [$0.name, $0.total] }
        guard !policies.isEmpty else { return names }
        let constraint = ExprTree.disjunction(policies.values.sorted().map { .binary(.equal, .attribute("Name"), .string($0)) })
        for try await ads in collector.ads(CollectorQuery(.machines, constraint: constraint)) {
            for ad in ads {
                let machine = ad.classAd()
                analysis.note(namesOf: machine)
                for name in ["Requirements"] + wanted {
                    names += machine[name]?.references(in: machine)?.internal ?? []
                }
            }
        }
        var seen: Set<String> = []
        return names.filter { AttributeNameRule.isName($0) && seen.insert($0.lowercased()).inserted }
    }
}
