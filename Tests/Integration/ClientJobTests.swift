import Cedar
import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import Testing

/// Submitting jobs to a real schedd and changing them.
@Suite(.realPool)
struct ClientJobTests {
    @Test func aSubmittedJobRuns() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "carol")
        let submitted = try await schedd.submit(pool.submission("/bin/echo", arguments: "hello"))
        #expect(submitted.procCount == 1)
        #expect(submitted.warnings == [])
        try await pool.waitForJob("\(submitted.cluster).0", .completed)
        #expect(try await pool.attribute("ExitCode", of: "\(submitted.cluster).0") == "0")
        #expect(try await pool.attribute("User", of: "\(submitted.cluster).0") == "carol@\(pool.trustDomain)")
    }

    @Test func manyJobsComeAndGo() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "alice")
        let submitted = try await schedd.submit(
            pool.submission("/bin/sleep", arguments: "1", count: 2000, extra: ["Requirements": .boolean(false)]))
        #expect(submitted.jobs.count == 2000)
        let ads = try await schedd.jobs(JobQuery(.cluster(submitted.cluster), projection: ["ProcId"])).collected()
        #expect(Set(ads.compactMap { $0.integer("ProcId") }) == Set(0..<2000))

        let held = try await schedd.act(JobActionRequest(.hold, .jobs(Array(submitted.jobs.prefix(2))), reason: "for a test", reasonCode: 7))
        #expect(held.jobs == [submitted.jobs[0]: .success, submitted.jobs[1]: .success])
        let ad = try #require(try await schedd.job(submitted.jobs[1]))
        #expect(ad.integer("JobStatus") == JobStatus.held.rawValue)
        #expect(ad.string("HoldReason") == "for a test (by user alice)")
        #expect(ad.integer("HoldReasonSubCode") == 7)
        let twice = try await schedd.act(JobActionRequest(.hold, .jobs([submitted.jobs[0]])))
        #expect(twice.jobs == [submitted.jobs[0]: .alreadyDone])
        #expect(!twice.succeeded)
        let released = try await schedd.act(JobActionRequest(.release, .jobs([submitted.jobs[0], submitted.jobs[5]])))
        #expect(released.jobs == [submitted.jobs[0]: .success, submitted.jobs[5]: .badStatus])
        let bobs = try await pool.schedd(as: "bob").act(JobActionRequest(.remove, .jobs([submitted.jobs[0]])))
        #expect(bobs.jobs == [submitted.jobs[0]: .permissionDenied])
        let missing = try await schedd.act(JobActionRequest(.remove, .jobs([JobID(cluster: 999_999, proc: 0)!])))
        #expect(missing.count(.notFound) == 1)
        let removed = try await schedd.act(
            JobActionRequest(.remove, .constraint(JobSelection.cluster(submitted.cluster).expression), wantsEachJob: false))
        #expect(removed.count(.success) == 2000)
        #expect(removed.total == 2000)
        let rest = try await schedd.jobs(JobQuery(.cluster(submitted.cluster), projection: ["ProcId", "JobStatus"])).collected()
        #expect(rest.allSatisfy { $0.integer("JobStatus") == JobStatus.removed.rawValue })
    }

    @Test func refusalsTellTheReason() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "alice")
        let error = await #expect(throws: CondorError.self) {
            _ = try await schedd.submit(pool.submission("/bin/echo", arguments: "", extra: ["Owner": .string("bob")]))
        }
        #expect(error?.code == .permissionDenied)
        #expect(error?.errno == 13)
        #expect(error?.isOutcomeKnown == true)
        #expect(error?.reason.isEmpty == false)
    }

    @Test func editsAreAllOrNothing() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "alice")
        let submitted = try await schedd.submit(
            pool.submission("/bin/sleep", arguments: "1", count: 2, extra: ["Requirements": .boolean(false)]))
        let job = submitted.jobs[0]
        #expect(try await schedd.edit(JobEdit(.job(job), attributes: [("JobPrio", .integer(7)), ("Label", .string("a \"b\" c"))])) == 1)
        var ad = try #require(try await schedd.job(job))
        #expect(ad.integer("JobPrio") == 7)
        #expect(ad.string("Label") == "a \"b\" c")

        let refused = await #expect(throws: CondorError.self) {
            try await schedd.edit(JobEdit(.job(job), attributes: [("JobPrio", .integer(8)), ("Owner", .string("bob")), ("Label", .integer(1))]))
        }
        #expect(refused?.code == .permissionDenied)
        #expect(refused?.attribute == "Owner")
        #expect(refused?.reason.contains("Owner") == true)
        ad = try #require(try await schedd.job(job))
        #expect(ad.integer("JobPrio") == 7)

        #expect(try await schedd.edit(JobEdit(.cluster(submitted.cluster), attributes: [("JobPrio", .integer(3))])) == 2)
        #expect(try await schedd.job(submitted.jobs[1])?.integer("JobPrio") == 3)

        let foreign = await #expect(throws: CondorError.self) {
            try await pool.schedd(as: "bob").edit(JobEdit(.job(job), attributes: [("JobPrio", .integer(1))]))
        }
        #expect(foreign?.code == .permissionDenied)
        let foreignCluster = await #expect(throws: CondorError.self) {
            try await pool.schedd(as: "bob").edit(JobEdit(.cluster(submitted.cluster), attributes: [("JobPrio", .integer(1))]))
        }
        #expect(foreignCluster?.code == .permissionDenied)
        let missing = await #expect(throws: CondorError.self) {
            try await schedd.edit(JobEdit(.job(JobID(cluster: 999_999, proc: 0)!), attributes: [("JobPrio", .integer(1))]))
        }
        #expect(missing?.code == .notFound)
        let none = await #expect(throws: CondorError.self) {
            try await schedd.edit(JobEdit(.cluster(999_999), attributes: [("JobPrio", .integer(1))]))
        }
        #expect(none?.code == .notFound)
        #expect(try await schedd.job(job)?.integer("JobPrio") == 3)
        _ = try await schedd.act(JobActionRequest(.remove, .jobs(submitted.jobs)))
    }
}
