import ClassAd
import CondorModel
import Testing

@testable import Jobs

/// Pages in the order of ids.
@Suite struct JobPageCollectorTests {
    private func ad(_ id: JobID) -> WireAd {
        var ad = WireAd()
        ad.append(name: "ClusterId", expression: .integer(id.cluster))
        ad.append(name: "ProcId", expression: .integer(id.proc))
        return ad
    }

    private func ids(_ count: Int) throws -> [JobID] {
        try (0..<count).map { try #require(JobID(cluster: 1 + ($0 * 7919) % 101, proc: ($0 * 7919) % count)) }
    }

    @Test(arguments: [1, 2, 10, 499, 500, 501])
    func theFirstOnesAreKept(limit: Int) throws {
        let all = try ids(500)
        var collector = JobPageCollector(limit: limit)
        for id in all { collector.add(ad(id)) }
        collector.add(WireAd())
        let (jobs, hasMore) = collector.page()
        #expect(jobs.map(\.id) == Array(all.sorted().prefix(limit)) && hasMore == (limit < 500))
        #expect(jobs.allSatisfy { $0.ad.flatMap(JobID.init) == $0.id })
    }

    @Test func aLargePageKeepsIdsOnly() throws {
        let all = try ids(500)
        let size = ad(all[0]).byteCount
        var collector = JobPageCollector(limit: 100, byteLimit: size * 50)
        for id in all { collector.add(ad(id)) }
        let (jobs, hasMore) = collector.page()
        #expect(!collector.keepsAds && hasMore && jobs.map(\.id) == Array(all.sorted().prefix(100)) && jobs.allSatisfy { $0.ad == nil })
    }

    @Test func onlyOwnCursorsAreTaken() throws {
        #expect(JobCursor(after: try #require(JobID("7.3"))).text == "j1-7-3" && JobCursor("j1-7-3")?.last == JobID("7.3"))
        for wrong in ["", "j1", "j1-7", "j1-07-3", "j1-7-3-1", "h1-7-3-1", "j1-0-0", "7.3"] { #expect(JobCursor(wrong) == nil, "\(wrong)") }
    }
}
