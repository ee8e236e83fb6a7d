import ClassAd
import Foundation
import JSON
import Testing

/// Jobs posted, fed, run and fetched over HTTP on a real pool.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct SubmitOverHTTPTests {
    private let description = """
        executable = make.sh
        arguments = first.txt data/second.bin
        transfer_input_files = first.txt, data
        output = out.txt
        error = err.txt
        log = job.log
        queue
        """
    private let script = """
        #!/bin/sh
        set -e
        echo "made from $*"
        echo complaint >&2
        mkdir results
        cat "$@" > joined.bin
        printf 'exact\\0bytes' > private.dat
        chmod 600 private.dat
        printf '#!/bin/sh\\necho hello\\n' > tool.sh
        chmod 755 tool.sh
        chmod 644 joined.bin
        """

    @Test func aScriptWithInputInAFolderReturnsItsExactOutput() async throws {
        let pool = try RealPool.require()
        let second: [UInt8] = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let alice = Caller.token(try await pool.makeToken(identity: "alice@\(pool.trustDomain)"))
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit(description, as: alice)
            #expect(submitted.awaitsInput)
            let job = try #require(submitted.jobs.first)
            #expect(job == "\(submitted.cluster).0")

            let archive = try await TarArchive.make([
                "make.sh": .init(bytes: Array(script.utf8), mode: 0o755),
                "first.txt": .init(bytes: Array("first\n".utf8), mode: 0o644),
                "data/second.bin": .init(bytes: second, mode: 0o640),
            ])
            let put = try await gateway.api(.PUT, "/jobs/\(job)/input", as: alice, type: "application/x-tar", body: archive)
            #expect(put.status == 200, "\(put)")
            #expect(put["job_id"] == .string(job))

            try await pool.waitForJob(job, .completed)
            let ad = try await gateway.api(.GET, "/jobs/\(job)?projection=JobStatus,ExitCode", as: alice)
            #expect(ad["JobStatus"] == .integer(4))
            #expect(ad["ExitCode"] == .integer(0))

            let first = try await gateway.api(.GET, "/jobs/\(job)/output", as: alice)
            #expect(first.status == 200, "\(first)")
            let files = try await TarArchive.files(in: first.body)
            #expect(files["joined.bin"] == .init(bytes: Array("first\n".utf8) + second, mode: 0o644))
            #expect(files["private.dat"] == .init(bytes: Array("exact\0bytes".utf8), mode: 0o600))
            #expect(files["tool.sh"] == .init(bytes: Array("#!/bin/sh\necho hello\n".utf8), mode: 0o755))
            #expect(files["out.txt"]?.bytes == Array("made from first.txt data/second.bin\n".utf8))
            #expect(files["err.txt"]?.bytes == Array("complaint\n".utf8))
            #expect(files["_condor_stdout"] == nil)

            // GET changes nothing: the same files again, and the job stays.
            let again = try await gateway.api(.GET, "/jobs/\(job)/output", as: alice)
            #expect(try await TarArchive.files(in: again.body) == files)
            #expect(try await pool.isQueued(job))
            let removed = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)
            #expect(removed.status == 200, "\(removed)")
        }
    }

    /// Jobs without input are spooled ones that were never held, but for those with a log: that tells of the submission before anything runs.
    @Test func jobsWithoutInputAreNotHeldForIt() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try await pool.makeToken(identity: "bob@\(pool.trustDomain)"))
        let idle = "executable = /bin/true\nrequirements = false\n"
        try await GatewayProcess.run(in: pool) { gateway in
            func ad(_ description: String) async throws -> (job: String, ad: GatewayAnswer) {
                let submitted = try await gateway.submit(description, as: bob)
                #expect(!submitted.awaitsInput)
                let job = try #require(submitted.jobs.first)
                return (job, try await gateway.api(.GET, "/jobs/\(job)", as: bob))
            }
            func isSpooled(_ job: String, _ ad: GatewayAnswer) -> Bool {
                let parts = job.split(separator: ".")
                guard case .string(let directory)? = ad["Iwd"] else { return false }
                return directory.hasSuffix("/cluster\(parts[0]).proc\(parts[1]).subproc0") && ad["SUBMIT_Iwd"] != nil && ad["StageInFinish"] != nil
            }

            let plain = try await ad(idle + "queue")
            #expect(plain.ad["JobStatus"] == .integer(1) && isSpooled(plain.job, plain.ad), "\(plain.ad)")
            for name in ["HoldReason", "HoldReasonCode", "LastHoldReason", "JobStatusOnRelease"] { #expect(plain.ad[name] == nil, "\(name)") }
            #expect(plain.ad["NumHolds"] == nil || plain.ad["NumHolds"] == .integer(0))
            let output = try await gateway.api(.GET, "/jobs/\(plain.job)/files", as: bob)
            #expect(output.status == 200 && output["files"] == .array([]), "\(output)")

            let held = try await ad(idle + "hold = true\nqueue")
            #expect(held.ad["JobStatus"] == .integer(5) && held.ad["HoldReasonCode"] == .integer(15) && isSpooled(held.job, held.ad), "\(held.ad)")

            let logged = try await ad(idle + "log = job.log\nqueue")
            #expect(logged.ad["JobStatus"] == .integer(1) && isSpooled(logged.job, logged.ad), "\(logged.ad)")
            let log = try await gateway.api(.GET, "/jobs/\(logged.job)/log", as: bob)
            guard case .array(let events)? = log["events"] else { throw RealPoolError("\(log)") }
            #expect(events.first?["number"] == .integer(0), "\(log)")
            for job in [plain.job, held.job, logged.job] { _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: bob) }
        }
    }

    @Test func queueThreeMakesThreeJobs() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit(
                "executable = /bin/sleep\narguments = $(Process)\nrequirements = false\nqueue 3", as: bob)
            #expect(submitted.jobs == (0..<3).map { "\(submitted.cluster).\($0)" })
            #expect(!submitted.awaitsInput)
            for process in 0..<3 {
                #expect(try await pool.attribute("Args", of: "\(submitted.cluster).\(process)") == "\(process)")
            }
            let list = try await gateway.api(.GET, "/jobs/\(submitted.cluster)?projection=ProcId", as: bob)
            #expect(list["count"] == .integer(3))
            _ = try await gateway.api(.DELETE, "/jobs/\(submitted.cluster)", as: bob)
        }
    }

    @Test func anAbsoluteExecutableRunsWithoutUpload() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit("executable = /bin/echo\narguments = hello\noutput = o\nqueue", as: carol)
            let job = try #require(submitted.jobs.first)
            #expect(!submitted.awaitsInput)
            try await pool.waitForJob(job, .completed)
            // Output is what is newer than this, by a clock that may be behind ours.
            let mark = try #require(Int(try await pool.attribute("StageInFinish", of: job) ?? ""))
            let queued = try #require(Int(try await pool.attribute("QDate", of: job) ?? ""))
            #expect(mark < queued - 3600)
            #expect(try await pool.attribute("ExitCode", of: job) == "0")
        }
    }

    @Test func jsonAndRawSubmissionsAreTheSame() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let body = #"{"submit_file": "executable = /bin/true\nrequirements = false\nqueue"}"#
            let answer = try await gateway.api(.POST, "/jobs", as: bob, type: "application/json", body: Array(body.utf8))
            #expect(answer.status == 201, "\(answer)")
            guard case .integer(let cluster)? = answer["cluster_id"] else { return }
            #expect(answer.headers["location"] == "/api/v1/jobs/\(cluster)")
            try await pool.waitForJob("\(cluster).0", .idle)
            _ = try await gateway.api(.DELETE, "/jobs/\(cluster)", as: bob)
        }
    }

    @Test func anErrorInTheDescriptionHasItsPositionAndQueuesNothing() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            for text in ["executable = /bin/true\ninclude : /etc/passwd\nqueue", "executable = /bin/true\nrequirements = (1 +\nqueue"] {
                let answer = try await gateway.api(.POST, "/jobs", as: bob, type: "text/plain", body: Array(text.utf8))
                #expect(answer.status == 400, "\(answer)")
                #expect(answer["reason"] == .string("SUBMIT_SYNTAX"))
                #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true)
                guard case .array(let errors)? = answer["errors"] else {
                    Issue.record("no errors in \(answer)")
                    continue
                }
                #expect(errors.first?["line"] == .integer(2))
                let json = "{\"submit_file\": \"\(text.replacing("\n", with: "\\n"))\"}"
                let wrapped = try await gateway.api(.POST, "/jobs", as: bob, type: "application/json", body: Array(json.utf8))
                guard wrapped.status == 400, case .array(let same)? = wrapped["errors"] else { throw RealPoolError("\(wrapped)") }
                #expect(same.first?["line"] == .integer(2) && same.first?["pointer"] == .string("/submit_file"), "\(wrapped)")
            }
        }
    }

    @Test func aTruncatedArchiveLeavesTheJobWaiting() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit(description, as: alice)
            let job = try #require(submitted.jobs.first)
            let archive = try await TarArchive.make([
                "make.sh": .init(bytes: Array(script.utf8), mode: 0o755),
                "first.txt": .init(bytes: Array("first\n".utf8), mode: 0o644),
                "data/second.bin": .init(bytes: [UInt8](repeating: 7, count: 50_000), mode: 0o644),
            ])
            let cut = try await gateway.api(
                .PUT, "/jobs/\(job)/input", as: alice, type: "application/x-tar", body: Array(archive.prefix(20_000)))
            #expect(cut.status == 400, "\(cut)")
            #expect(try await pool.status(of: job) == .held)
            #expect(try await pool.attribute("HoldReasonCode", of: job) == "16")
            // The schedd's sweep over jobs that wait for input marks them so; they wait nevertheless.
            try await pool.poll("the schedd's sweep") { try await pool.attribute("StageInStart", of: job) != "undefined" }

            // The same job takes the whole archive afterwards.
            let whole = try await gateway.api(.PUT, "/jobs/\(job)/input", as: alice, type: "application/x-tar", body: archive)
            #expect(whole.status == 200, "\(whole)")
            try await pool.waitForJob(job, .completed)
            let twice = try await gateway.api(.PUT, "/jobs/\(job)/input", as: alice, type: "application/x-tar", body: archive)
            #expect(twice.status == 409, "\(twice)")
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)
        }
    }

    @Test func aClientThatVanishesInTheMiddleLeavesTheJobWaiting() async throws {
        let pool = try RealPool.require()
        let token = try pool.token(of: "alice")
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit(description, as: .token(token))
            let job = try #require(submitted.jobs.first)
            let connection = try RawConnection(to: gateway.url)
            try connection.send("PUT /api/v1/jobs/\(job)/input HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n")
            try connection.send("Content-Type: application/x-tar\r\nContent-Length: 1000000\r\n\r\n")
            try connection.send(String(repeating: "x", count: 100_000))
            connection.close()
            // The gateway still serves, and the job still waits.
            let answer = try await gateway.api(.GET, "/jobs/\(job)?projection=HoldReasonCode,JobStatus", as: .token(token))
            #expect(answer["HoldReasonCode"] == .integer(16))
            #expect(answer["JobStatus"] == .integer(5))
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: .token(token))
        }
    }
}
