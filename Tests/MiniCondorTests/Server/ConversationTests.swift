import Cedar
import ClassAd
import CondorProtocol
import NIOCore
import Testing

@testable import CondorClient
@testable import MiniCondor

/// The commands, as our own client uses them.
@Suite struct ConversationTests {
    @Test func jobsAreSubmittedQueriedEditedAndRemoved() async throws {
        try await RunningScheduler.run { mini in
            let cluster = try await mini.submit(3) { $0.set("Foo", "b\\a\"r") }
            #expect(cluster.procCount == 3)
            let alice = try mini.schedd(as: "alice")
            let first = try mini.job(cluster.cluster)

            let ad = try #require(try await alice.job(first))
            #expect(ad.string("Owner") == "alice")
            #expect(ad.string("User") == "alice@mini.test")
            #expect(ad.integer("ClusterId") == Int64(cluster.cluster))
            #expect(ad.integer("ProcId") == 0)
            #expect(ad.string("Foo") == "b\\a\"r")

            // A projection brings what its expressions refer to.
            _ = try await alice.edit(JobEdit(.job(first), attributes: [("Bar", try .parse("RequestCpus + 1"))]))
            let projected = try #require(try await alice.job(first, projection: ["bar", "Nothing"]))
            #expect(projected.names.sorted() == ["RequestCpus", "bar"])
            #expect(projected.evaluate("Bar") == .integer(2))

            let result = try await alice.act(JobActionRequest(.hold, .jobs([first]), reason: "why not"))
            #expect(result.jobs == [first: .success])
            #expect(try await alice.job(first)?.string("HoldReason") == "why not (by user alice)")

            let batches = alice.jobs(JobQuery(constraint: .binary(.equal, .attribute("JobStatus"), .integer(1))))
            var ids: [Int64?] = []
            for try await batch in batches { ids += batch.map { $0.integer("ProcId") } }
            #expect(ids == [1, 2])
            #expect(batches.summary?.matched == 2)
            #expect(batches.summary?.total == 3)

            let removed = try await alice.act(JobActionRequest(.remove, .constraint(.boolean(true)), wantsEachJob: false))
            #expect(removed.count(.success) == 3)
            var records = 0
            for try await batch in alice.history(HistoryQuery()) { records += batch.count }
            #expect(records == 3)
        }
    }

    @Test func whatAClientDoesNotAgreeToIsNotDone() async throws {
        try await RunningScheduler.run { mini in
            let job = try mini.job(try await mini.submit().cluster)
            let alice = try mini.schedd(as: "alice")
            _ = try? await alice.act(JobActionRequest(.remove, .jobs([job])), isWanted: { _ in false })
            #expect(try await alice.job(job) != nil)
        }
    }

    @Test func anOpenConversationHoldsNobodyUp() async throws {
        try await RunningScheduler.run { mini in
            let (connection, _) = try await mini.open(.queueManagementWrite, as: .token(try mini.token("bob@mini.test")))
            defer { connection.close() }
            var message = MessageEncoder(encrypted: true)
            QueueRequest.newCluster.encode(into: &message)
            try await connection.send([message.bytes])
            let cluster = try await mini.submit()
            #expect(try await mini.schedd(as: "alice").job(try mini.job(cluster.cluster)) != nil)
        }
    }

    @Test func inputIsSpooledAndRetrieved() async throws {
        try await RunningScheduler.run { mini in
            let cluster = try await mini.submit(2, held: true)
            let alice = try mini.schedd(as: "alice")
            let big = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let files: [MemoryFile] = [
                MemoryFile(name: "a.txt", bytes: Array("one".utf8)), MemoryFile(name: "empty"), MemoryFile(name: "dir", mode: 0o755, isDirectory: true),
                MemoryFile(name: "dir/big", mode: 0o600, bytes: big),
            ]
            #expect(try await alice.spool(cluster.jobs, files: files).files == 6)
            let job = try mini.job(cluster.cluster, 1)
            let ad = try #require(try await alice.job(job))
            #expect(ad.integer("JobStatus") == 1)
            #expect(ad.integer("StageInFinish") != nil)

            var names: [String: Int64] = [:]
            var content: [UInt8] = []
            for try await event in alice.retrieve(.job(job)) {
                switch event {
                case .file(let name, _, let size): names[name] = size
                case .directory(let name, let mode): names[name] = Int64(-mode)
                case .chunk(let bytes): content += bytes.readableBytesView
                case .job, .jobEnd: break
                }
            }
            #expect(names == ["a.txt": 3, "empty": 0, "dir": -0o755, "dir/big": 700_000])
            #expect(content == Array("one".utf8) + big)
            // Nobody else gets them, and nobody spools twice.
            var count = 0
            for try await _ in try mini.schedd(as: "bob").retrieve(.job(job)) { count += 1 }
            #expect(count == 0)
            await #expect(throws: CondorError(.refused, "")) { try await alice.spool([job], files: files) }
        }
    }

    @Test func theSchedulerDescribesItself() async throws {
        try await RunningScheduler.run { mini in
            _ = try await mini.submit()
            let ad = try await mini.schedd(as: "bob").ad()
            #expect(ad.integer("TotalIdleJobs") == 1)
            #expect(ad.string("MyType") == "Scheduler")
        }
    }

    @Test func jobsSurviveARestart() async throws {
        try await RunningScheduler.run { outer in
            let path = outer.directory + "/second"
            try await RunningScheduler.run(in: path) { mini in _ = try await mini.submit(2) }
            try await RunningScheduler.run(in: path) { mini in
                var count = 0
                for try await batch in try mini.schedd(as: "alice").jobs(JobQuery()) { count += batch.count }
                #expect(count == 2)
            }
        }
    }

    @Test func aDirectoryIsForOneScheduler() async throws {
        try await RunningScheduler.run { mini in
            await #expect(throws: SchedulerDirectory.Failure.self) { try await RunningScheduler.run(in: mini.directory) { _ in } }
        }
    }
}
