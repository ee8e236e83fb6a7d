import ClassAd
import JSON
import NIOConcurrencyHelpers
import Testing

/// Pages of a long list: every job once.
@Suite(.realPool, .timeLimit(.minutes(10)))
struct PagingTests {
    private let batch = "pages-\(UInt32.random(in: 0 ... .max))"
    private static let jobCount = 5_000

    private func description(_ count: Int, kind: String) -> String {
        "executable = /bin/true\nrequirements = false\n+TestBatch = \"\(batch)\"\n+TestKind = \"\(kind)\"\nqueue \(count)"
    }

    /// All jobs in pages of seven: the ids in the order of the answers, with their kinds.
    private func pages(_ gateway: GatewayProcess, as caller: Caller) async throws -> [(id: [Int64], kind: String)] {
        var found: [(id: [Int64], kind: String)] = []
        var cursor = ""
        while true {
            let page = try await gateway.api(
                .GET, "/jobs?constraint=TestBatch==%22\(batch)%22&projection=ClusterId,ProcId,TestKind&limit=7\(cursor)", as: caller)
            guard page.status == 200, case .array(let ads)? = page["jobs"] else { throw RealPoolError("\(page)") }
            for ad in ads {
                guard case .integer(let cluster)? = ad["ClusterId"], case .integer(let process)? = ad["ProcId"],
                    case .string(let kind)? = ad["TestKind"]
                else {
                    throw RealPoolError("\(ad)")
                }
                found.append(([cluster, process], kind))
            }
            #expect(ads.count == 7 || page["has_more"] == .bool(false))
            guard case .string(let next)? = page["next_cursor"] else {
                #expect(page["has_more"] == .bool(false))
                return found
            }
            #expect(page["has_more"] == .bool(true))
            cursor = "&cursor=\(next)"
        }
    }

    @Test func fiveThousandJobsBySevenAreEachThereOnce() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            var expected: Set<[Int64]> = []
            // Not in one piece, so that pages go over the borders of clusters.
            for count in [1_003, 1, 2_496, 1_500] {
                let cluster = try await gateway.submit(description(count, kind: "stays"), as: carol).cluster
                expected.formUnion((0..<count).map { [Int64(cluster), Int64($0)] })
            }
            #expect(expected.count == Self.jobCount)
            let quiet = try await pages(gateway, as: carol).map(\.id)
            #expect(quiet.count == Self.jobCount)
            #expect(quiet == expected.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) })

            // The same while another user submits and removes among them.
            let isOver = NIOLockedValueBox(false)
            let busy = try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    var rounds = 0
                    while !isOver.withLockedValue({ $0 }) {
                        let cluster = try await gateway.submit(description(5, kind: "comes and goes"), as: bob).cluster
                        let removed = try await gateway.api(.DELETE, "/jobs/\(cluster)", as: bob)
                        guard removed.status == 200 else { throw RealPoolError("\(removed)") }
                        rounds += 1
                    }
                    return rounds
                }
                let found = try await pages(gateway, as: carol)
                isOver.withLockedValue { $0 = true }
                #expect(try await group.reduce(0, +) > 10)
                return found
            }
            #expect(busy.filter { $0.kind == "stays" }.map(\.id) == quiet)
            #expect(Set(busy.map(\.id)).count == busy.count)
            for caller in [carol, bob] {
                _ = try await gateway.api(.DELETE, "/jobs?constraint=TestBatch==%22\(batch)%22", as: caller)
            }
        }
    }

    /// Daemons answer in the spelling of the question, also for attributes that only this job has.
    @Test func projectionsComeInTheSpellingOfTheAd() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try #require(try await gateway.submit(description(1, kind: "spelling"), as: bob).jobs.first)
            let cluster = job.prefix { $0 != "." }
            for path in ["/jobs/\(cluster)?", "/jobs?constraint=ClusterId==\(cluster)&limit=1&", "/jobs?constraint=ClusterId==\(cluster)&"] {
                let list = try await gateway.api(.GET, path + "projection=testkind,JOBPRIO,nosuch,TESTKIND", as: bob)
                guard case .array(let jobs)? = list["jobs"], let ad = jobs.first, case .object(let members) = ad else {
                    throw RealPoolError("\(list)")
                }
                #expect(Set(members.map(\.name)) == ["TestKind", "JobPrio"] && members.count == 2 && jobs.count == 1, "\(list)")
                #expect(ad["TestKind"] == .string("spelling"))
            }
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: bob)
            try await pool.poll("the job to be in the history") { try await gateway.api(.GET, "/history/\(job)", as: bob).status == 200 }
            let record = try await gateway.api(.GET, "/history/\(job)?projection=testkind,JOBSTATUS", as: bob)
            #expect(record["TestKind"] == .string("spelling") && record["JobStatus"] == .integer(3), "\(record)")
            let machine = try await gateway.api(.GET, "/pool/machines?limit=1&projection=MYTYPE", as: bob)
            #expect(machine.text.hasPrefix(#"{"ads":[{"MyType":"Machine"}],"count":1}"#), "\(machine)")
        }
    }
}
