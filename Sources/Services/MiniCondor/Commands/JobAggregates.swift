import Cedar
import ClassAd
import CondorModel
import CondorProtocol

/// The two modes of a job query that count jobs by common attributes: `condor_q -autocluster` and `-group-by`.
enum JobAggregates {
    /// The attributes that determine where a job can run (HTCondor 25.14: the significant attributes in a pool without its own policy).
    private static let significantAttributes = [
        "JobUniverse", "LastCheckpointPlatform", "NumCkpts", "MachineLastMatchTime", "RequestCpus", "RequestDisk", "RequestGPUs", "RequestMemory",
        "ConcurrencyLimits", "NiceUser", "Rank", "Requirements",
    ]
    /// The largest number of groups in an answer. A query with more groups fails.
    private static let maximumGroups = 100_000

    private struct Group {
        var count = 0
        var ids: [JobID] = []
        var last: JobID?
        var values: [(name: String, text: [UInt8])]
    }

    static func answer(_ call: CommandCall, _ query: JobQuery, _ aggregation: JobQuery.Aggregation) async throws(ServerError) {
        let names = aggregation.isByAutocluster ? significantAttributes : query.projection
        var numbers: [[UInt8]: Int] = [:]
        var groups: [Group] = []
        var scan = call.scheduler.queue.scan(JobQueries.selection(call, query).constraint)
        while let job = await scan.nextTakingTurns() {
            var key: [UInt8] = []
            for name in names {
                key += job[name] ?? []
                key.append(0)
            }
            let number: Int
            if let known = numbers[key] {
                number = known
            } else {
                guard groups.count < maximumGroups else { return try await finish(call, error: "the jobs form too many groups") }
                number = groups.count
                numbers[key] = number
                groups.append(Group(values: names.compactMap { name in job[name].map { (name, Array($0)) } }))
            }
            groups[number].count += 1
            groups[number].last = job.id
            if groups[number].ids.count < aggregation.maximumIDs { groups[number].ids.append(job.id) }
        }
        for (number, group) in groups.enumerated() {
            var ad = WireAd()
            ad.append(name: aggregation.isByAutocluster ? "AutoClusterId" : "Id", expression: .integer(number + 1))
            ad.append(name: "JobCount", expression: .integer(group.count))
            if aggregation.maximumIDs > 0 { ad.append(name: "JobIds", expression: .string(text(group))) }
            for (name, text) in group.values { ad.append(line: Array(name.utf8) + Array(" = ".utf8) + text) }
            let finished = ad
            try await call.connection.send { $0.write(ad: finished, includingPrivate: false) }
        }
        try await finish(call, error: nil)
    }

    private static func text(_ group: Group) -> String {
        let ids = group.ids.map(\.description)
        guard group.count > ids.count, let first = ids.first, let last = group.last else { return ids.joined(separator: " ") }
        return ids.count <= 2 ? "\(first) ... \(last)" : ids.joined(separator: " ") + " ..."
    }

    private static func finish(_ call: CommandCall, error: String?) async throws(ServerError) {
        var ad = ClassAd()
        ad.set("Owner", 0)
        ad.set("ErrorCode", error == nil ? 0 : 4)
        if let error { ad.set("ErrorString", error) }
        ad.set("ServerTime", call.scheduler.now())
        let summary = ad
        try await call.connection.send { $0.write(ad: summary) }
    }
}
