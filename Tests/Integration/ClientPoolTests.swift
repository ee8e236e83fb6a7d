import Cedar
import ClassAd
import CondorClient
import CondorModel
import CondorProtocol
import Foundation
import NIOCore
import Testing
import Tokens

/// History, collector, refused identities and schedds that go away.
@Suite(.realPool, .serialized)
struct ClientPoolTests {
    @Test func historyTellsOfJobsThatLeft() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "carol")
        let submitted = try await schedd.submit(pool.submission("/bin/true", arguments: "", count: 2))
        for job in submitted.jobs {
            try await pool.waitForJob("\(job)", .completed)
            try await pool.poll("job \(job) to leave the queue") { try await schedd.job(job) == nil }
        }
        let batches = schedd.history(
            HistoryQuery(constraint: JobSelection.cluster(submitted.cluster).expression, projection: ["ClusterId", "ProcId"]))
        let (ads, summary) = try await batches.collectedToTheEnd()
        #expect(Set(ads.map { $0.integer("ProcId") }) == [0, 1])
        #expect(summary?.matched == 2)
        let inOneMessage = try await schedd.history(
            HistoryQuery(constraint: JobSelection.cluster(submitted.cluster).expression, limit: 1, streams: false)
        ).collected()
        #expect(inOneMessage.count == 1)
        #expect(inOneMessage.first?.string("Owner") == "carol")
    }

    @Test func theCollectorAnswersAndLocates() async throws {
        let pool = try RealPool.require()
        let collector = pool.client.collector(as: try pool.credential(of: "alice"))
        let schedulers = try await collector.ads(CollectorQuery(.schedulers, projection: ["Name", "MyAddress"])).collected()
        #expect(schedulers.contains { $0.string("Name") == pool.scheddName })
        let machines = try await collector.ads(CollectorQuery(.machines, limit: 1)).collected()
        #expect(machines.count == 1)
        if pool.encryptsForStrangers {
            #expect(try await pool.client.collector(as: .anonymous).ads(CollectorQuery(.masters)).collected().isEmpty == false)
        } else {
            let error = await #expect(throws: CondorError.self) {
                _ = try await pool.client.collector(as: .anonymous).ads(CollectorQuery(.masters)).collected()
            }
            #expect(error?.code == .authenticationFailed)
        }

        let byName = CondorClient(configuration: ClientConfiguration(scheduler: .collector(name: pool.scheddName), collectors: [pool.collector]))
        #expect(try await byName.schedd(as: pool.credential(of: "alice")).ping().user == "alice@\(pool.trustDomain)")
        #expect(try await byName.schedd(as: pool.credential(of: "alice")).ad().string("Name") == pool.scheddName)
        let unknown = CondorClient(
            configuration: ClientConfiguration(scheduler: .collector(name: "nobody"), collectors: ["127.0.0.1:1", pool.collector]))
        let error = await #expect(throws: CondorError.self) { _ = try await unknown.schedd(as: pool.credential(of: "alice")).ping() }
        #expect(error?.code == .unreachable)
    }

    @Test func badTokensAreRefused() async throws {
        let pool = try RealPool.require()
        // A signature of another key: one letter changed in the middle of it.
        let good = try pool.token(of: "alice")
        var letters = Array(good.utf8)
        let index = letters.count - 20
        letters[index] = letters[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        let forged = String(decoding: letters, as: UTF8.self)
        let key = try SigningKey(id: "POOL", fileContents: Array(Data(contentsOf: URL(fileURLWithPath: pool.signingKeyFile))))
        let now = Int64(Date().timeIntervalSince1970)
        let expired = try IDToken(
            subject: "alice@\(pool.trustDomain)", issuer: pool.trustDomain, issuedAt: now - 120, expiration: now - 60
        ).signed(with: key)
        for token in [try BearerToken(forged), expired] {
            let schedd = pool.client.schedd(as: .token(token))
            let error = await #expect(throws: CondorError.self) { _ = try await schedd.jobs(JobQuery(limit: 1)).collected() }
            #expect(error?.code == .authenticationFailed)
        }
        let readOnly = pool.client.schedd(as: .token(try BearerToken(await pool.makeToken(identity: "alice@\(pool.trustDomain)", scopes: ["READ"]))))
        _ = try await readOnly.jobs(JobQuery(limit: 1)).collected()
        let denied = await #expect(throws: CondorError.self) {
            _ = try await readOnly.act(JobActionRequest(.hold, .jobs([JobID(cluster: 1, proc: 0)!])))
        }
        #expect(denied?.code == .permissionDenied)
    }

    @Test(.spareSchedd) func aScheddThatComesBackElsewhereIsFoundAgain() async throws {
        let pool = try RealPool.require()
        try await pool.spare.start()
        let client = CondorClient(configuration: ClientConfiguration(scheduler: .addressFile(pool.spare.addressFile), collectors: [pool.collector]))
        let named = CondorClient(configuration: ClientConfiguration(scheduler: .collector(name: pool.spare.name), collectors: [pool.collector]))
        let credential = try pool.credential(of: "alice")
        _ = try await client.schedd(as: credential).jobs(JobQuery(limit: 1)).collected()
        try await pool.poll("the collector to know the spare schedd") {
            (try? await named.schedd(as: credential).jobs(JobQuery(limit: 1)).collected()) != nil
        }
        let before = try await client.scheddAddress()
        try await pool.spare.stop()
        let error = await #expect(throws: CondorError.self) { _ = try await client.schedd(as: credential).jobs(JobQuery(limit: 1)).collected() }
        #expect(error?.code == .unreachable)
        try await pool.spare.start()
        _ = try await client.schedd(as: credential).jobs(JobQuery(limit: 1)).collected()
        #expect(try await client.scheddAddress() != before)
        try await pool.poll("the collector to know the new address") {
            (try? await named.schedd(as: credential).jobs(JobQuery(limit: 1)).collected()) != nil
        }
    }

    @Test(.spareSchedd) func aSessionTheScheddForgotIsNegotiatedAnew() async throws {
        let pool = try RealPool.require()
        // The spare schedd at the same port again: its address stays, its sessions are gone.
        try await pool.spare.start()
        let client = CondorClient(configuration: ClientConfiguration(scheduler: .addressFile(pool.spare.addressFile)))
        let schedd = client.schedd(as: try pool.credential(of: "alice"))
        _ = try await schedd.jobs(JobQuery(limit: 1)).collected()
        let port = try await client.scheddAddress().sinful.primary.port
        for _ in 0..<2 {
            try await pool.spare.stop()
            try await pool.spare.start(port: port)
            _ = try await schedd.jobs(JobQuery(limit: 1)).collected()
            #expect(client.sessionCount == 1)
            _ = try await schedd.act(JobActionRequest(.hold, .jobs([JobID(cluster: 999_999, proc: 0)!])))
        }
        #expect(try await client.scheddAddress().sinful.primary.port == port)
    }

    @Test func cancellationEndsACommand() async throws {
        let pool = try RealPool.require()
        let schedd = try pool.schedd(as: "alice")
        let task = Task {
            var count = 0
            while true {
                _ = try await schedd.jobs(JobQuery(limit: 1)).collected()
                count += 1
                if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        let error = await #expect(throws: CondorError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }
}
