import Tokens
import Cedar
import ClassAd
import CondorModel
import CondorProtocol
import Testing

struct JobActionLayoutTests {
    @Test func requestsComeBack() throws {
        let hold = JobActionRequest(.hold, .jobs([JobID(cluster: 2, proc: 1)!, JobID(cluster: 3, proc: 0)!]), reason: "r", reasonCode: 4)
        let text = try lines(of: clear(hold.encode(into:)))
        #expect(
            Set(text) == ["JobAction = 1", "ActionResultType = 1", "ActionIds = \"2.1,3.0\"", "HoldReason = \"r\"", "HoldReasonSubCode = 4"])
        for read in try roundTrip(hold.encode(into:), { (m) throws(CedarError) in try JobActionRequest(from: &m) }) {
            #expect(read.action == .hold && read.reason == "r" && read.reasonCode == 4 && read.wantsEachJob)
            guard case .jobs(let ids) = read.target else { Issue.record("ids expected"); return }
            #expect(ids.map(\.description) == ["2.1", "3.0"])
        }
        let remove = JobActionRequest(.remove, .constraint(try .parse("ClusterId == 1")), reason: "x", wantsEachJob: false)
        #expect(try lines(of: clear(remove.encode(into:))).contains("ActionConstraint = ClusterId == 1"))
        #expect(try lines(of: clear(remove.encode(into:))).contains("RemoveReason = \"x\""))
    }

    /// A hold's quotes travel escaped, since the schedd reads the reason as an expression; line ends nowhere.
    @Test func reasonsAreAsTheScheddKeepsThem() throws {
        func sent(_ action: JobAction, _ reason: String) throws -> String? {
            var message = MessageDecoder(message: clear(JobActionRequest(action, .jobs([]), reason: reason).encode(into:)), encrypted: false)
            return try message.readAd().string(action == .hold ? "HoldReason" : action == .release ? "ReleaseReason" : "RemoveReason")
        }
        #expect(try sent(.hold, #"say "no""#) == #"say \"no\""#)
        #expect(try sent(.hold, #"" + Owner + ""#) == #"\" + Owner + \""#)
        #expect(try sent(.remove, #"say "no""#) == #"say "no""#)
        #expect(try sent(.release, "a\nb\r\nc\td\\") == "a b  c\td\\")
        for action in [JobAction.hold, .release, .remove, .removeForced, .vacate] {
            let request = JobActionRequest(action, .jobs([]), reason: "say \"no\"\nat \\ once")
            for read in try roundTrip(request.encode(into:), { (m) throws(CedarError) in try JobActionRequest(from: &m) }) {
                #expect(read.reason == "say \"no\" at \\ once", "\(action)")
            }
        }
    }

    @Test func requestsThatCannotBeUsedAreErrors() {
        for bytes in [
            ad("ActionIds = \"1.0\""), ad("JobAction = 1"), ad("JobAction = 99", "ActionIds = \"1.0\""),
            ad("JobAction = 1", "ActionIds = \"1.0\"", "ActionConstraint = true"), ad("JobAction = 1", "ActionIds = \"1.0;x\""),
        ] {
            var message = MessageDecoder(message: bytes, encrypted: false)
            #expect(throws: CedarError(.malformed, "")) { try JobActionRequest(from: &message) }
        }
        // The Python bindings send an attribute reference where no code was given.
        var tolerant = MessageDecoder(message: ad("JobAction = 1", "ActionIds = \"1.0\"", "HoldReasonSubCode = None"), encrypted: false)
        #expect(throws: Never.self) { try JobActionRequest(from: &tolerant).reasonCode == nil }
    }

    @Test func resultsComeBack() throws {
        var message = MessageDecoder(
            message: ad(
                "JobAction = 3", "ActionResult = 1", "ActionResultType = 1", "TotalJobAds = 9", "job_99_0 = 2", "job_7_1 = 1", "job_7_2 = 42"),
            encrypted: false)
        let long = try JobActionResult(from: &message)
        #expect(long.succeeded && long.action == .remove)
        #expect(long.jobs == [JobID("99.0")!: .notFound, JobID("7.1")!: .success, JobID("7.2")!: .error])
        #expect(long.count(.success) == 1 && long.total == 3)
        #expect(
            try roundTrip({ long.encode(into: &$0, eachJob: true) }, { (m) throws(CedarError) in try JobActionResult(from: &m) }) == [long, long])

        message = MessageDecoder(
            message: ad("ActionResult = 0", "result_total_0 = 0", "result_total_1 = 0", "result_total_5 = 12", "result_total_9 = 1"), encrypted: false
        )
        let totals = try JobActionResult(from: &message)
        #expect(!totals.succeeded && totals.totals == [.permissionDenied: 12])
        #expect(
            try roundTrip({ totals.encode(into: &$0, eachJob: false) }, { (m) throws(CedarError) in try JobActionResult(from: &m) }) == [
                totals, totals,
            ])

        // What the server says to a request it cannot use.
        message = MessageDecoder(message: int(0), encrypted: false)
        #expect(throws: CedarError.self) { try JobActionResult(from: &message) }
    }

    @Test func jobIDs() {
        #expect(JobID("7.0") == JobID(cluster: 7, proc: 0))
        #expect(JobID("2147483647.2147483647")?.cluster == 2_147_483_647)
        for bad in [
            "", "7", ".", "7.", ".0", "07.0", "7.00", "+7.0", "-1.0", "0.0", "7.0.0", "7.0 ", "2147483648.0", "99999999999999999999.0", "٧.0",
        ] {
            #expect(JobID(bad) == nil, "\(bad)")
        }
        guard case .cluster(7) = JobSelection(id: "7") else { Issue.record("a cluster expected"); return }
        guard case .job = JobSelection(id: "7.3") else { Issue.record("a job expected"); return }
        #expect(JobSelection(id: "0") == nil)
        #expect(JobSelection(id: "x") == nil)
    }

    @Test func commandsHaveLevels() {
        #expect(Command.queryJobAdsWithAuthentication.level == .read && Command.queryJobAdsWithAuthentication.forcesAuthentication)
        #expect(Command(rawValue: 4711).level == nil && Command(rawValue: 4711).description == "4711")
    }
}
