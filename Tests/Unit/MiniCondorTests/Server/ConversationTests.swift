import Tokens
import Cedar
import ClassAd
import CondorModel
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

            var batches = alice.jobs(JobQuery(constraint: .binary(.equal, .attribute("JobStatus"), .integer(1)))).makeAsyncIterator()
            var ids: [Int64?] = []
            while let batch = try await batches.next() { ids += batch.map { $0.integer("ProcId") } }
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

    /// Looking and committing are one step: of many who do it at once, one finds nothing.
    @Test func ofManyWhoSubmitTheSameOneDoes() async throws {
        try await RunningScheduler.run { mini in
            let alice = try mini.schedd(as: "alice")
            var cluster = RunningScheduler.clusterAd()
            cluster.set("Mark", "only one")
            var proc = ClassAd()
            proc.set("JobStatus", 1)
            let submission = JobSubmission(clusterAd: cluster, procAds: [proc])
            let outcomes = try await withThrowingTaskGroup(of: SubmissionOutcome.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await alice.submit(submission) { _ in .binary(.equal, .attribute("Mark"), .string("only one")) }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { if case .submitted = $0 { true } else { false } } == 1)
            #expect(try await alice.ad().integer("TotalJobAds") == 1)
        }
    }

    /// Two held jobs that need no input, of which the second one stays held.
    private static func withoutInput(makesDirectories: Bool) -> JobSubmission {
        var proc = ClassAd()
        proc.set("JobStatus", 5)
        var stays = proc
        stays.set("JobStatusOnRelease", 5)
        var submission = JobSubmission(clusterAd: RunningScheduler.clusterAd(held: true), procAds: [proc, stays])
        submission.staging = JobSubmission.Staging(time: 1_000_000, makesDirectories: makesDirectories)
        return submission
    }

    /// Jobs that need no input are let go by a second transaction, as the gateway does it.
    @Test func jobsAreLetGoWithoutInput() async throws {
        try await RunningScheduler.run { mini in
            let alice = try mini.schedd(as: "alice")
            let cluster = try await alice.submit(Self.withoutInput(makesDirectories: true))
            #expect(cluster.isStaged)
            let job = try #require(try await alice.job(try mini.job(cluster.cluster, 0)))
            #expect(job.integer("JobStatus") == 1)
            #expect(job.integer("LastJobStatus") == 5)
            #expect(job.integer("InitialJobStatus") == 5)
            #expect(job.integer("StageInFinish") == 913_600)
            #expect(job.evaluate("HoldReasonCode") == .undefined)
            let held = try #require(try await alice.job(try mini.job(cluster.cluster, 1)))
            #expect(held.integer("JobStatus") == 5)
            #expect(held.integer("HoldReasonCode") == 15)
            // Otherwise the state of a job is not for others, and not any state, to be set.
            for (user, status) in [("bob", 5), ("alice", 2), ("alice", 4)] {
                let edit = JobEdit(.job(try mini.job(cluster.cluster, 0)), attributes: [("JobStatus", .integer(Int64(status)))])
                await #expect(throws: CondorError.self) { try await mini.schedd(as: user).edit(edit) }
            }
        }
    }

    /// Jobs that need neither input nor a directory at once are never held, but spooled all the same.
    @Test func jobsAreNeverHeldWithoutInput() async throws {
        try await RunningScheduler.run { mini in
            let alice = try mini.schedd(as: "alice")
            let cluster = try await alice.submit(Self.withoutInput(makesDirectories: false))
            #expect(cluster.isStaged && cluster.procCount == 2)
            let job = try #require(try await alice.job(try mini.job(cluster.cluster, 0)))
            #expect(job.integer("JobStatus") == 1)
            #expect(job.integer("StageInFinish") == 913_600)
            #expect(job.string("Iwd")?.contains("/cluster\(cluster.cluster).proc0.subproc0") == true)
            #expect(job.evaluate("SUBMIT_Iwd") != .undefined)
            for name in ["HoldReason", "HoldReasonCode", "LastJobStatus", "NumHolds", "JobStatusOnRelease"] {
                #expect(job.evaluate(name) == .undefined, "\(name)")
            }
            let held = try #require(try await alice.job(try mini.job(cluster.cluster, 1)))
            #expect(held.integer("JobStatus") == 5)
            #expect(held.integer("HoldReasonCode") == 15)
            #expect(held.integer("NumHolds") == 1)
        }
    }

    /// What was sent arrives, however late the client reads it.
    @Test func anAnswerWaitsForASlowClient() async throws {
        try await RunningScheduler.run { mini in
            _ = try await mini.submit(2_000) { $0.set("Ballast", String(repeating: "x", count: 2_000)) }
            let (connection, messages) = try await mini.open(.queryJobAds, as: .token(try mini.token("alice@mini.test")))
            defer { connection.close() }
            var request = MessageEncoder(encrypted: true)
            JobQuery().encode(into: &request)
            try await connection.send([request.bytes])
            // The scheduler gives all of it away meanwhile, as far as the network takes it.
            let alice = try mini.schedd(as: "alice")
            for _ in 0..<2 {
                var count = 0
                for try await batch in alice.jobs(JobQuery()) { count += batch.count }
                #expect(count == 2_000)
            }
            var reader = messages
            var count = 0
            while true {
                let ad = try await reader.message { message throws(CedarError) in try message.readAd() }
                if ad.string("MyType") == "Summary" { break }
                count += 1
            }
            #expect(count == 2_000)
        }
    }

    /// The collector stand-in keeps what other daemons send, until they take it back.
    @Test func adsOfOthersAreKept() async throws {
        try await RunningScheduler.run { mini in
            func send(_ command: Command, _ ad: ClassAd) async throws {
                let (connection, _) = try await mini.open(command, as: .token(try mini.token("condor@mini.test")))
                defer { connection.close() }
                var message = MessageEncoder(encrypted: true)
                message.write(ad: ad)
                try await connection.send([message.bytes])
            }
            func known() async throws -> [String] {
                let (connection, messages) = try await mini.open(.queryScheddAds, as: .token(try mini.token("alice@mini.test")))
                defer { connection.close() }
                var reader = messages
                var message = MessageEncoder(encrypted: true)
                CollectorQuery(.schedulers).encode(into: &message)
                try await connection.send([message.bytes])
                var names: [String] = []
                while case .ad(let ad) = try await reader.value({ message throws(CedarError) in try CollectorReply(from: &message) }) {
                    names.append(ad.string("Name") ?? "")
                }
                return names
            }
            let own = try await known()
            #expect(own.count == 1)
            var ad = ClassAd()
            ad.set("MyType", "Scheduler")
            ad.set("Name", "other@host")
            try await send(.updateScheddAd, ad)
            try await mini.poll { try await known() == own + ["other@host"] }
            var query = ClassAd()
            query["Requirements"] = .binary(.equal, .attribute("Name"), .string("other@host"))
            try await send(.invalidateScheddAds, query)
            try await mini.poll { try await known() == own }
        }
    }

    @Test func inputIsSpooledAndRetrieved() async throws {
        try await RunningScheduler.run { mini in
            let cluster = try await mini.submit(2, held: true)
            let alice = try mini.schedd(as: "alice")
            let big = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let files: [MemoryFile] = [
                MemoryFile(name: "a.txt", bytes: Array("one".utf8)), MemoryFile(name: "empty"),
                MemoryFile(name: "dir", mode: 0o755, isDirectory: true),
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
