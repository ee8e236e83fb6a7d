import Cedar
import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import Testing
import Tokens

/// Questions to a real schedd and collector.
@Suite(.realPool)
struct ClientQueryTests {
    @Test func jobsOfTheQueueArrive() async throws {
        let pool = try RealPool.require()
        let cluster = try await pool.submit("executable = /bin/true\ntransfer_executable = false\nhold = true\nqueue 3", as: "bob")
        let schedd = try pool.schedd(as: "alice")
        let batches = schedd.jobs(JobQuery(.cluster(cluster), projection: ["ClusterId", "ProcId", "Owner", "JobStatus"]))
        let (ads, summary) = try await batches.collectedToTheEnd()
        #expect(ads.count == 3)
        #expect(Set(ads.map { $0.integer("ProcId") }) == [0, 1, 2])
        #expect(ads.allSatisfy { $0.string("Owner") == "bob" && $0.integer("JobStatus") == 5 })
        #expect(summary?.errorCode == 0)

        let one = try #require(try await schedd.job(JobID("\(cluster).1")!))
        #expect(one.integer("ProcId") == 1)
        #expect(one.string("User") == "bob@\(pool.trustDomain)")
        #expect(try await schedd.job(JobID("\(cluster).3")!) == nil)
        try await pool.remove("\(cluster)")
    }

    @Test func theSessionIsResumed() async throws {
        let pool = try RealPool.require()
        let client = pool.client
        let schedd = client.schedd(as: try pool.credential(of: "alice"))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask { _ = try? await schedd.jobs(JobQuery(limit: 1)).collected() }
            }
        }
        #expect(client.sessionCount == 1)
    }

    @Test func pingTellsTheIdentity() async throws {
        let pool = try RealPool.require()
        let identity = try await pool.schedd(as: "alice").ping()
        #expect(identity.user == "alice@\(pool.trustDomain)")
        #expect(identity.method == .token)
        #expect(identity.authorizations == [.read, .write])
        let readOnly = try await pool.makeToken(identity: "bob@\(pool.trustDomain)", scopes: ["READ"])
        let limited = try await pool.client.schedd(as: .token(BearerToken(readOnly))).ping()
        #expect(limited.user == "bob@\(pool.trustDomain)")
        #expect(limited.authorizations == [.read])
    }
}
