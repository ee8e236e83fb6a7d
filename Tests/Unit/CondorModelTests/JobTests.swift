import ClassAd
import CondorModel
import Testing

@Suite struct JobTests {
    @Test(arguments: [
        ("7.0", "7.0"), ("2147483647.2147483647", "2147483647.2147483647"), ("0.0", nil), ("7", nil), ("07.0", nil), ("7.00", nil), ("7.-1", nil),
        ("7.0 ", nil), ("2147483648.0", nil), ("7.2147483648", nil), (".", nil), ("7.", nil), ("", nil), ("99999999999999999999.0", nil),
    ])
    func idsAreReadAndWritten(_ text: String, _ expected: String?) {
        #expect(JobID(text).map { "\($0)" } == expected)
    }

    @Test func idsAreInOrder() throws {
        let ids = try ["10.0", "9.11", "9.2"].map { try #require(JobID($0)) }
        #expect(ids.sorted().map(\.description) == ["9.2", "9.11", "10.0"])
    }

    @Test(arguments: [
        ("7.0", "ClusterId == 7 && ProcId == 0"), ("7", "ClusterId == 7"), ("0", nil), ("07", nil), ("7.x", nil), ("2147483648", nil), ("", nil),
    ])
    func selectionsAreExpressions(_ text: String, _ expected: String?) {
        #expect(JobSelection(id: text)?.expression.unparsed(.old) == expected)
    }

    private func ad(_ lines: String...) -> WireAd {
        var ad = WireAd()
        for line in lines { ad.append(line: Array(line.utf8)) }
        return ad
    }

    @Test func adsTellWhichJobAndWhatBecameOfIt() {
        let held = ad("ClusterId = 7", "ProcId = 3", "JobStatus = 5", "HoldReasonCode = 16")
        #expect(JobID(held) == JobID("7.3"))
        #expect(JobStatus(held) == .held)
        #expect(HoldReasonCode(held) == .spoolingInput)
        // A cluster's own ad, one whose numbers mean nothing, and one without any.
        let others = [ad("ClusterId = 7", "ProcId = -1"), ad("ClusterId = 0", "ProcId = 0", "JobStatus = 99", "HoldReasonCode = 4711"), ad()]
        for other in others {
            #expect(JobID(other) == nil && JobStatus(other) == nil && HoldReasonCode(other) == nil)
        }
    }
}
