import ClassAd
import JSON
import Testing

/// The events of a job's log.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct LogTests {
    private func names(_ answer: GatewayAnswer) throws -> [String] {
        guard case .array(let events)? = answer["events"] else { throw RealPoolError("no events: \(answer)") }
        return events.map { if case .string(let name)? = $0["type"] { name } else { "?" } }
    }

    @Test func theEventsOfAFinishedJob() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit("executable = /bin/sh\narguments = \"-c 'exit 3'\"\nlog = logs/job.log\nqueue", as: alice)
            let job = "\(submitted.cluster).0"
            try await pool.waitForJob(job, .completed)
            let answer = try await gateway.api(.GET, "/jobs/\(job)/log", as: alice)
            #expect(answer.status == 200, "\(answer)")
            #expect(answer["job_id"] == .string(job))
            let names = try names(answer).filter { ["SubmitEvent", "ExecuteEvent", "JobTerminatedEvent"].contains($0) }
            #expect(names == ["SubmitEvent", "ExecuteEvent", "JobTerminatedEvent"], "\(answer)")
            guard case .array(let events)? = answer["events"] else { throw RealPoolError("\(answer)") }
            let submission = try #require(events.first)
            #expect(submission["number"] == .integer(0))
            #expect(submission["job_id"] == .string(job))
            guard case .string(let time)? = submission["time"], case .string(let host)? = submission["attributes"]?["SubmitHost"] else {
                throw RealPoolError("\(submission)")
            }
            #expect(time.hasPrefix("20") && time.hasSuffix("Z"), "\(time)")
            #expect(host.hasPrefix("<127.0.0.1:"), "\(host)")
            let termination = try #require(events.last { $0["number"] == .integer(5) })
            #expect(termination["attributes"]?["TerminatedNormally"] == .bool(true), "\(answer)")
            #expect(termination["attributes"]?["ReturnValue"] == .integer(3))
            #expect(termination["attributes"]?["RequestCpus"] == .integer(1))
            #expect(termination["attributes"]?["Cpus"] == .integer(1))

            let lines = try await gateway.api(.GET, "/jobs/\(job)/log", as: alice, headers: [("Accept", "application/x-ndjson")])
            let end = "{\"end\":{\"count\":\(events.count),\"complete\":true}}\n"
            #expect(lines.text.hasSuffix(end), "\(lines)")
            #expect(lines.text.utf8.count { $0 == 10 } == events.count + 1)
            let followed = try await gateway.api(.GET, "/jobs/\(job)/log?follow=true", as: alice, headers: [("Accept", "text/event-stream")])
            #expect(followed.text.hasPrefix("event: log\ndata: {\"number\":0,\"type\":\"SubmitEvent\""), "\(followed)")
            #expect(
                followed.text.hasSuffix(
                    "event: end\ndata: {\"job_id\":\"\(job)\",\"count\":\(events.count),\"status\":\"completed\",\"exit_code\":3}\n\n"),
                "\(followed)")

            let foreign = try await gateway.api(.GET, "/jobs/\(job)/log", as: bob)
            #expect(foreign["reason"] == .string("NOT_OWNER"), "\(foreign)")
            // All of this changed nothing.
            #expect(try await pool.isQueued(job))
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)
            let gone = try await gateway.api(.GET, "/jobs/\(job)/log", as: alice)
            #expect(gone["reason"] == .string("JOB_NOT_FOUND"), "\(gone)")
        }
    }

    @Test func theLogIsThereInEveryState() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            let waiting = try await gateway.submit("executable = job.sh\nlog = job.log\nqueue", as: alice)
            #expect(waiting.awaitsInput)
            let early = try await gateway.api(.GET, "/jobs/\(waiting.cluster).0/log", as: alice)
            #expect(early.status == 200 || early["reason"] == .string("OUTPUT_UNAVAILABLE"), "\(early)")
            _ = try await gateway.api(.DELETE, "/jobs/\(waiting.cluster)", as: alice)

            let idle = try await gateway.submit("executable = /bin/true\nrequirements = false\nlog = job.log\nqueue", as: alice)
            let job = "\(idle.cluster).0"
            try await pool.poll("the submission to be logged") {
                try names(try await gateway.api(.GET, "/jobs/\(job)/log", as: alice)) == ["SubmitEvent"]
            }
            _ = try await gateway.api(.POST, "/jobs/\(job)/hold", as: alice, type: "application/json", body: Array(#"{"reason":"a test"}"#.utf8))
            try await pool.poll("the hold to be logged") {
                try names(try await gateway.api(.GET, "/jobs/\(job)/log", as: alice)) == ["SubmitEvent", "JobHeldEvent"]
            }
            let held = try await gateway.api(.GET, "/jobs/\(job)/log", as: alice)
            guard case .array(let events)? = held["events"], case .string(let reason)? = events.last?["attributes"]?["HoldReason"] else {
                throw RealPoolError("\(held)")
            }
            #expect(reason.hasPrefix("a test"), "\(held)")
            #expect(events.last?["attributes"]?["HoldReasonCode"] == .integer(1))
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)

            let silent = try await gateway.submit("executable = /bin/true\nrequirements = false\nqueue", as: alice)
            let none = try await gateway.api(.GET, "/jobs/\(silent.cluster).0/log", as: alice)
            #expect(none.status == 404 && none["reason"] == .string("NO_SUCH_FILE"), "\(none)")
            _ = try await gateway.api(.DELETE, "/jobs/\(silent.cluster)", as: alice)
        }
    }

    @Test func whatHappensToARunningJobIsFollowed() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit("executable = /bin/sleep\narguments = 3\nlog = job.log\nqueue", as: alice)
            let job = "\(submitted.cluster).0"
            async let followed = gateway.api(.GET, "/jobs/\(job)/log?follow=true", as: alice)
            try await pool.poll("the start to be logged") {
                try names(try await gateway.api(.GET, "/jobs/\(job)/log", as: alice)).contains("ExecuteEvent")
            }
            let answer = try await followed
            #expect(answer.headers["content-type"] == "application/x-ndjson")
            let lines = answer.text.split(separator: "\n").map { (try? JSONValue.parse(Array($0.utf8))) ?? .null }
            // Each event once, as in the log.
            let all = try await gateway.api(.GET, "/jobs/\(job)/log", as: alice)
            #expect(lines.dropLast().map { $0["type"] } == (try names(all)).map { .string($0) }, "\(answer)\n\(all)")
            #expect(lines.last?["end"]?["status"] == .string("completed"), "\(answer)")
            #expect(lines.last?["end"]?["exit_code"] == .integer(0))
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)
        }
    }

    @Test func aJobThatIsRemovedEndsItsLog() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            let idle = try await gateway.submit("executable = /bin/true\nrequirements = false\nlog = job.log\nqueue", as: alice)
            let job = "\(idle.cluster).0"
            let connection = try RawConnection(to: gateway.url)
            defer { connection.close() }
            try connection.send(
                "GET /api/v1/jobs/\(job)/log?follow=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(try pool.token(of: "alice"))\r\n"
                    + "Connection: close\r\n\r\n"
            )
            let beginning = await connection.read(until: "SubmitEvent")
            #expect(beginning.contains("SubmitEvent"), "\(beginning)")
            _ = try await gateway.api(.POST, "/jobs/\(job)/hold", as: alice)
            let middle = await connection.read(until: "JobHeldEvent")
            #expect(middle.contains("JobHeldEvent"), "\(middle)")
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)
            let end = await connection.readToEnd()
            #expect(end.contains("\"complete\":true,\"status\":null}}"), "\(end)")
        }
    }
}
