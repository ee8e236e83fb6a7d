package import Cedar
package import ClassAd
package import CondorModel

/// The query of QUERY_JOB_ADS (516) and QUERY_JOB_ADS_WITH_AUTH (519).
///
/// The answer is one message with one ad per job, then a ``JobQuerySummary``. Both commands take the same query; with 519 the server insists on an
/// authenticated identity.
package struct JobQuery: Sendable {
    /// Selects the jobs for which this is true; undefined and error count as false.
    package var constraint: ExprTree
    /// The requested attributes; empty for all.
    package var projection: [String]
    /// The largest number of ads. A limit saves the schedd a fork (observed with 25.14.1: 2 ms of its time instead of 8 to 10).
    package var limit: Int?
    /// Only jobs of the authenticated user. Queue superusers see everything nevertheless.
    package var onlyMine: Bool
    /// Adds `ServerTime`, the schedd's clock in seconds, to every ad.
    package var includesServerTime: Bool
    /// Also returns the ads of clusters (without ProcId).
    package var includesClusterAds: Bool
    /// Returns only the summary, no ads.
    package var summaryOnly: Bool
    /// Returns no ads of jobs: with ``includesClusterAds``, only those of clusters.
    package var excludesJobAds = false
    /// The account to which "mine" refers if the client has no identity.
    package var me: String?
    /// Returns counts of jobs with common attributes instead of jobs.
    package var aggregation: Aggregation?

    /// How jobs are grouped for counting.
    package struct Aggregation: Sendable, Hashable {
        /// True to group by the significant attributes for matching, false to group by the projection.
        package var isByAutocluster: Bool
        /// The largest number of job ids in each ad; 2 stands for the first and the last.
        package var maximumIDs: Int

        package init(isByAutocluster: Bool, maximumIDs: Int = 2) {
            self.isByAutocluster = isByAutocluster
            self.maximumIDs = maximumIDs
        }
    }

    package init(
        constraint: ExprTree = .literal(.boolean(true)), projection: [String] = [], limit: Int? = nil, onlyMine: Bool = false,
        includesServerTime: Bool = false, includesClusterAds: Bool = false, summaryOnly: Bool = false
    ) {
        self.constraint = constraint
        self.projection = projection
        self.limit = limit
        self.onlyMine = onlyMine
        self.includesServerTime = includesServerTime
        self.includesClusterAds = includesClusterAds
        self.summaryOnly = summaryOnly
    }

    /// The query for one job, or for selected jobs.
    package init(_ selection: JobSelection, projection: [String] = []) {
        self.init(constraint: selection.expression, projection: projection)
        if case .job = selection { limit = 1 }
    }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad["Requirements"] = constraint
        ad.set("Projection", projection.joined(separator: "\n"))
        ad.set("SendServerTime", includesServerTime)
        if let limit { ad.set("LimitResults", Int64(limit)) }
        if onlyMine { ad.set("MyJobs", true) }
        if includesClusterAds { ad.set("IncludeClusterAd", true) }
        if summaryOnly { ad.set("SummaryOnly", true) }
        if excludesJobAds { ad.set("NoProcAds", true) }
        if let me { ad.set("Me", me) }
        if let aggregation {
            ad.set(aggregation.isByAutocluster ? "QueryDefaultAutocluster" : "ProjectionIsGroupBy", true)
            ad.set("MaxReturnedJobIds", Int64(aggregation.maximumIDs))
        }
        message.write(ad: ad)
    }

    package init(from message: inout MessageDecoder) throws(CedarError) {
        let ad = try message.readAd()
        self.init(constraint: try ad.requirements())
        // Names may be separated by newlines, commas or blanks, or be a list of strings.
        projection = ad.nameList("Projection")
        limit = ad.integer("LimitResults").flatMap { Int(exactly: $0) }.flatMap { $0 < 0 ? nil : $0 }
        includesServerTime = ad.boolean("SendServerTime") ?? true
        // Any form except a literal false means "mine".
        onlyMine = ad.rawExpression("MyJobs") != nil && ad.boolean("MyJobs") != false
        includesClusterAds = ad.boolean("IncludeClusterAd") ?? false
        summaryOnly = ad.boolean("SummaryOnly") ?? false
        excludesJobAds = ad.boolean("NoProcAds") ?? false
        me = ad.string("Me")
        let isByAutocluster = ad.boolean("QueryDefaultAutocluster") ?? false
        if isByAutocluster || ad.boolean("ProjectionIsGroupBy") ?? false {
            aggregation = Aggregation(isByAutocluster: isByAutocluster, maximumIDs: max(ad.int("MaxReturnedJobIds") ?? 2, 0))
        }
    }
}

/// The last ad of the answer to a ``JobQuery``, recognised by the integer `Owner` 0 where a job has a string.
package struct JobQuerySummary: Sendable, Equatable {
    /// 0 if the query was answered in full.
    package var errorCode: Int
    /// The schedd's text for a non-zero code.
    package var errorText: String?
    /// The schedd's clock, in seconds since 1970.
    package var serverTime: Int64?
    /// Number of jobs that matched, if the schedd counted them.
    package var matched: Int?
    /// Number of jobs in the whole queue, if the schedd counted them.
    package var total: Int?

    package init(errorCode: Int = 0, errorText: String? = nil, serverTime: Int64? = nil, matched: Int? = nil, total: Int? = nil) {
        self.errorCode = errorCode
        self.errorText = errorText
        self.serverTime = serverTime
        self.matched = matched
        self.total = total
    }

    /// Nil if the ad is a job.
    package init?(_ ad: WireAd) {
        guard ad.integer("Owner") == 0 else { return nil }
        errorCode = ad.integer("ErrorCode").flatMap { Int(exactly: $0) } ?? 0
        errorText = ad.string("ErrorString")
        serverTime = ad.integer("ServerTime")
        matched = ad.integer("Jobs").flatMap { Int(exactly: $0) }
        // Jobs of the scheduler universe are counted separately.
        total = ad.integer("AllusersJobs").flatMap { Int(exactly: $0.addingReportingOverflow(ad.integer("AllusersSchedulerJobs") ?? 0).partialValue) }
    }

    package func encode(into message: inout MessageEncoder) {
        var ad = ClassAd()
        ad.set("Owner", Int64(0))
        ad.set("MyType", "Summary")
        ad.set("ErrorCode", Int64(errorCode))
        if let errorText { ad.set("ErrorString", errorText) }
        if let serverTime { ad.set("ServerTime", serverTime) }
        if let matched { ad.set("Jobs", Int64(matched)) }
        if let total { ad.set("AllusersJobs", Int64(total)) }
        message.write(ad: ad)
    }
}
