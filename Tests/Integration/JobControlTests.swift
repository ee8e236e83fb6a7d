import ClassAd
import JSON
import Testing

/// Actions and edits over HTTP, as HTCondor's own tools see them afterwards.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct JobControlTests {
    private let sleeping = "executable = /bin/sleep\narguments = 600\nrequirements = false\nqueue"

    @Test func holdReleaseEditAndRemoveAreSeenByTheTools() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try #require(try await gateway.submit(sleeping, as: bob).jobs.first)
            try await pool.waitForJob(job, .idle)

            let hold = try await gateway.api(
                .POST, "/jobs/\(job)/hold", as: bob, type: "application/json", body: Array(#"{"reason": "not yet", "reason_code": 7}"#.utf8))
            #expect(hold.status == 200, "\(hold)")
            #expect(try await pool.status(of: job) == .held)
            #expect(try await pool.attribute("HoldReasonSubCode", of: job) == "7")
            #expect(try await pool.attribute("HoldReason", of: job)?.contains("not yet") == true)
            let twice = try await gateway.api(.POST, "/jobs/\(job)/hold", as: bob)
            #expect(twice.status == 409, "\(twice)")
            #expect(twice["reason"] == .string("WRONG_STATE"))

            let edit = try await gateway.api(
                .PATCH, "/jobs/\(job)", as: bob, type: "application/json", body: Array(#"{"RequestMemory": 256, "Note": "it's \"so\""}"#.utf8))
            #expect(edit.status == 200, "\(edit)")
            #expect(try await pool.attribute("RequestMemory", of: job) == "256")
            #expect(try await pool.attribute("Note", of: job) == #"it's "so""#)

            let release = try await gateway.api(.POST, "/jobs/\(job)/release", as: bob)
            #expect(release.status == 200, "\(release)")
            #expect(try await pool.status(of: job) == .idle)
            let idle = try await gateway.api(.POST, "/jobs/\(job)/release", as: bob)
            #expect(idle.status == 409, "\(idle)")

            let remove = try await gateway.api(.DELETE, "/jobs/\(job)?reason=enough", as: bob)
            #expect(remove.status == 200, "\(remove)")
            try await pool.poll("the job to be in the history") { try await !pool.isQueued(job) }
            let record = try await pool.output(
                of: "condor_history", "-name", pool.scheddName, job, "-limit", "1", "-af", "JobStatus", "RemoveReason", as: "bob")
            #expect(record.hasPrefix("3 "))
            #expect(record.contains("enough"))
            let gone = try await gateway.api(.GET, "/jobs/\(job)", as: bob)
            #expect(gone.status == 404, "\(gone)")
            #expect(gone["reason"] == .string("JOB_NOT_FOUND"))
        }
    }

    @Test func reasonsOfAllKindsAreKept() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try #require(try await gateway.submit(sleeping, as: bob).jobs.first)
            try await pool.waitForJob(job, .idle)
            for (reason, kept) in [
                (#"disk \"full\" at C:\\x\\"#, #"disk "full" at C:\x\"#), (#"\" + Owner + \""#, #"" + Owner + ""#),
                (#"two\nlines\r\nand \t tab \u20ac"#, "two lines  and \t tab \u{20AC}"),
            ] {
                for (action, attribute) in [("hold", "HoldReason"), ("release", "ReleaseReason")] {
                    let done = try await gateway.api(
                        .POST, "/jobs/\(job)/\(action)", as: bob, type: "application/json", body: Array("{\"reason\": \"\(reason)\"}".utf8))
                    #expect(done.status == 200, "\(done)")
                    let ad = try await gateway.api(.GET, "/jobs/\(job)?projection=\(attribute)", as: bob)
                    #expect(ad[attribute] == .string(kept + " (by user bob)"), "\(action)")
                }
            }
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: bob)
        }
    }

    @Test func ofSeveralConditionalEditsAtOnceOneIsMade() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try #require(try await gateway.submit("hold = true\n" + sleeping, as: bob).jobs.first)
            for round in 1...3 {
                let tag = try #require(try await gateway.api(.GET, "/jobs/\(job)", as: bob).headers["etag"])
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<6 {
                        group.addTask {
                            try await gateway.api(
                                .PATCH, "/jobs/\(job)", as: bob, type: "application/json", body: Array("{\"Counter\": \(10 * round + number)}".utf8),
                                headers: [("If-Match", tag)]
                            ).status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses.sorted() == [200, 412, 412, 412, 412, 412])
                let weak = try await gateway.api(
                    .PATCH, "/jobs/\(job)", as: bob, type: "application/json", body: Array(#"{"Counter": 0}"#.utf8),
                    headers: [("If-Match", "W/" + tag)])
                #expect(weak.status == 412, "\(weak)")
            }
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: bob)
        }
    }

    @Test func anEditIsAllOrNothing() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try #require(try await gateway.submit(sleeping, as: bob).jobs.first)
            let answer = try await gateway.api(
                .PATCH, "/jobs/\(job)", as: bob, type: "application/json", body: Array(#"{"RequestMemory": 999, "Owner": "alice"}"#.utf8))
            #expect(answer.status == 403, "\(answer)")
            #expect(answer.text.contains("Owner"))
            #expect(try await pool.attribute("RequestMemory", of: job) != "999")
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: bob)
        }
    }

    @Test func nobodyElseCanTouchAJob() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try #require(try await gateway.submit(sleeping, as: bob).jobs.first)
            try await pool.waitForJob(job, .idle)
            let before = try await pool.output(of: "condor_q", job, "-af", "JobStatus", "JobPrio", "RequestMemory", as: "root")
            let edit = try await gateway.api(.PATCH, "/jobs/\(job)", as: alice, type: "application/json", body: Array(#"{"JobPrio": 9}"#.utf8))
            #expect(edit.status == 403, "\(edit)")
            let remove = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)
            #expect(remove.status == 403, "\(remove)")
            let hold = try await gateway.api(.POST, "/jobs/\(job)/hold", as: alice)
            #expect(hold.status == 403, "\(hold)")
            #expect(hold["reason"] == .string("NOT_OWNER"))
            // Whatever the job's state, and however it is named.
            for action in ["hold", "release", "suspend", "continue", "vacate", "vacate-fast", "remove", "remove-force"] {
                for ids in [job, String(job.prefix { $0 != "." })] {
                    let refused = try await gateway.api(.POST, "/jobs/\(ids)/\(action)", as: alice)
                    #expect(refused.status == 403 && refused["reason"] == .string("NOT_OWNER"), "\(action) \(ids): \(refused)")
                }
            }
            let own = try await gateway.api(.POST, "/jobs/\(job.prefix { $0 != "." })/release", as: bob)
            #expect(own.status == 409 && own["reason"] == .string("WRONG_STATE"), "\(own)")
            #expect(try await pool.output(of: "condor_q", job, "-af", "JobStatus", "JobPrio", "RequestMemory", as: "root") == before)
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: bob)
        }
    }

    @Test func listsFollowTheConstraintAndTheProjection() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let cluster = try await gateway.submit(
                "executable = /bin/sleep\n+Colour = ifThenElse(ProcId % 2 == 0, \"red\", \"blue\")\nrequirements = false\nqueue 6", as: bob
            ).cluster
            let answer = try await gateway.api(
                .GET, "/jobs?constraint=ClusterId==\(cluster)%26%26Colour==%22red%22&projection=ProcId,clusterid&limit=2", as: bob)
            #expect(answer.status == 200, "\(answer)")
            #expect(
                answer["jobs"]
                    == .array(
                        [0, 2].map { process in
                            (try? JSONValue.parse(#"{"ClusterId":\#(cluster),"ProcId":\#(process)}"#)) ?? .null
                        }) || answer["count"] == .integer(2), "\(answer)")
            #expect(answer["has_more"] == .bool(true))

            let syntax = try await gateway.api(.GET, "/jobs?constraint=JobStatus%20==", as: bob)
            #expect(syntax.status == 400)
            #expect(syntax["reason"] == .string("CONSTRAINT_SYNTAX"))
            _ = try await gateway.api(.DELETE, "/jobs/\(cluster)", as: bob)
        }
    }
}
