import ClassAd
import Cryptography
import Foundation
import JSON
import Testing

/// Submissions that bring their sandbox along, are only tried, or are checked by digests.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct SubmissionFormTests {
    private let script = "#!/bin/sh\ncat \"$1\" common.txt\n"
    private let description = """
        executable = bin/show.sh
        arguments = $(name)
        transfer_input_files = common.txt, data/$(name)
        output = out.txt
        queue name from names
        """

    private func parts(without missing: String? = nil) -> [GatewayProcess.FormPart] {
        [
            .text("submit", description), .file("bin/show.sh", script), .file("common.txt", "common\n"), .file("names", "a.txt\nb.txt\n"),
            .file("data/a.txt", "this is a\n"), .file("data/b.txt", "this is b\n"),
        ].filter { $0.file == nil || $0.file != missing }
    }

    @Test func aFormBringsTheSandboxAlong() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            let answer = try await gateway.post("/jobs", form: parts(), as: alice)
            #expect(answer.status == 201, "\(answer)")
            #expect(answer["awaiting_input"] == .bool(false))
            guard case .integer(let cluster)? = answer["cluster_id"] else { return }
            #expect(answer["job_ids"] == .array([.string("\(cluster).0"), .string("\(cluster).1")]))
            for (process, letter) in ["a", "b"].enumerated() {
                try await pool.waitForJob("\(cluster).\(process)", .completed)
                let output = try await gateway.api(.GET, "/jobs/\(cluster).\(process)/output", as: alice)
                #expect(try await TarArchive.files(in: output.body)["out.txt"]?.bytes == Array("this is \(letter)\ncommon\n".utf8))
            }
            _ = try await gateway.api(.DELETE, "/jobs/\(cluster)", as: alice)
        }
    }

    @Test func anArchiveInAFormIsTheSandbox() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let archive = try await TarArchive.make([
            "show.sh": .init(bytes: Array(script.utf8), mode: 0o755), "common.txt": .init(bytes: Array("1\n".utf8), mode: 0o644),
            "in.txt": .init(bytes: Array("2\n".utf8), mode: 0o644),
        ])
        let text = "executable = show.sh\narguments = in.txt\ntransfer_input_files = in.txt, common.txt\noutput = out.txt\nqueue"
        try await GatewayProcess.run(in: pool) { gateway in
            let answer = try await gateway.post(
                "/jobs", form: [.text("submit", text), .init(name: "input", file: "sandbox.tar", bytes: archive)], as: alice)
            #expect(answer.status == 201, "\(answer)")
            guard case .integer(let cluster)? = answer["cluster_id"] else { return }
            try await pool.waitForJob("\(cluster).0", .completed)
            let output = try await gateway.api(.GET, "/jobs/\(cluster)/output", as: alice)
            #expect(output.status == 400, "\(output)")
            let files = try await gateway.api(.GET, "/jobs/\(cluster).0/output", as: alice)
            #expect(try await TarArchive.files(in: files.body)["out.txt"]?.bytes == Array("2\n1\n".utf8))
            _ = try await gateway.api(.DELETE, "/jobs/\(cluster)", as: alice)
        }
    }

    @Test func whatIsWrongWithAFormQueuesNothing() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        let batch = "form-\(UInt32.random(in: 0 ... .max))"
        try await GatewayProcess.run(in: pool) { gateway in
            func answer(_ parts: [GatewayProcess.FormPart]) async throws -> GatewayAnswer {
                let parts = parts.map { $0.name == "submit" ? .text("submit", "+TestBatch = \"\(batch)\"\n" + description) : $0 }
                return try await gateway.post("/jobs", form: parts, as: bob)
            }
            let missing = try await answer(parts(without: "data/b.txt"))
            #expect(missing.status == 400, "\(missing)")
            #expect(missing["reason"] == .string("MISSING_FILES"))
            #expect(missing.text.contains("data/b.txt"))
            let noList = try await answer(parts(without: "names"))
            #expect(noList["reason"] == .string("SUBMIT_SYNTAX"), "\(noList)")
            let evil = try await answer(parts() + [.file("../evil", "x")])
            #expect(evil["reason"] == .string("BAD_ARCHIVE"), "\(evil)")
            let twice = try await answer(parts() + [.file("common.txt", "x")])
            #expect(twice.status == 400, "\(twice)")
            let behind = try await answer(parts().reversed())
            #expect(behind["reason"] == .string("BAD_BODY"), "\(behind)")
            let both = try await answer(parts() + [.text("input", "x")])
            #expect(both["reason"] == .string("BAD_BODY"), "\(both)")
            let nobody = try await gateway.post(
                "/jobs", form: parts(), as: .token(try await pool.makeToken(identity: "bob@\(pool.trustDomain)", key: "SECOND") + "x"))
            #expect(nobody.status == 401, "\(nobody)")
            let list = try await gateway.api(.GET, "/jobs?constraint=TestBatch==%22\(batch)%22", as: bob)
            #expect(list["count"] == .integer(0), "\(list)")
        }
    }

    @Test func aDryRunQueuesNothing() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        let batch = "dry-\(UInt32.random(in: 0 ... .max))"
        let text = "executable = /bin/sleep\narguments = $(Process)\n+TestBatch = \"\(batch)\"\nqueue 120"
        try await GatewayProcess.run(in: pool) { gateway in
            let answer = try await gateway.api(.POST, "/jobs?dry_run=true", as: bob, type: "text/plain", body: Array(text.utf8))
            #expect(answer.status == 200, "\(answer)")
            #expect(answer["dry_run"] == .bool(true))
            #expect(answer["procs"] == .integer(120))
            #expect(answer["cluster_ad"]?["Cmd"] == .string("/bin/sleep"))
            guard case .array(let procs)? = answer["proc_ads"], case .array(let warnings)? = answer["warnings"] else {
                throw RealPoolError("\(answer)")
            }
            #expect(procs.count == 100)
            #expect(procs.last?["Args"] == .string("99"))
            #expect(warnings.count == 1)
            let wrong = try await gateway.api(.POST, "/jobs?dry_run=true", as: bob, type: "text/plain", body: Array("queue 1 from /etc/passwd".utf8))
            #expect(wrong["reason"] == .string("SUBMIT_SYNTAX"), "\(wrong)")
            let nobody = try await gateway.api(.POST, "/jobs?dry_run=true", as: .nobody, type: "text/plain", body: Array(text.utf8))
            #expect(nobody.status == 401)
            let list = try await gateway.api(.GET, "/jobs?constraint=TestBatch==%22\(batch)%22", as: bob)
            #expect(list["count"] == .integer(0))
        }
    }

    @Test func bodiesAreComparedWithTheirDigests() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit("executable = run.sh\nrequirements = false\nqueue", as: bob)
            let job = try #require(submitted.jobs.first)
            let archive = try await TarArchive.make(["run.sh": .init(bytes: Array(script.utf8), mode: 0o755)])
            func put(_ digest: String) async throws -> GatewayAnswer {
                try await gateway.api(
                    .PUT, "/jobs/\(job)/input", as: bob, type: "application/x-tar", body: archive, headers: [("Content-Digest", digest)])
            }
            func field(_ bytes: [UInt8]) -> String {
                let (short, long) = (Data(Hash.digest(bytes, .sha256)), Data(Hash.digest(bytes, .sha512)))
                return "sha-256=:\(short.base64EncodedString()):, sha-512=:\(long.base64EncodedString()):"
            }
            let other = try await put(field(archive + [0]))
            #expect(other.status == 400, "\(other)")
            #expect(other["reason"] == .string("DIGEST_MISMATCH"))
            let malformed = try await put("sha-256=abc")
            #expect(malformed["reason"] == .string("BAD_PARAMETER"), "\(malformed)")
            // Neither changed anything.
            #expect(try await pool.attribute("HoldReasonCode", of: job) == "16")
            let right = try await put(field(archive) + ", md5=:AAAA:")
            #expect(right.status == 200, "\(right)")
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: bob)
        }
    }

    @Test func filesOfAFormAreInput() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit(
                "executable = run.sh\narguments = in.txt\ntransfer_input_files = in.txt, common.txt\noutput = o\nqueue", as: bob)
            let job = try #require(submitted.jobs.first)
            let files: [GatewayProcess.FormPart] = [.file("run.sh", script), .file("common.txt", "c\n"), .file("in.txt", "i\n"), .file("more", "m")]
            let missing = try await gateway.post("/jobs/\(job)/input", form: Array(files.prefix(1)), as: bob)
            #expect(missing["reason"] == .string("MISSING_FILES"), "\(missing)")
            let post = try await gateway.post("/jobs/\(job)/input", form: files, as: bob)
            #expect(post.status == 200, "\(post)")
            #expect(post["ignored"] == .array([.string("more")]))
            try await pool.waitForJob(job, .completed)
            #expect(try await pool.attribute("ExitCode", of: job) == "0")
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: bob)
        }
    }

    @Test func aJobSubmittedOnHoldWaitsForItsRelease() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        try await GatewayProcess.run(in: pool) { gateway in
            let submitted = try await gateway.submit("executable = /bin/true\nhold = true\nmax_materialize = 1\nqueue 2", as: carol)
            #expect(submitted.jobs.count == 2)
            for job in submitted.jobs {
                #expect(try await pool.status(of: job) == .held)
                #expect(try await pool.attribute("HoldReasonCode", of: job) == "15")
                #expect(try await pool.attribute("NumJobStarts", of: job) == "0")
            }
            let first = try await gateway.api(.POST, "/jobs/\(submitted.jobs[0])/release", as: carol)
            #expect(first.status == 200, "\(first)")
            try await pool.output(of: "condor_release", submitted.jobs[1], as: "carol")
            for job in submitted.jobs { try await pool.waitForJob(job, .completed) }
            _ = try await gateway.api(.DELETE, "/jobs/\(submitted.cluster)", as: carol)
        }
    }
}
