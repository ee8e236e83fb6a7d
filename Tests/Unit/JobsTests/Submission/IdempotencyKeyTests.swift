import ClassAd
import Testing

@testable import Jobs

@Suite struct IdempotencyKeyTests {
    @Test func keysAreVisibleASCII() {
        for good in ["k", "A-b_c!~\"", String(repeating: "x", count: 128)] { #expect(IdempotencyKey(good)?.text == good) }
        for bad in ["", "a b", "a\tb", "é", String(repeating: "x", count: 129)] { #expect(IdempotencyKey(bad) == nil) }
    }

    @Test func theClauseHoldsForTheUsersJobsOnly() throws {
        let key = try #require(IdempotencyKey(#"a"||true||""#))
        let stamp = SubmissionStamp(key: key, digest: "d")
        var ad = ClassAd()
        stamp.mark(&ad)
        ad.set("User", "alice@pool")
        func holds(_ ad: ClassAd, user: String, isRepeatable: Bool = false) -> Bool {
            if case .boolean(true) = stamp.expression(user: user, isRepeatable: isRepeatable).evaluate(my: ad) { return true }
            return false
        }
        #expect(holds(ad, user: "alice@pool"))
        #expect(!holds(ad, user: "bob@pool"))
        #expect(!holds(ad, user: "ALICE@pool"))
        #expect(holds(ad, user: "alice@pool", isRepeatable: true))
        ad.set("JobStatus", 3)
        #expect(!holds(ad, user: "alice@pool", isRepeatable: true))
        ad.set("StageInFinish", 5)
        #expect(holds(ad, user: "alice@pool", isRepeatable: true))
        ad.set(SubmissionStamp.keyAttribute, "another")
        #expect(!holds(ad, user: "alice@pool"))
    }
}
