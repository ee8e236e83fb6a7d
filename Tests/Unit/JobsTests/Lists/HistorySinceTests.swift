import ClassAd
import Testing

@testable import Jobs

@Suite struct HistorySinceTests {
    @Test func jobsAndTimesAreTold() {
        #expect(HistorySince("1795250014") == .time(1_795_250_014))
        #expect(HistorySince("1970-01-01T00:00:00Z") == .time(0))
        #expect(HistorySince("2026-11-21T09:00:00.25+01:00") == .time(1_795_248_000))
        // A plus sign that was not escaped in the query.
        #expect(HistorySince("2026-11-21T09:00:00 01:00") == .time(1_795_248_000))
        #expect(HistorySince("2026-11-21T07:00:00-01:00") == .time(1_795_248_000))
        #expect(HistorySince("7.0")?.stop?.unparsed(.old).contains("ClusterId == 7") == true)
        for wrong in [
            "", "-1", "+1", "7.", "2026-02-30T00:00:00Z", "2026-11-21", "2026-11-21T09:00:00", "2026-11-21T25:00:00Z", "2026-11-21T09:00:00Zx", "now",
        ] {
            #expect(HistorySince(wrong) == nil, "\(wrong)")
        }
    }

    @Test func onlyOwnCursorsAreTaken() {
        #expect(HistoryCursor("h1-7-0-1795250014")?.text == "h1-7-0-1795250014")
        for wrong in ["", "h1", "h1-7-0", "h1-07-0-1", "h1-7-0-01", "h1-0-0-1", "j1-7-0", "h1-7-0-1-2", "h1-7-0- 1"] {
            #expect(HistoryCursor(wrong) == nil, "\(wrong)")
        }
    }
}
