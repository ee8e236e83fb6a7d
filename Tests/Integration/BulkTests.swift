import ClassAd
import CondorModel
import JSON
import Testing

/// Operations on all jobs a constraint selects.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct BulkTests {
    private let batch = "bulk-\(UInt32.random(in: 0 ... .max))"
    private var constraint: String { #"TestBatch == \"\#(batch)\""# }

    private func description(_ count: Int) -> String {
        "executable = /bin/sleep\narguments = 600\nrequirements = false\n+TestBatch = \"\(batch)\"\nqueue \(count)"
    }

    private func counts(
        total: Int, success: Int = 0, notFound: Int = 0, denied: Int = 0, badStatus: Int = 0, alreadyDone: Int = 0
    ) -> String {
        #"""
        {"total":\#(total),"success":\#(success),"not_found":\#(notFound),"permission_denied":\#(denied),\#
        "bad_status":\#(badStatus),"already_done":\#(alreadyDone),"error":0}
        """#
    }

    private func body(_ members: String) -> [UInt8] { Array("{\(members)}".utf8) }

    @Test func holdReleaseEditAndRemoveByConstraint() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let cluster = try await gateway.submit(description(5), as: bob).cluster
            let ids = (0..<5).map { "\(cluster).\($0)" }

            let dry = try await gateway.api(
                .POST, "/jobs/hold", as: bob, type: "application/json", body: body(#""constraint":"\#(constraint)","dry_run":true"#))
            #expect(dry.status == 200, "\(dry)")
            #expect(dry["dry_run"] == .bool(true))
            #expect(dry["matched"] == .integer(5))
            #expect(dry["job_ids"] == .array(ids.map { .string($0) }))
            #expect(dry["by_owner"]?["bob"] == .integer(5))

            let hold = try await gateway.api(
                .POST, "/jobs/hold", as: bob, type: "application/json",
                body: body(#""constraint":"\#(constraint) && ProcId < 3","reason":"later","reason_code":9,"expect":3"#))
            #expect(hold.status == 200, "\(hold)")
            #expect(try hold["results"]?.isJSON(counts(total: 3, success: 3)) == true)
            #expect(hold["constraint"] == .string("TestBatch == \"\(batch)\" && ProcId < 3"))
            #expect(try await pool.attribute("HoldReasonSubCode", of: ids[2]) == "9")
            #expect(try await pool.status(of: ids[3]) == .idle)

            // Three are held already; two can be.
            let again = try await gateway.api(.POST, "/jobs/hold", as: bob, type: "application/json", body: body(#""constraint":"\#(constraint)""#))
            #expect(try again["results"]?.isJSON(counts(total: 5, success: 2, alreadyDone: 3)) == true, "\(again)")

            let release = try await gateway.api(.POST, "/jobs/release?constraint=ClusterId==\(cluster)%26%26ProcId==0", as: bob)
            #expect(try release["results"]?.isJSON(counts(total: 1, success: 1)) == true, "\(release)")
            let mixed = try await gateway.api(
                .POST, "/jobs/release", as: bob, type: "application/json", body: body(#""constraint":"\#(constraint)""#))
            #expect(try mixed["results"]?.isJSON(counts(total: 5, success: 4, badStatus: 1)) == true, "\(mixed)")
            #expect(try await pool.status(of: ids[4]) == .idle)

            let edit = try await gateway.api(
                .PATCH, "/jobs", as: bob, type: "application/json",
                body: body(
                    #""constraint":"\#(constraint) && ProcId != 4","attributes":{"JobPrio":7,"Note":"all","Twice":{"expr":"JobPrio * 2"}},"expect":4"#
                ))
            #expect(edit.status == 200, "\(edit)")
            #expect(edit["jobs_edited"] == .integer(4))
            #expect(try edit["results"]?.isJSON(counts(total: 4, success: 4)) == true)
            #expect(try await pool.attribute("Twice", of: ids[0]) == "14")
            #expect(try await pool.attribute("JobPrio", of: ids[4]) == "0")

            let remove = try await gateway.api(.DELETE, "/jobs?constraint=ClusterId==\(cluster)&reason=done%20with&expect=5", as: bob)
            #expect(remove.status == 200, "\(remove)")
            #expect(try remove["results"]?.isJSON(counts(total: 5, success: 5)) == true)
            try await pool.poll("the jobs to leave") { try await !pool.isQueued(ids[4]) }
            #expect(try await pool.attribute("RemoveReason", of: ids[4])?.contains("done with") == true)
            let gone = try await gateway.api(.DELETE, "/jobs?constraint=ClusterId==\(cluster)", as: bob)
            #expect(gone.status == 404, "\(gone)")
            #expect(gone["reason"] == .string("NO_JOBS_MATCHED"))
        }
    }

    @Test func whatWasNotMeantIsNotDone() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        try await GatewayProcess.run(in: pool) { gateway in
            let cluster = try await gateway.submit(description(3), as: carol).cluster
            for method in [GatewayProcess.Method.DELETE, .PATCH] {
                func answer(_ members: String) async throws -> GatewayAnswer {
                    let attributes = method == .PATCH ? #","attributes":{"JobPrio":3}"# : ""
                    return try await gateway.api(method, "/jobs", as: carol, type: "application/json", body: body(members + attributes))
                }
                for text in ["true", "1", "0.5", "1 + 1 == 2", "!false", "time() > 0"] {
                    let all = try await answer(#""constraint":"\#(text)","expect":99"#)
                    #expect(all.status == 400, "\(text): \(all)")
                    #expect(all["reason"] == .string("CONFIRMATION_NEEDED"))
                }
                let syntax = try await answer(#""constraint":"JobStatus =="#)
                #expect(syntax.status == 400)
                let unclosed = try await answer(#""constraint":"(ProcId >= 0""#)
                #expect(unclosed["reason"] == .string("CONSTRAINT_SYNTAX"), "\(unclosed)")
                let missing = try await answer(#""reason":"x""#)
                #expect(missing.status == 400, "\(missing)")
                let unknown = try await answer(#""constraint":"ClusterId == \#(cluster)","expected":3"#)
                #expect(unknown["reason"] == .string("UNKNOWN_MEMBER"), "\(unknown)")
                let wrong = try await answer(#""constraint":"ClusterId == \#(cluster)","expect":2"#)
                #expect(wrong.status == 409, "\(wrong)")
                #expect(wrong["reason"] == .string("UNEXPECTED_COUNT"))
                let none = try await answer(#""constraint":"ClusterId == \#(cluster) && ProcId > 7""#)
                #expect(none.status == 404, "\(none)")
                // False for every job, and without an attribute.
                let never = try await answer(#""constraint":"false""#)
                #expect(never.status == 404, "\(never)")
            }
            let both = try await gateway.api(
                .DELETE, "/jobs?constraint=false", as: carol, type: "application/json", body: body(#""constraint":"true","all":true"#))
            #expect(both.status == 400, "\(both)")
            let list = try await gateway.api(.GET, "/jobs/\(cluster)?constraint=JobStatus!=3%26%26JobPrio==0", as: carol)
            #expect(list["count"] == .integer(3), "\(list)")

            // An edit of which one attribute cannot be is none.
            let edit = try await gateway.api(
                .PATCH, "/jobs", as: carol, type: "application/json",
                body: body(#""constraint":"ClusterId == \#(cluster)","attributes":{"JobPrio":3,"ProcId":1}"#))
            #expect(edit.status == 403, "\(edit)")
            #expect(edit["reason"] == .string("ATTRIBUTE_PROTECTED"))
            #expect(edit.text.contains("ProcId"))
            #expect(try await pool.attribute("JobPrio", of: "\(cluster).0") == "0")
            _ = try await gateway.api(.DELETE, "/jobs/\(cluster)", as: carol)
        }
    }

    @Test func theJobsOfOthersAreLeftAlone() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let his = try await gateway.submit(description(2), as: bob).cluster
            let foreign = try await gateway.api(.DELETE, "/jobs?constraint=ClusterId==\(his)", as: alice)
            #expect(foreign.status == 403, "\(foreign)")
            #expect(foreign["reason"] == .string("NOT_OWNER"))
            let foreignEdit = try await gateway.api(
                .PATCH, "/jobs", as: alice, type: "application/json", body: body(#""constraint":"ClusterId == \#(his)","attributes":{"JobPrio":3}"#))
            #expect(foreignEdit["reason"] == .string("NOT_OWNER"), "\(foreignEdit)")

            let hers = try await gateway.submit(description(3), as: alice).cluster
            let hold = try await gateway.api(.POST, "/jobs/hold", as: alice, type: "application/json", body: body(#""constraint":"\#(constraint)""#))
            #expect(try hold["results"]?.isJSON(counts(total: 5, success: 3, denied: 2)) == true, "\(hold)")
            #expect(try await pool.status(of: "\(his).0") == .idle)
            #expect(try await pool.status(of: "\(hers).2") == .held)
            let edit = try await gateway.api(
                .PATCH, "/jobs", as: alice, type: "application/json", body: body(#""constraint":"\#(constraint)","attributes":{"JobPrio":3}"#))
            #expect(edit.status == 200, "\(edit)")
            #expect(edit["jobs_edited"] == .integer(3))
            #expect(try edit["results"]?.isJSON(counts(total: 5, success: 3, denied: 2)) == true)
            #expect(try await pool.attribute("JobPrio", of: "\(his).0") == "0")

            for (owner, cluster) in [(bob, his), (alice, hers)] { _ = try await gateway.api(.DELETE, "/jobs/\(cluster)", as: owner) }
        }
    }
}
