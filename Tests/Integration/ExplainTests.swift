import ClassAd
import JSON
import Testing

/// Why jobs do not run.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct ExplainTests {
    private func explain(_ description: String, _ gateway: GatewayProcess, as caller: Caller) async throws -> GatewayAnswer {
        let submitted = try await gateway.submit("executable = /bin/sleep\narguments = 100\n\(description)\nqueue", as: caller)
        let answer = try await gateway.api(.GET, "/jobs/\(submitted.cluster).0/explain", as: caller)
        _ = try await gateway.api(.DELETE, "/jobs/\(submitted.cluster)", as: caller)
        #expect(answer["job_id"] == .string("\(submitted.cluster).0"), "\(answer)")
        return answer
    }

    @Test func whatAsksForTooMuch() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            let machines = try await gateway.api(.GET, "/pool/machines?constraint=SlotType=!=%22Dynamic%22&projection=TotalSlotMemory", as: alice)
            guard case .integer(let count)? = machines["count"], case .array(let ads)? = machines["ads"], let memory = ads.first?["TotalSlotMemory"]
            else {
                throw RealPoolError("\(machines)")
            }
            try #require(count == 1)
            let answer = try await explain("request_memory = 99999999", gateway, as: alice)
            #expect(answer.status == 200, "\(answer)")
            #expect(answer["status"] == .string("idle"))
            #expect(answer["summary"] == .string("None of the pool's 1 machine meets the job's requirements"), "\(answer)")
            let requirements = answer["requirements"]
            #expect(requirements?["machines"] == .integer(1))
            #expect(requirements?["matched"] == .integer(0))
            #expect(requirements?["available"] == .integer(0))
            guard case .array(let clauses)? = requirements?["clauses"] else { throw RealPoolError("\(answer)") }
            let clause = try #require(clauses.first { $0["inlined"] == .string("TARGET.Memory >= 99999999") }, "\(answer)")
            #expect(clause["expression"] == .string("TARGET.Memory >= RequestMemory"))
            #expect(clause["matched"] == .integer(0))
            #expect(clause["comparison"]?["best"] == memory)
            #expect(clause["comparison"]?["job_attribute"] == .string("RequestMemory"))
            #expect(clauses.filter { $0["matched"] == .integer(1) }.count == clauses.count - 1, "\(answer)")
            guard case .array(let relaxations)? = requirements?["relaxations"] else { throw RealPoolError("\(answer)") }
            #expect(relaxations.allSatisfy { $0["matched"] == .integer(1) } && relaxations.count == 2, "\(answer)")

            let wrong = try await explain("requirements = TARGET.Arch == \"SPARC\"\npriority = 5", gateway, as: alice)
            #expect(wrong["requirements"]?["matched"] == .integer(0), "\(wrong)")
            #expect(wrong["priority"] == .integer(5))
            let fitting = try await explain("request_memory = 16", gateway, as: alice)
            // It may have started already.
            #expect(fitting["requirements"]?["matched"] == .integer(1) || fitting["status"] == .string("running"), "\(fitting)")
        }
    }

    @Test func jobsThatDoNotWaitForMachines() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            let held = try await explain("hold = true", gateway, as: alice)
            #expect(held["status"] == .string("held"), "\(held)")
            #expect(held["hold"]?["code"] == .integer(15))
            #expect(held["hold"]?["name"] == .string("SubmittedOnHold"))
            let waiting = try await gateway.submit("executable = job.sh\nqueue", as: alice)
            let awaits = try await gateway.api(.GET, "/jobs/\(waiting.cluster).0/explain", as: alice)
            #expect(awaits["hold"]?["code"] == .integer(16), "\(awaits)")
            guard case .string(let summary)? = awaits["summary"] else { throw RealPoolError("\(awaits)") }
            #expect(summary.hasPrefix("The job awaits its input"))
            _ = try await gateway.api(.DELETE, "/jobs/\(waiting.cluster)", as: alice)

            let done = try await gateway.submit("executable = /bin/sh\narguments = \"-c 'exit 4'\"\nlog = l\nqueue", as: alice)
            try await pool.waitForJob("\(done.cluster).0", .completed)
            let completed = try await gateway.api(.GET, "/jobs/\(done.cluster).0/explain", as: alice)
            guard case .string(let end)? = completed["summary"] else { throw RealPoolError("\(completed)") }
            #expect(end.hasPrefix("The job has completed at 20") && end.hasSuffix("with exit code 4"), "\(completed)")
            #expect(completed["requirements"] == nil)
            _ = try await gateway.api(.DELETE, "/jobs/\(done.cluster)", as: alice)

            let missing = try await gateway.api(.GET, "/jobs/2000000000.0/explain", as: alice)
            #expect(missing.status == 400 || missing["reason"] == .string("JOB_NOT_FOUND"), "\(missing)")
            let gone = try await gateway.api(.GET, "/jobs/\(done.cluster).0/explain", as: alice)
            #expect(gone["reason"] == .string("JOB_NOT_FOUND"), "\(gone)")
            let cluster = try await gateway.api(.GET, "/jobs/\(done.cluster)/explain", as: alice)
            #expect(cluster["reason"] == .string("BAD_JOB_ID"), "\(cluster)")
        }
    }

    @Test func jobsThatAreMadeLittleByLittle() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            let cluster = try await pool.submit(
                "executable = /bin/sleep\ntransfer_executable = false\narguments = 100\nrequirements = false\nmax_materialize = 2\nqueue 9",
                as: "alice")
            try await pool.poll("the first jobs to be made") { try await pool.isQueued("\(cluster).1") }
            let made = try await gateway.api(.GET, "/jobs/\(cluster).1/explain", as: alice)
            #expect(made["status"] == .string("idle"), "\(made)")
            let unmade = try await gateway.api(.GET, "/jobs/\(cluster).7/explain", as: alice)
            #expect(unmade["status"] == .string("not_made"), "\(unmade)")
            #expect(unmade["advice"] == .array([.string("At most 2 of its jobs exist at a time (max_materialize); the next are made as those end")]))
            let never = try await gateway.api(.GET, "/jobs/\(cluster).9/explain", as: alice)
            #expect(never["reason"] == .string("JOB_NOT_FOUND"), "\(never)")
            try await pool.remove("\(cluster)")
        }
    }
}
