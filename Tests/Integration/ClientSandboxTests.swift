import Cedar
import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import NIOCore
import Testing

/// Sandboxes in and out of a real schedd.
@Suite(.realPool)
struct ClientSandboxTests {
    /// A file from memory, given in pieces of odd sizes.
    struct MemoryFile: SpoolFile {
        var name: String
        var mode = 0o644
        var content: [UInt8] = []
        var isDirectory = false
        var announced: Int64?
        var size: Int64 { announced ?? Int64(content.count) }

        func open() -> any AsyncSequence<ByteBuffer, any Error> & Sendable {
            let content = content
            return AsyncThrowingStream { continuation in
                var offset = 0
                while offset < content.count {
                    let end = min(offset + 100_003, content.count)
                    continuation.yield(ByteBuffer(bytes: content[offset..<end]))
                    offset = end
                }
                continuation.finish()
            }
        }
    }

    struct Fetched: Equatable {
        var files: [String: [UInt8]] = [:]
        var modes: [String: Int] = [:]
        var directories: [String: Int] = [:]
        var jobs = 0
    }

    static func fetch(_ events: SandboxEvents) async throws -> Fetched {
        var fetched = Fetched()
        var current = ""
        for try await event in events {
            switch event {
            case .job: fetched.jobs += 1
            case .directory(let name, let mode): fetched.directories[name] = mode
            case .file(let name, let mode, _):
                current = name
                fetched.files[name] = []
                fetched.modes[name] = mode
            case .chunk(let buffer): fetched.files[current, default: []] += Array(buffer.readableBytesView)
            case .jobEnd: break
            }
        }
        return fetched
    }

    static func spooled(_ pool: RealPool, script: String, extra: [String: ExprTree] = [:], count: Int = 1) throws -> JobSubmission {
        var all: [String: ExprTree] = [
            "HoldReason": .string("Spooling input data files"), "HoldReasonCode": .integer(16), "TransferExecutable": .boolean(true),
            "Out": .string("out.txt"), "Err": .string("err.txt"),
            "LeaveJobInQueue": try .parse(
                "JobStatus == 4 && (time() - (CompletionDate ?: time())) < 864000 && (StageOutFinish ?: 0) < EnteredCurrentStatus"),
        ]
        for (name, value) in extra { all[name] = value }
        return pool.submission(script, arguments: "", count: count, status: 5, extra: all)
    }

    @Test func inputGoesInAndOutputComesBackTwice() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "carol")
        let script = """
            #!/bin/sh
            cat data.bin > copy.bin
            mkdir -p outd/e
            cat dir/inner.txt empty > outd/e/f.txt
            : > outd/nothing
            chmod 751 copy.bin
            echo done
            """
        let data = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let submission = try Self.spooled(
            pool, script: "job.sh",
            extra: ["TransferInput": .string("data.bin,dir,empty"), "TransferOutput": .string("copy.bin,outd")])
        let submitted = try await schedd.submit(submission)
        let job = submitted.jobs[0]
        #expect(try await schedd.job(job)?.integer("JobStatus") == JobStatus.held.rawValue)
        let files: [any SpoolFile] = [
            MemoryFile(name: "data.bin", content: data),
            MemoryFile(name: "dir", mode: 0o755, isDirectory: true),
            MemoryFile(name: "dir/inner.txt", content: Array("inner\n".utf8)),
            MemoryFile(name: "empty"),
            MemoryFile(name: "job.sh", mode: 0o755, content: Array(script.utf8)),
        ]
        let summary = try await schedd.spool([job], files: files)
        #expect(summary.files == 4)
        #expect(summary.bytes == Int64(data.count + 6 + script.utf8.count))

        try await pool.poll("the schedd to release the job") { try await schedd.job(job)?.integer("StageInFinish") != nil }
        try await pool.waitForJob("\(job)", .completed)
        let first = try await Self.fetch(schedd.retrieve(.job(job)))
        #expect(first.jobs == 1)
        #expect(first.files["copy.bin"] == data)
        #expect(first.modes["copy.bin"] == 0o751)
        #expect(first.files["outd/e/f.txt"] == Array("inner\n".utf8))
        #expect(first.files["outd/nothing"] == [])
        #expect(first.directories["outd/e"] != nil)
        #expect(first.files["out.txt"] == Array("done\n".utf8))
        #expect(first.files["err.txt"] == [])

        // Fetching changes nothing: the job stays, and gives the same again.
        let second = try await Self.fetch(schedd.retrieve(.job(job)))
        #expect(second == first)
        let ad = try #require(try await schedd.job(job))
        #expect(ad.integer("JobStatus") == JobStatus.completed.rawValue)
        #expect(!ad.contains("StageOutFinish"))

        let again = await #expect(throws: CondorError.self) { _ = try await schedd.spool([job], files: files) }
        #expect(again?.code == .refused)
        let foreign = try await Self.fetch(pool.schedd(as: "bob").retrieve(.job(job)))
        #expect(foreign.jobs == 0)
        _ = try await schedd.act(JobActionRequest(.remove, .jobs([job])))
    }

    @Test func oneSandboxGoesToEveryJobOfACluster() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "bob")
        let submitted = try await schedd.submit(Self.spooled(pool, script: "job.sh", extra: ["Requirements": .boolean(false)], count: 3))
        let summary = try await schedd.spool(
            submitted.jobs, files: [MemoryFile(name: "job.sh", mode: 0o755, content: Array("#!/bin/sh\n".utf8))])
        #expect(summary.files == 3)
        try await pool.waitForJob("\(submitted.jobs[2])", .idle)
        let fetched = try await Self.fetch(schedd.retrieve(.cluster(submitted.cluster)))
        #expect(fetched.jobs == 3)
        _ = try await schedd.act(JobActionRequest(.remove, .jobs(submitted.jobs)))
    }

    @Test func foreignJobsTakeNoInput() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "bob")
        let submitted = try await schedd.submit(Self.spooled(pool, script: "job.sh"))
        let error = await #expect(throws: CondorError.self) {
            _ = try await pool.schedd(as: "alice").spool(submitted.jobs, files: [MemoryFile(name: "job.sh", content: [1])])
        }
        #expect(error?.code == .refused)
        #expect(try await schedd.job(submitted.jobs[0])?.integer("HoldReasonCode") == 16)
        let traversal = await #expect(throws: CondorError.self) {
            _ = try await schedd.spool(submitted.jobs, files: [MemoryFile(name: "../job.sh", content: [1])])
        }
        #expect(traversal?.code == .refused)
        #expect(try await schedd.job(submitted.jobs[0])?.integer("HoldReasonCode") == 16)
        _ = try await schedd.act(JobActionRequest(.remove, .jobs(submitted.jobs)))
    }

    @Test func aSourceThatLiesIsAnError() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "bob")
        let submitted = try await schedd.submit(Self.spooled(pool, script: "job.sh"))
        let error = await #expect(throws: CondorError.self) {
            _ = try await schedd.spool(submitted.jobs, files: [MemoryFile(name: "job.sh", content: [1, 2, 3], announced: 10)])
        }
        #expect(error?.code == .sourceFailed)
    }
}
