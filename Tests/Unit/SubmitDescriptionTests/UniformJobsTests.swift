import ClassAd
import SubmitDescription
import Testing

/// The ads of a cluster are the same whether they are made anew for its number or taken from the plan.
@Suite struct UniformJobsTests {
    private func plan(_ text: String) throws -> SubmitPlan {
        try SubmitDescription.parse(text, mode: .remote, parameters: SubmitParameters())
    }

    @Test(arguments: [
        ("queue 3\n", "a", 7, [0, 1, 2]),
        ("arguments = $(ClusterId)\nqueue 2\n", "7", 7, [0, 1]),
        ("arguments = $(JobId)\nqueue 2\n", "7.0", 7, [0, 1]),
        ("arguments = x\nqueue 2\n", "x", 7, [0, 1]),
    ])
    func theNumberOfTheClusterIsInAllThatNamesIt(_ rest: String, _ arguments: String, _ cluster: Int, _ procs: [Int]) throws {
        let plan = try plan("executable = /bin/echo\narguments = a\n" + rest)
        var ads = try plan.ads(clusterID: cluster)
        #expect(ads.clusterAd.integer("ClusterId") == Int64(cluster))
        #expect(ads.clusterAd.string("Args") == arguments)
        var seen: [Int] = []
        while let ad = try ads.next() {
            seen.append(Int(try #require(ad.integer("ProcId"))))
            #expect(ad.integer("JobStatus") == 5)
            if rest.contains("JobId"), seen.last != 0 { #expect(ad.string("Args") == "7.\(seen.count - 1)") }
        }
        #expect(seen == procs)
    }

    @Test func aJobSetIsNamedAfterItsCluster() throws {
        let ads = try plan("executable = /bin/echo\nJOBSET.Owner = \"me\"\nqueue\n").ads(clusterID: 12)
        #expect(ads.clusterAd.string("JobSetName") == "12")
    }

    /// One job draws once, so that what was checked is what is queued.
    @Test func aChoiceOfOneJobIsMadeOnce() throws {
        let plan = try plan("executable = /bin/echo\narguments = $RANDOM_INTEGER(0,1000000000)\nqueue\n")
        #expect(try plan.ads(clusterID: 3).clusterAd.string("Args") == plan.clusterAd.string("Args"))
        var several = try self.plan("executable = /bin/echo\narguments = $RANDOM_INTEGER(0,1000000000)\nqueue 3\n").ads(clusterID: 3)
        let first = several.clusterAd.string("Args")
        _ = try several.next()
        let second = try several.next()?.string("Args")
        #expect(second != nil && second != first)
    }

    @Test func onlyWhatNamesALogMayKeepOne() throws {
        for (text, expected) in [
            ("", false), ("log = a.log\n", true), ("+UserLog = \"x\"\n", true), ("MY.UserLog = \"x\"\n", true), ("Log = $(Nothing)\n", true),
            ("output = log.txt\n", false),
        ] {
            #expect(try plan("executable = /bin/echo\n\(text)queue\n").mayKeepUserLog == expected, "\(text)")
        }
    }
}
