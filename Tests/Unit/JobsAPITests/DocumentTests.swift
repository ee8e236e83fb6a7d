import CondorModel
import HTTPEndpoints
import JSON
import JobsAPI
import Testing

/// The documents of the interface, byte by byte: what is written, and what is read from it.
@Suite struct DocumentTests {
    /// Checks that a value is written as the text, and that reading the text and writing the result gives the text again.
    private func check<Value>(_ codec: Codec<Value>, _ value: Value, _ text: String) throws {
        #expect(String(decoding: codec.encode(value), as: UTF8.self) == text)
        #expect(String(decoding: codec.encode(try codec.decode(text.utf8)), as: UTF8.self) == text)
    }

    private func check<Value: ResourceValue>(_ value: Value, _ text: String) throws {
        try check(Value.resource.codec, value, text)
    }

    private static let ad = RawJSON(["ClusterId": 7, "Requirements": "/Expr(true)/"])
    private static let adText = #"{"ClusterId":7,"Requirements":"/Expr(true)/"}"#

    @Test func submissions() throws {
        try check(SubmitBody(submitFile: "queue\n"), #"{"submit_file":"queue\n"}"#)
        let warnings = [SubmitWarning(message: "unused", line: 2, column: 3), SubmitWarning(message: "old")]
        let warningText = #"[{"message":"unused","line":2,"column":3},{"message":"old"}]"#
        try check(
            SubmissionResult(cluster: 7, jobIDs: ["7.0", "7.1"], awaitsInput: true, warnings: warnings),
            #"{"cluster_id":7,"job_ids":["7.0","7.1"],"awaiting_input":true,"warnings":\#(warningText)}"#)
        try check(
            SubmissionDryRun(procs: 2, clusterAd: Self.ad, procAds: [Self.ad], warnings: []),
            #"{"dry_run":true,"procs":2,"cluster_ad":\#(Self.adText),"proc_ads":[\#(Self.adText)],"warnings":[]}"#)
    }

    @Test func actions() throws {
        try check(ActionBody(reason: "why", reasonCode: 3), #"{"reason":"why","reason_code":3}"#)
        try check(RemoveBody(), "{}")
        let counts = ActionCounts(total: 7, success: 1, notFound: 2, permissionDenied: 3, badStatus: 4, alreadyDone: 5, error: 6)
        let countsText =
            #"{"total":7,"success":1,"not_found":2,"permission_denied":3,"bad_status":4,"already_done":5,"error":6}"#
        try check(
            ActionResult(message: "Job 7.0 held", jobID: "7.0", results: counts),
            #"{"message":"Job 7.0 held","job_id":"7.0","results":\#(countsText)}"#)
        try check(
            BulkResult(message: "1 job held", constraint: "true", results: counts),
            #"{"message":"1 job held","constraint":"true","results":\#(countsText)}"#)
        try check(
            BulkEditResult(message: "1 job edited", constraint: "true", results: counts, jobsEdited: 1),
            #"{"message":"1 job edited","constraint":"true","results":\#(countsText),"jobs_edited":1}"#)
        try check(
            BulkDryRun(constraint: "true", matched: 2, jobIDs: ["7.0"], countsByOwner: ["bob": 1, "alice": 1], countsByStatus: ["idle": 2]),
            #"{"dry_run":true,"constraint":"true","matched":2,"job_ids":["7.0"],"by_owner":{"alice":1,"bob":1},"by_status":{"idle":2}}"#)
    }

    @Test func bodiesOfBulkOperations() throws {
        let text = #"{"constraint":"true","reason":"why","dry_run":true,"expect":3,"all":false"#
        var body = BulkBody(constraint: "true", reason: "why", isDryRun: true, expectedCount: 3, all: false)
        try check(BulkBody.remove.codec, body, text + "}")
        body.reasonCode = 4
        try check(BulkBody.action.codec, body, text + #","reason_code":4}"#)
        body.attributes = ["JobPrio": 5]
        try check(BulkBody.edit.codec, body, text + #","attributes":{"JobPrio":5}}"#)
        #expect(try BulkBody.remove.codec.decode("{}".utf8).isDryRun == nil)
        #expect(throws: ResourceError.self) { try BulkBody.remove.codec.decode(#"{"reason_code":4}"#.utf8) }
        #expect(throws: ResourceError.self) { try BulkBody.edit.codec.decode(#"{"constraint":"true"}"#.utf8) }
    }

    @Test func reasonsAreShortTexts() throws {
        let codec = Codec<String>.reason
        #expect(try codec.decode(Array("\"\(String(repeating: "x", count: 4096))\"".utf8)).count == 4096)
        for text in [String(repeating: "x", count: 4097), String(repeating: "é", count: 2049), #"a\u0000b"#] {
            #expect(throws: ResourceError.self) { try codec.decode("\"\(text)\"".utf8) }
        }
    }

    @Test func edits() throws {
        try check(EditBody.codec, ["JobPrio": 5, "A": ["expr": "1+1"]], #"{"JobPrio":5,"A":{"expr":"1+1"}}"#)
        try check(
            EditResult(message: "Job 7.0 edited", jobID: "7.0", attributes: RawJSON(["JobPrio": 5])),
            #"{"message":"Job 7.0 edited","job_id":"7.0","attributes":{"JobPrio":5}}"#)
    }

    @Test func sandboxes() throws {
        try check(
            InputResult(message: "Input of job 7.0 delivered", jobID: "7.0", accepted: ["a"], ignored: [], bytes: 3),
            #"{"message":"Input of job 7.0 delivered","job_id":"7.0","accepted":["a"],"ignored":[],"bytes":3}"#)
        try check(
            FileListing(files: [SandboxFile(name: "d/out", size: 5_000_000_000, mode: "0644")]),
            #"{"files":[{"name":"d/out","size":5000000000,"mode":"0644"}]}"#)
        let record = LogRecord(
            number: 5, type: "JobTerminatedEvent", time: "2026-11-21T08:00:00Z", jobID: "7.0", attributes: RawJSON(["ReturnValue": 0]))
        try check(
            record,
            #"{"number":5,"type":"JobTerminatedEvent","time":"2026-11-21T08:00:00Z","job_id":"7.0","attributes":{"ReturnValue":0}}"#)
        try check(OutputPiece(text: "hello\n"), #"{"text":"hello\n"}"#)
    }

    @Test func endsOfStreams() throws {
        try check(
            FollowEnd(jobID: "7.0", ending: JobEnding(status: "completed", exitCode: 1)),
            #"{"job_id":"7.0","status":"completed","exit_code":1}"#)
        try check(
            FollowEnd(jobID: "7.0", count: 3, ending: JobEnding(status: nil, exitSignal: 9)),
            #"{"job_id":"7.0","count":3,"status":null,"exit_signal":9}"#)
        try check(FollowEnd(jobID: "7.0", count: 3, ending: nil), #"{"job_id":"7.0","count":3}"#)
        try check(ListEndLine(ListEnd(count: 2)), #"{"end":{"count":2,"complete":true}}"#)
        try check(ListEndLine(ListEnd(count: 2, nextCursor: "c")), #"{"end":{"count":2,"complete":true,"next_cursor":"c"}}"#)
        try check(
            ListEndLine(ListEnd(count: 2, ending: JobEnding(status: nil))), #"{"end":{"count":2,"complete":true,"status":null}}"#)
        try check(
            ListErrorLine(StreamError(reason: "SCHEDULER_TIMEOUT", detail: "gone")),
            #"{"error":{"reason":"SCHEDULER_TIMEOUT","detail":"gone"}}"#)
    }

    @Test func lists() {
        var json = JSONWriter()
        JobPage.resource.begin(&json)
        JobPage.resource.finish(JobPageEnd(count: 0), &json)
        json.newline()
        PoolAds.resource.begin(&json)
        PoolAds.resource.element.write(Self.ad, &json)
        PoolAds.resource.finish(PoolAdsEnd(count: 1), &json)
        json.newline()
        JobLogList.resource.begin(JobLogHead(jobID: "7.0"), &json)
        JobLogList.resource.finish(&json)
        #expect(
            String(decoding: json.bytes, as: UTF8.self) == """
                {"jobs":[],"count":0,"has_more":false}
                {"ads":[\(Self.adText)],"count":1}
                {"job_id":"7.0","events":[]}
                """)
        #expect(
            String(decoding: JobPageEnd.resource.codec.encode(JobPageEnd(count: 2, nextCursor: "c")), as: UTF8.self)
                == #"{"count":2,"has_more":true,"next_cursor":"c"}"#)
    }

    @Test func events() throws {
        try check(
            EventRecord(
                type: .resume, jobID: "7.0", owner: "alice", status: "running", previousStatus: nil, time: "2026-11-21T08:00:00Z",
                attributes: RawJSON(["NumHolds": 1]), cursor: "c"),
            #"{"type":"continue","job_id":"7.0","owner":"alice","status":"running","previous_status":null,"time":"2026-11-21T08:00:00Z","#
                + #""attributes":{"NumHolds":1},"cursor":"c"}"#)
        try check(EventNotice(cursor: "c"), #"{"cursor":"c"}"#)
        try check(
            EventNotice(type: "error", reason: "TOO_SLOW", title: "t", detail: "d", cursor: "c"),
            #"{"type":"error","reason":"TOO_SLOW","title":"t","detail":"d","cursor":"c"}"#)
    }

    @Test func explanations() throws {
        let comparison = ExplainedComparison(
            attribute: "Memory", wanted: 4096, jobAttribute: "RequestMemory", best: 2048, values: [MachineValue(value: "x", machines: 2)])
        let requirements = ExplainedRequirements(
            expression: "e", machines: 3, matched: 0, refused: 0, busy: nil, available: 0,
            clauses: [ExplainedClause(expression: "c", inlined: "i", matched: 1, matchedCumulative: nil, comparison: comparison)],
            relaxations: [ExplainedRelaxation(clauses: [0], matched: 3, suggestion: "s")])
        try check(
            ExplanationResult(
                jobID: "7.0", status: .notMade, summary: "s", advice: ["a"], requirements: requirements,
                hold: ExplainedHold(code: 16, subcode: 0, name: "n", reason: nil, advice: "a"),
                lastRejection: ExplainedRejection(time: nil, reason: "r"), priority: -1, ahead: 2),
            #"{"job_id":"7.0","status":"not_made","summary":"s","advice":["a"],"requirements":{"expression":"e","machines":3,"matched":0,"#
                + #""refused":0,"busy":null,"available":0,"clauses":[{"expression":"c","inlined":"i","matched":1,"matched_cumulative":null,"#
                + #""comparison":{"attribute":"Memory","wanted":4096,"job_attribute":"RequestMemory","best":2048,"#
                + #""values":[{"value":"x","machines":2}]}}],"relaxations":[{"clauses":[0],"matched":3,"suggestion":"s"}]},"#
                + #""hold":{"code":16,"subcode":0,"name":"n","reason":null,"advice":"a"},"#
                + #""last_rejection":{"time":null,"reason":"r"},"priority":-1,"ahead":2}"#)
    }

    @Test func theSystem() throws {
        try check(HealthStatus(status: "ok"), #"{"status":"ok"}"#)
        try check(IdentityInfo(isAuthenticated: false), #"{"authenticated":false}"#)
        try check(
            IdentityInfo(isAuthenticated: true, user: "alice@pool", method: .some(nil), authorizations: ["READ"]),
            #"{"authenticated":true,"user":"alice@pool","method":null,"authorizations":["READ"]}"#)
        try check(VersionInfo(version: "1", commit: nil, api: "1"), #"{"version":"1","commit":null,"api":"1"}"#)
        try check(
            PingResult(scheduler: SchedulerInfo(name: nil, address: "<a>", version: "v"), latencyMilliseconds: 1.25),
            #"{"scheduler":{"name":null,"address":"<a>","version":"v"},"latency_ms":1.25}"#)
        try check(IndexInfo(name: "htapi", version: "1", links: ["jobs": "/j"]), #"{"name":"htapi","version":"1","links":{"jobs":"/j"}}"#)
    }
}
