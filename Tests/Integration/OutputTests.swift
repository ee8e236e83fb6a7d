import ClassAd
import JSON
import Testing

/// Single files of a sandbox, and what a job writes, live and afterwards.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct OutputTests {
    private let script = """
        #!/bin/sh
        i=1
        while [ $i -le 200 ]; do echo "line $i"; i=$((i+1)); done
        echo "wrong" >&2
        printf '0123456789' > digits.dat
        chmod 640 digits.dat
        """

    private func runJob(_ gateway: GatewayProcess, in pool: RealPool, as caller: Caller) async throws -> String {
        let submitted = try await gateway.post(
            "/jobs",
            form: [
                .text(
                    "submit",
                    "executable = make.sh\noutput = logs/out.txt\nerror = err.txt\ntransfer_output_remaps = \"digits.dat=data/ten-digits.dat\"\nqueue"
                ),
                .file("make.sh", script),
            ], as: caller)
        guard submitted.status == 201, case .integer(let cluster)? = submitted["cluster_id"] else { throw RealPoolError("\(submitted)") }
        let job = "\(cluster).0"
        try await pool.waitForJob(job, .completed)
        return job
    }

    @Test func filesAreListedAndFetchedInParts() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try await runJob(gateway, in: pool, as: alice)
            let list = try await gateway.api(.GET, "/jobs/\(job)/files", as: alice)
            guard case .array(let files)? = list["files"] else { throw RealPoolError("\(list)") }
            let byName = Dictionary(uniqueKeysWithValues: files.map { ($0["name"], $0) })
            #expect(Set(byName.keys) == [.string("logs/out.txt"), .string("err.txt"), .string("data/ten-digits.dat")], "\(list)")
            #expect(byName[.string("data/ten-digits.dat")]?["size"] == .integer(10))
            #expect(byName[.string("data/ten-digits.dat")]?["mode"] == .string("0640"))

            let path = "/jobs/\(job)/files/data/ten-digits.dat"
            let whole = try await gateway.api(.GET, path, as: alice)
            #expect(whole.text == "0123456789")
            #expect(whole.headers["content-length"] == "10")
            #expect(whole.headers["x-content-type-options"] == "nosniff")
            #expect(whole.headers["content-disposition"] == "attachment; filename=\"ten-digits.dat\"")
            for (range, text, field) in [
                ("bytes=2-4", "234", "bytes 2-4/10"), ("bytes=7-", "789", "bytes 7-9/10"), ("bytes=-1", "9", "bytes 9-9/10"),
            ] {
                let part = try await gateway.api(.GET, path, as: alice, headers: [("Range", range)])
                #expect(part.status == 206, "\(part)")
                #expect(part.text == text)
                #expect(part.headers["content-range"] == field)
            }
            let outside = try await gateway.api(.GET, path, as: alice, headers: [("Range", "bytes=10-")])
            #expect(outside.status == 416, "\(outside)")
            #expect(outside.headers["content-range"] == "bytes */10")
            let conditional = try await gateway.api(.GET, path, as: alice, headers: [("Range", "bytes=2-4"), ("If-Range", "\"x\"")])
            #expect(conditional.status == 200 && conditional.text == "0123456789", "\(conditional)")
            for name in ["data/ten-digits.dat", "nothing"] {
                let answer = try await gateway.api(.GET, "/jobs/\(job)/files/\(name)", as: bob)
                #expect(answer.status == 403 && answer["reason"] == .string("NOT_OWNER"), "\(answer)")
            }
            for name in ["digits.dat", "data", "nothing", "..%2Fmake.sh", "logs%2F..%2Ferr.txt"] {
                let answer = try await gateway.api(.GET, "/jobs/\(job)/files/\(name)", as: alice)
                #expect(answer.status == 404, "\(name): \(answer)")
            }
            let foreign = try await gateway.api(.GET, path, as: bob)
            #expect(foreign.status == 404 || foreign.status == 403, "\(foreign)")
            let none = try await gateway.api(.GET, "/jobs/2000000000.0/files", as: alice)
            #expect(none["reason"] == .string("JOB_NOT_FOUND"), "\(none)")
            // All of this changed nothing.
            #expect(try await pool.isQueued(job))
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)
        }
    }

    @Test func theTextOfAFinishedJobIsThereInPartsAndLines() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let text = (1...200).map { "line \($0)\n" }.joined()
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try await runJob(gateway, in: pool, as: alice)
            let all = try await gateway.api(.GET, "/jobs/\(job)/stdout", as: alice)
            #expect(all.text == text, "\(all)")
            #expect(all.headers["content-type"]?.hasPrefix("text/plain") == true)
            let error = try await gateway.api(.GET, "/jobs/\(job)/stderr", as: alice)
            #expect(error.text == "wrong\n")
            let part = try await gateway.api(.GET, "/jobs/\(job)/stdout?offset=7&limit=6", as: alice)
            #expect(part.text == "line 2")
            let tail = try await gateway.api(.GET, "/jobs/\(job)/stdout?tail=2", as: alice)
            #expect(tail.text == "line 199\nline 200\n")
            let behind = try await gateway.api(.GET, "/jobs/\(job)/stdout?offset=100000", as: alice)
            #expect(behind.status == 200 && behind.body.isEmpty, "\(behind)")
            let followed = try await gateway.api(.GET, "/jobs/\(job)/stdout?follow=true&offset=7", as: alice)
            #expect(followed.text == String(text.dropFirst(7)))
            let events = try await gateway.api(.GET, "/jobs/\(job)/stdout?follow=true&tail=1", as: alice, headers: [("Accept", "text/event-stream")])
            #expect(events.text.hasPrefix("event: output\ndata: {\"text\":\"line 200\\n\"}\n\n"), "\(events)")
            #expect(events.text.hasSuffix("event: end\ndata: {\"job_id\":\"\(job)\",\"status\":\"completed\",\"exit_code\":0}\n\n"), "\(events)")
            let both = try await gateway.api(.GET, "/jobs/\(job)/stdout?tail=1&offset=1", as: alice)
            #expect(both.status == 400, "\(both)")
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)

            let quiet = try await gateway.submit("executable = /bin/true\nrequirements = false\nqueue", as: alice)
            let nothing = try await gateway.api(.GET, "/jobs/\(quiet.cluster).0/stdout", as: alice)
            #expect(nothing["reason"] == .string("NO_SUCH_FILE"), "\(nothing)")
            _ = try await gateway.api(.DELETE, "/jobs/\(quiet.cluster)", as: alice)
        }
    }

    @Test func aRunningJobIsReadWhileItWrites() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        let bob = Caller.token(try pool.token(of: "bob"))
        let program = "#!/bin/sh\necho first\necho trouble >&2\nwhile [ ! -e /tmp/$1 ]; do sleep 0.2; done\necho last\n"
        let mark = "htapi-live-\(UInt32.random(in: 0 ... .max))"
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.post(
                "/jobs",
                form: [.text("submit", "executable = live.sh\narguments = \(mark)\noutput = o\nerror = e\nqueue"), .file("live.sh", program)],
                as: carol)
            guard case .integer(let cluster)? = submitted["cluster_id"] else { throw RealPoolError("\(submitted)") }
            let job = "\(cluster).0"
            // Before it runs there is nothing.
            let early = try await gateway.api(.GET, "/jobs/\(job)/stdout", as: carol)
            #expect(early.status == 200, "\(early)")
            try await pool.poll("the first line") { try await gateway.api(.GET, "/jobs/\(job)/stdout", as: carol).text == "first\n" }
            #expect(try await pool.status(of: job) == .running)
            #expect(try await gateway.api(.GET, "/jobs/\(job)/stderr", as: carol).text == "trouble\n")
            #expect(try await gateway.api(.GET, "/jobs/\(job)/stdout?offset=2&limit=3", as: carol).text == "rst")
            #expect(try await gateway.api(.GET, "/jobs/\(job)/stdout?tail=1", as: carol).text == "first\n")
            let foreign = try await gateway.api(.GET, "/jobs/\(job)/stdout", as: bob)
            #expect(foreign["reason"] == .string("NOT_OWNER"), "\(foreign)")

            async let followed = gateway.api(.GET, "/jobs/\(job)/stdout?follow=true", as: carol, headers: [("Accept", "text/event-stream")])
            try await pool.output(of: "touch", "/tmp/\(mark)", as: "carol")
            let events = try await followed.text
            #expect(events.contains("data: {\"text\":\"first\\n"), "\(events)")
            #expect(events.contains("last\\n\"}"), "\(events)")
            #expect(events.hasSuffix("\"status\":\"completed\",\"exit_code\":0}\n\n"), "\(events)")
            try await pool.output(of: "rm", "/tmp/\(mark)", as: "carol")
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: carol)
        }
    }

    /// Before a job has run, and after it has failed to make what it declares, what is there can be had.
    @Test func declaredOutputThatIsNotThere() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        let description =
            """
            executable = /bin/sh\narguments = "-c 'echo said; echo x > made'"\noutput = o.txt\nerror = e.txt\nlog = l.log\ntransfer_output_files \
            = absent,made\n
            """
        try await GatewayProcess.run(in: pool) { gateway in
            func answer(_ job: String, _ path: String) async throws -> GatewayAnswer {
                try await gateway.api(.GET, "/jobs/\(job)/\(path)", as: carol)
            }
            func names(_ job: String) async throws -> [JSONValue] {
                let list = try await answer(job, "files")
                #expect(list.status == 200, "\(list)")
                guard case .array(let files)? = list["files"] else { return [] }
                return files.compactMap { $0["name"] }
            }
            let waiting = try #require(try await gateway.submit(description + "requirements = false\nqueue", as: carol).jobs.first)
            for path in ["stdout", "stderr", "stdout?tail=3"] {
                let text = try await answer(waiting, path)
                #expect(text.status == 200 && text.text == "", "\(path): \(text)")
            }
            #expect(try await names(waiting) == [.string("l.log")])
            #expect(try await answer(waiting, "files/made").status == 404)
            #expect(try await answer(waiting, "output").status == 200)

            let failed = try #require(try await gateway.submit(description + "queue", as: carol).jobs.first)
            try await pool.poll("the job to be held") { try await pool.attribute("HoldReasonCode", of: failed) == "12" }
            #expect(try await answer(failed, "stdout").text == "said\n")
            #expect(try await answer(failed, "files/made").text == "x\n")
            #expect(try await answer(failed, "files/absent").status == 404)
            #expect(try await Set(names(failed)) == [.string("made"), .string("o.txt"), .string("e.txt"), .string("l.log")])
            #expect(try await answer(failed, "output").status == 200)
            for job in [waiting, failed] { _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: carol) }
        }
    }
}
