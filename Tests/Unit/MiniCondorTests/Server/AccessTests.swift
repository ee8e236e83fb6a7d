import Cedar
import ClassAd
import CondorModel
import CondorProtocol
import Glibc
import Testing
import Tokens

@testable import CondorClient
@testable import MiniCondor

/// Who gets in, and who may do what.
@Suite struct AccessTests {
    private func isRefused(_ credential: Credential, by mini: RunningScheduler) async -> Bool {
        do {
            _ = try await mini.client.schedd(as: credential).ping([.write])
            return false
        } catch {
            return error.code == .authenticationFailed
        }
    }

    @Test func badTokensAreRefused() async throws {
        try await RunningScheduler.run { mini in
            let now = Int64(time(nil))
            #expect(await !isRefused(.token(try mini.token("alice@mini.test")), by: mini))
            #expect(await isRefused(.token(try mini.token("alice@mini.test", issuedAt: now - 60, lifetime: 30)), by: mini))
            let other = try SigningKey(id: "POOL", fileContents: Array(repeating: 7, count: 64))
            #expect(await isRefused(.token(try mini.token("alice@mini.test", key: other)), by: mini))
            let unknown = try SigningKey(id: "OTHER", fileContents: try mini.contents("signing.key"))
            #expect(await isRefused(.token(try mini.token("alice@mini.test", key: unknown)), by: mini))
            #expect(await isRefused(.fileSystem, by: mini) == false)
        }
    }

    @Test func aReadOnlyTokenChangesNothing() async throws {
        try await RunningScheduler.run { mini in
            let cluster = try await mini.submit()
            let reader = mini.client.schedd(as: .token(try mini.token("alice@mini.test", scopes: ["condor:/READ"])))
            let job = try mini.job(cluster.cluster)
            #expect(try await reader.job(job) != nil)
            #expect(try await reader.ping().authorizations == [.read])
            await #expect(throws: CondorError(.permissionDenied, "")) { try await reader.act(JobActionRequest(.remove, .jobs([job]))) }
            await #expect(throws: CondorError(.permissionDenied, "")) {
                try await reader.edit(JobEdit(.job(job), attributes: [("A", .integer(1))]))
            }
            #expect(try await reader.job(job)?.rawExpression("A") == nil)
            // A super user's token of that kind is no super user's either.
            let admin = mini.client.schedd(as: .token(try mini.token("admin@mini.test", scopes: ["condor:/READ"])))
            await #expect(throws: CondorError(.permissionDenied, "")) { try await admin.act(JobActionRequest(.remove, .jobs([job]))) }
        }
    }

    @Test func jobsOfOthersAreOutOfReach() async throws {
        try await RunningScheduler.run { mini in
            let job = try mini.job(try await mini.submit().cluster)
            let bob = try mini.schedd(as: "bob")
            let result = try await bob.act(JobActionRequest(.remove, .jobs([job])))
            #expect(result.jobs == [job: .permissionDenied])
            await #expect(throws: CondorError(.permissionDenied, "")) {
                try await bob.edit(JobEdit(.job(job), attributes: [("A", .integer(1))]))
            }
            #expect(try await mini.schedd(as: "admin").act(JobActionRequest(.hold, .jobs([job]))).jobs == [job: .success])
        }
    }

    @Test func usersOfOtherDomainsWriteNothing() async throws {
        try await RunningScheduler.run { mini in
            let stranger = mini.client.schedd(as: .token(try mini.token("alice@other.test")))
            #expect(try await stranger.ping().authorizations == [.read])
        }
    }

    @Test func nobodyIsBelievedUnlessTheSchedulerIsToldTo() async throws {
        try await RunningScheduler.run { mini in
            await #expect(throws: CondorError.self) { try await mini.client.schedd(as: .claimToBe("alice@mini.test")).ping([.write]) }
        }
        try await RunningScheduler.run(configure: { $0.allowsClaimToBe = true }) { (mini: RunningScheduler) async throws -> Void in
            #expect(try await mini.client.schedd(as: .claimToBe("carol@mini.test")).ping().user == "carol@mini.test")
        }
    }

    @Test func administrationIsRefusedToEverybody() async throws {
        try await RunningScheduler.run { mini in
            for number in [60_004, 60_005, 60_013, 541, 479] {
                await #expect(throws: CondorError(.permissionDenied, ""), "\(number)") {
                    _ = try await mini.open(Command(rawValue: number), as: .token(try mini.token("condor@mini.test")))
                }
            }
        }
    }

    @Test func faultsHappen() async throws {
        try await RunningScheduler.run(configure: { $0.faults = [.refuseAuthentication] }) { (mini: RunningScheduler) async throws -> Void in
            #expect(try await isRefused(.token(mini.token("alice@mini.test")), by: mini))
            #expect(await isRefused(.fileSystem, by: mini))
        }
        try await RunningScheduler.run(configure: { $0.faults = [.dropAfterCommit] }) { (mini: RunningScheduler) async throws -> Void in
            do {
                try await mini.submit()
                Issue.record("the connection did not end")
            } catch let error as CondorError {
                #expect(!error.isOutcomeKnown)
            }
            // It was done nevertheless.
            var count = 0
            for try await batch in try mini.schedd(as: "alice").jobs(JobQuery()) { count += batch.count }
            #expect(count == 1)
        }
    }
}
