import Cedar
import ClassAd
import CondorModel
import CondorProtocol

/// QUERY_JOB_ADS (516) and QUERY_JOB_ADS_WITH_AUTH (519): sends jobs as they are read, one message each, then a summary.
enum JobQueries {
    static func run(_ call: CommandCall) async throws(ServerError) {
        let query = try await call.connection.message { message throws(CedarError) in try JobQuery(from: &message) }
        if let aggregation = query.aggregation {
            try await JobAggregates.answer(call, query, aggregation)
        } else {
            try await answer(call, query)
        }
    }

    /// The owner that the query is restricted to, and the constraint for everything that it asks for.
    static func selection(_ call: CommandCall, _ query: JobQuery) -> (constraint: ExprTree, owner: String?, isRestricted: Bool) {
        guard query.onlyMine else { return (query.constraint, nil, false) }
        if let requester = call.requester {
            let owner = String(requester.owner)
            guard !requester.isQueueSuperuser else { return (query.constraint, owner, false) }
            let mine = ExprTree.binary(.equal, .attribute("Owner"), .string(owner))
            return (.conjunction([mine, query.constraint]), owner, true)
        }
        guard let me = query.me else { return (query.constraint, nil, false) }
        return (.conjunction([.binary(.equal, .attribute("Owner"), .string(me)), query.constraint]), me, true)
    }

    private static func answer(_ call: CommandCall, _ query: JobQuery) async throws(ServerError) {
        let queue = call.scheduler.queue
        let (constraint, owner, isRestricted) = selection(call, query)
        let writer = JobAdWriter(projection: query.projection, serverTime: query.includesServerTime ? call.scheduler.now() : nil)
        var matched = JobCounts()
        if query.includesClusterAds || query.excludesJobAds {
            for (cluster, ad) in queue.factoryClusters where !query.summaryOnly && ad.satisfies(constraint) {
                let ad = clusterAd(cluster, ad, queue)
                try await call.connection.send { $0.write(ad: ad, includingPrivate: false) }
            }
        }
        if query.summaryOnly, query.limit == nil, case .boolean(true)? = query.constraint.literalValue {
            matched = isRestricted ? queue.counts(ofOwner: owner ?? "") : queue.counts
        } else {
            var scan = queue.scan(constraint, limit: query.limit)
            while let job = await scan.nextTakingTurns() {
                matched.add(job)
                if query.summaryOnly || query.excludesJobAds { continue }
                try await call.connection.send { writer.write(job, into: &$0) }
            }
        }
        var summary = ClassAd()
        summary.set("Owner", 0)
        summary.set("MyType", "Summary")
        summary.set("ErrorCode", 0)
        summary.set("ServerTime", call.scheduler.now())
        for (name, value) in matched.attributes(prefix: "") + queue.counts.attributes(prefix: "Allusers") { summary.set(name, value) }
        if let owner {
            for (name, value) in queue.counts(ofOwner: owner).attributes(prefix: "My") { summary.set(name, value) }
            summary.set("MyName", call.requester?.user ?? owner)
        }
        let ad = summary
        try await call.connection.send { $0.write(ad: ad) }
    }

    /// A cluster's ad, with the current number of its jobs.
    private static func clusterAd(_ cluster: Int, _ stored: StoredAd, _ queue: JobQueue) -> WireAd {
        var counts = JobCounts()
        for job in queue.scan(JobSelection.cluster(cluster).expression) { counts.add(job) }
        var ad = stored.wireAd
        for (name, value) in [
            ("JobsPresent", counts.jobs), ("JobsIdle", counts.idle), ("JobsRunning", counts.running), ("JobsHeld", counts.held),
            ("ClusterSize", counts.jobs),
        ] {
            ad.append(name: name, expression: .integer(value))
        }
        return ad
    }
}
