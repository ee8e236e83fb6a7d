import Cedar
import ClassAd
import CondorModel
import CondorProtocol
import Testing

/// Questions about jobs, history and pool.
struct QueryLayoutTests {
    @Test func theQuestionForOneJobIsWhatStockClientsSend() throws {
        let query = JobQuery(.job(JobID(cluster: 5, proc: 1)!), projection: ["ClusterId", "ProcId"])
        #expect(
            Set(try lines(of: clear(query.encode(into:)))) == [
                "Requirements = \(query.constraint.unparsed(.old))", "Projection = \"ClusterId\nProcId\"", "SendServerTime = false",
                "LimitResults = 1",
            ])
        let job = try ClassAd.parse("[ClusterId = 5; ProcId = 1]", syntax: .new)
        #expect(query.constraint.evaluate(my: job) == .boolean(true))
        let other = try ClassAd.parse("[ClusterId = 5; ProcId = 2]", syntax: .new)
        #expect(query.constraint.evaluate(my: other) == .boolean(false))
    }

    @Test func jobQueriesComeBack() throws {
        let query = JobQuery(
            constraint: try .parse("Owner == \"a b\" && JobStatus =!= 2"), projection: ["A", "B"], limit: 10, onlyMine: true,
            includesServerTime: true, includesClusterAds: true, summaryOnly: true)
        for read in try roundTrip(query.encode(into:), { (m) throws(CedarError) in try JobQuery(from: &m) }) {
            #expect(read.constraint == query.constraint)
            #expect(read.projection == ["A", "B"])
            #expect(read.limit == 10)
            #expect(read.onlyMine && read.includesServerTime && read.includesClusterAds && read.summaryOnly)
        }
    }

    @Test func questionsOfStockToolsAreUnderstood() throws {
        // condor_q: a string for MyJobs, names separated by newlines.
        var message = MessageDecoder(
            message: ad(
                "Me = \"alice\"", "MyJobs = \"(Owner == Me)\"", "Requirements = true", "SendServerTime = false", "Projection = \"ClusterId\nCmd\""),
            encrypted: false)
        var query = try JobQuery(from: &message)
        #expect(query.onlyMine && !query.includesServerTime && query.limit == nil)
        #expect(query.projection == ["ClusterId", "Cmd"])
        // A list, as the Python bindings send it to the history; no constraint; server time unless refused.
        message = MessageDecoder(message: ad("Projection = { \"ClusterId\",\"ProcId\" }", "MyJobs = false"), encrypted: false)
        query = try JobQuery(from: &message)
        #expect(!query.onlyMine && query.includesServerTime)
        #expect(query.projection == ["ClusterId", "ProcId"])
        #expect(query.constraint == .boolean(true))
    }

    @Test func theSummaryIsToldFromJobs() throws {
        func summary(_ bytes: [UInt8]) throws -> JobQuerySummary? {
            var message = MessageDecoder(message: bytes, encrypted: false)
            return JobQuerySummary(try message.readAd())
        }
        #expect(
            try summary(ad("Owner = 0", "MyType = \"Summary\"", "ErrorCode = 0", "ServerTime = 17", "Jobs = 3", "AllusersJobs = 9"))
                == JobQuerySummary(serverTime: 17, matched: 3, total: 9))
        #expect(try summary(ad("Owner = \"alice\"", "ClusterId = 1")) == nil)
        #expect(try summary(ad("ClusterId = 1")) == nil)
        #expect(try summary(ad("Owner = 0", "ErrorCode = 2", "ErrorString = \"bad\"")) == JobQuerySummary(errorCode: 2, errorText: "bad"))
        let whole = JobQuerySummary(errorCode: 1, errorText: "e", serverTime: 5, matched: 6, total: 7)
        #expect(try roundTrip(whole.encode(into:), { (m) throws(CedarError) in JobQuerySummary(try m.readAd()) }) == [whole, whole])
    }

    @Test func historyQueriesComeBack() throws {
        let query = HistoryQuery(
            constraint: try .parse("ClusterId > 4"), projection: ["A", "B"], limit: 3, scanLimit: 100,
            since: try .parse("ClusterId == 5 && ProcId == 0"),
            forwards: true, source: .epochs, streams: true)
        for read in try roundTrip(query.encode(into:), { (m) throws(CedarError) in try HistoryQuery(from: &m) }) {
            #expect(read.constraint == query.constraint)
            #expect(read.projection == ["A", "B"])
            #expect(read.limit == 3 && read.scanLimit == 100 && read.forwards && read.streams && read.source == .epochs)
            #expect(read.since == query.since)
        }
        #expect(try lines(of: clear(HistoryQuery().encode(into:))).contains("NumJobMatches = -1"))
        let summary = HistorySummary(matched: 4, scanned: 9)
        #expect(try roundTrip(summary.encode(into:), { (m) throws(CedarError) in HistorySummary(try m.readAd()) }) == [summary, summary])
        #expect(
            try roundTrip({ HistorySummary.encodeHeader(into: &$0) }, { (m) throws(CedarError) in HistorySummary.isHeader(try m.readAd()) }) == [
                true, true,
            ])
    }

    @Test func collectorQueriesComeBack() throws {
        let query = CollectorQuery.locate(schedd: "cmdschedd@cmdhost")
        let text = try lines(of: clear(query.encode(into:)))
        #expect(text.contains("TargetType = \"Scheduler\""))
        #expect(text.contains("Requirements = Name == \"cmdschedd@cmdhost\""))
        #expect(text.contains("LocationQuery = \"cmdschedd@cmdhost\""))
        for read in try roundTrip(query.encode(into:), { (m) throws(CedarError) in try CollectorQuery(.schedulers, from: &m) }) {
            #expect(read.projection == query.projection)
            #expect(read.limit == 1 && read.location == "cmdschedd@cmdhost")
        }
        var reply = MessageDecoder(message: int(1) + ad("Name = \"a\"") + int(1) + ad("Name = \"b\"") + int(0), encrypted: false)
        var names: [String?] = []
        while case .ad(let ad) = try CollectorReply(from: &reply) { names.append(ad.string("Name")) }
        #expect(names == ["a", "b"])
        try reply.readEndOfMessage()
    }

    @Test func securityQueryRepliesComeBack() throws {
        let reply = SecurityQueryReply(isAuthorized: true, tokenSubject: "alice@x", tokenIssuer: "x", tokenScopes: "condor:/READ")
        #expect(try roundTrip(reply.encode(into:), { (m) throws(CedarError) in try SecurityQueryReply(from: &m) }) == [reply, reply])
    }
}
