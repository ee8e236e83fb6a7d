import ClassAd
import NIOConcurrencyHelpers
import JSON
import Testing

/// Submissions with an `Idempotency-Key` happen once.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct IdempotencyTests {
    private let batch = "once-\(UInt32.random(in: 0 ... .max))"

    private func description(_ number: Int = 0, count: Int = 1) -> String {
        "executable = /bin/true\nrequirements = false\n+TestBatch = \"\(batch)\"\n+TestNumber = \(number)\nqueue \(count)"
    }

    private func submit(_ text: String, key: String, to gateway: GatewayProcess, as caller: Caller) async throws -> GatewayAnswer {
        try await gateway.api(.POST, "/jobs", as: caller, type: "text/plain", body: Array(text.utf8), headers: [("Idempotency-Key", key)])
    }

    private func clusters(_ gateway: GatewayProcess, as caller: Caller) async throws -> Set<Int64> {
        let list = try await gateway.api(.GET, "/jobs?constraint=TestBatch==%22\(batch)%22&projection=ClusterId", as: caller)
        guard case .array(let ads)? = list["jobs"] else { throw RealPoolError("\(list)") }
        return Set(ads.compactMap { if case .integer(let cluster)? = $0["ClusterId"] { cluster } else { nil } })
    }

    private func removeAll(_ gateway: GatewayProcess, as caller: Caller) async throws {
        _ = try await gateway.api(.DELETE, "/jobs?constraint=TestBatch==%22\(batch)%22", as: caller)
    }

    @Test func aRepetitionGetsTheFirstAnswer() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let bob = Caller.token(try pool.token(of: "bob"))
        let key = "key-\(batch)-Case"
        let first = try await GatewayProcess.run(in: pool) { gateway in
            // A refused submission does not use the key up.
            let refused = try await submit("executable = /bin/true\nrequirements = (\nqueue", key: key, to: gateway, as: alice)
            #expect(refused.status == 400)
            let first = try await submit(description(count: 3), key: key, to: gateway, as: alice)
            #expect(first.status == 201, "\(first)")
            #expect(first.headers["idempotency-replayed"] == nil)
            let again = try await submit(description(count: 3), key: key, to: gateway, as: alice)
            #expect(again.status == 201)
            #expect(again.headers["idempotency-replayed"] == "true")
            #expect(again.headers["location"] == first.headers["location"])
            #expect(again.body == first.body)
            return first
        }
        // By a gateway that knows nothing of it, with another token of the same user.
        try await GatewayProcess.run(in: pool) { gateway in
            let other = Caller.token(try await pool.makeToken(identity: "alice@\(pool.trustDomain)"))
            let again = try await submit(description(count: 3), key: key, to: gateway, as: other)
            #expect(again.headers["idempotency-replayed"] == "true")
            #expect(again.body == first.body)

            let different = try await submit(description(1, count: 3), key: key, to: gateway, as: alice)
            #expect(different.status == 422, "\(different)")
            #expect(different["reason"] == .string("IDEMPOTENCY_KEY_REUSED"))
            let otherCase = try await submit(description(), key: key.lowercased(), to: gateway, as: alice)
            #expect(otherCase.headers["idempotency-replayed"] == nil, "\(otherCase)")
            let otherUser = try await submit(description(count: 3), key: key, to: gateway, as: bob)
            #expect(otherUser.status == 201)
            #expect(otherUser.headers["idempotency-replayed"] == nil)
            #expect(otherUser["cluster_id"] != first["cluster_id"])
            #expect(try await clusters(gateway, as: alice).count == 3)

            // Also when the jobs have left the queue.
            try await removeAll(gateway, as: alice)
            try await removeAll(gateway, as: bob)
            try await pool.poll("the jobs to leave") { try await clusters(gateway, as: alice).isEmpty }
            let late = try await submit(description(count: 3), key: key, to: gateway, as: alice)
            #expect(late.body == first.body, "\(late)")
            for bad in ["", "two words", "ü", String(repeating: "k", count: 129)] {
                let answer = try await submit(description(), key: bad, to: gateway, as: alice)
                #expect(answer.status == 400, "'\(bad)': \(answer)")
            }
            #expect(try await clusters(gateway, as: alice).isEmpty)
        }
    }

    @Test func manyAtOnceMakeOneCluster() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { one in
            try await GatewayProcess.run(in: pool) { other in
                let answers = try await withThrowingTaskGroup(of: GatewayAnswer.self) { group in
                    for number in 0..<20 {
                        group.addTask { try await submit(description(count: 2), key: "at-once-\(batch)", to: number % 2 == 0 ? one : other, as: bob) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0.status == 201 }, "\(answers)")
                #expect(Set(answers.map(\.body)).count == 1)
                #expect(answers.count { $0.headers["idempotency-replayed"] == nil } == 1)
                #expect(try await clusters(one, as: bob).count == 1)
                try await pool.poll("the jobs to be released") {
                    let list = try await one.api(.GET, "/jobs?constraint=TestBatch==%22\(batch)%22&projection=JobStatus", as: bob)
                    guard case .array(let ads)? = list["jobs"] else { return false }
                    return ads.count == 2 && ads.allSatisfy { $0["JobStatus"] == .integer(1) }
                }
                try await removeAll(one, as: bob)
            }
        }
    }

    /// The gateway that serves at the moment; another one each time it was killed.
    private struct UnreliableGateway: Sendable {
        let pool: RealPool
        private let current: NIOLockedValueBox<GatewayProcess>

        init(in pool: RealPool) async throws {
            self.pool = pool
            current = NIOLockedValueBox(try await GatewayProcess.start(in: pool))
        }

        var gateway: GatewayProcess { current.withLockedValue { $0 } }

        /// Kills it in the middle of its work and starts another one.
        func replace() async throws {
            let victim = gateway
            try await victim.kill()
            let next = try await GatewayProcess.start(in: pool)
            current.withLockedValue { $0 = next }
        }
    }

    @Test func twoHundredSubmissionsToAGatewayThatIsKilledAreTwoHundredClusters() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        let unreliable = try await UnreliableGateway(in: pool)
        let left = NIOLockedValueBox(200)
        var kills = 0
        let answers = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for client in 0..<8 {
                group.addTask {
                    var clusters: [Int64] = []
                    for number in stride(from: client, to: 200, by: 8) {
                        while true {
                            let answer = try? await submit(description(number), key: "\(batch)-\(number)", to: unreliable.gateway, as: carol)
                            if answer?.status == 201, case .integer(let cluster)? = answer?["cluster_id"] {
                                clusters.append(cluster)
                                break
                            }
                            if let answer, answer.status < 500 { throw RealPoolError("\(answer)") }
                            try await Task.sleep(for: .milliseconds(20))
                        }
                        left.withLockedValue { $0 -= 1 }
                    }
                    return clusters
                }
            }
            while left.withLockedValue({ $0 }) > 0 {
                try await Task.sleep(for: .milliseconds(.random(in: 50...1200)))
                try await unreliable.replace()
                kills += 1
            }
            return try await group.reduce(into: [Int64]()) { $0 += $1 }
        }
        #expect(kills >= 3)
        #expect(Set(answers).count == 200)
        let gateway = unreliable.gateway
        #expect(try await clusters(gateway, as: carol) == Set(answers))
        try await pool.poll("the jobs to be released") {
            let list = try await gateway.api(
                .GET, "/jobs?constraint=TestBatch==%22\(batch)%22%26%26HoldReasonCode=?=16&projection=ClusterId", as: carol)
            return list["count"] == .integer(0)
        }
        try await removeAll(gateway, as: carol)
        try await gateway.kill()
    }
}
