import Cedar
import ClassAd
import CondorProtocol

/// QUERY_USERREC_ADS (540), sent by `condor_qusers`: the queue's users, all in one message.
enum UserRecordCommand {
    static func run(_ call: CommandCall) async throws(ServerError) {
        // The request has the layout of a collector query.
        let query = try await call.connection.message { message throws(CedarError) in try CollectorQuery(.any, from: &message) }
        let users = call.scheduler.queue.countsByOwner.sorted { $0.key < $1.key }
        var left = query.limit ?? .max
        for (owner, counts) in users where left > 0 {
            let ad = record(owner, counts, domain: call.scheduler.identity.domain)
            guard query.constraint.evaluate(my: ad, target: ad) == .boolean(true) else { continue }
            left -= 1
            var message = MessageEncoder(encrypted: call.connection.isEncrypted)
            message.write(ad: projected(ad, to: query.projection))
            try await call.connection.send(message: message.bytes, endsMessage: false)
        }
        let total = users.count
        try await call.connection.send { message in
            var summary = ClassAd()
            summary.set("MyType", "Summary")
            summary.set("TotalUserAds", total)
            summary.set("TotalProjectAds", 0)
            message.write(ad: summary)
        }
    }

    private static func record(_ owner: String, _ counts: JobCounts, domain: String) -> ClassAd {
        var ad = ClassAd()
        ad.set("MyType", "Owner")
        ad.set("User", "\(owner)@\(domain)")
        ad.set("OsUser", owner)
        ad.set("Owner", owner)
        // A number, as in HTCondor. HTCondor's own tool reports any other type as an error.
        ad.set("Enabled", 1)
        ad.set("NumJobs", counts.jobs)
        ad.set("NumIdle", counts.idle)
        ad.set("NumRunning", counts.running)
        ad.set("NumHeld", counts.held)
        ad.set("NumRemoved", counts.removed)
        ad.set("NumCompleted", counts.completed)
        ad.set("NumSuspended", counts.suspended)
        ad.set("NumSchedulerJobsRunning", counts.schedulerRunning)
        ad.set("NumSchedulerJobsIdle", counts.schedulerIdle)
        return ad
    }

    private static func projected(_ ad: ClassAd, to names: [String]) -> ClassAd {
        guard !names.isEmpty else { return ad }
        var result = ClassAd()
        for name in names { if let expression = ad[name] { result[name] = expression } }
        return result
    }
}
