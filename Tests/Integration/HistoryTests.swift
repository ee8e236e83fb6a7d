import ClassAd
import Foundation
import JSON
import Testing

/// Jobs that have left the queue, and the pool's daemons, over HTTP.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct HistoryTests {
    private let batch = "history-\(UInt32.random(in: 0 ... .max))"
    private var constraint: String { "constraint=TestBatch==%22\(batch)%22" }

    /// Submits a cluster of jobs that never run and removes it; the jobs are in the history then.
    private func leave(_ count: Int, in pool: RealPool, _ gateway: GatewayProcess, as caller: Caller) async throws -> Int {
        let cluster = try await gateway.submit(
            "executable = /bin/true\nrequirements = false\n+TestBatch = \"\(batch)\"\nqueue \(count)", as: caller
        ).cluster
        let removed = try await gateway.api(.DELETE, "/jobs/\(cluster)?reason=history", as: caller)
        #expect(removed.status == 200, "\(removed)")
        try await pool.poll("cluster \(cluster) to be in the history") {
            try await gateway.api(.GET, "/history/\(cluster)?projection=ProcId", as: caller, headers: [("Cache-Control", "no-cache")])["count"]
                == .integer(Int64(count))
        }
        return cluster
    }

    private func ids(_ answer: GatewayAnswer) -> [String] {
        guard case .array(let ads)? = answer["jobs"] else { return [] }
        return ads.map { ad in
            guard case .integer(let cluster)? = ad["ClusterId"], case .integer(let process)? = ad["ProcId"] else { return "?" }
            return "\(cluster).\(process)"
        }
    }

    @Test func recordsComeNewestFirstInPages() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        try await GatewayProcess.run(in: pool) { gateway in
            let first = try await leave(3, in: pool, gateway, as: carol)
            let second = try await leave(4, in: pool, gateway, as: carol)
            let all = try await gateway.api(.GET, "/history?\(constraint)", as: carol)
            #expect(all.status == 200, "\(all)")
            #expect(all["count"] == .integer(7))
            #expect(all["has_more"] == .bool(false))
            let order = ids(all)
            #expect(Set(order) == Set((0..<3).map { "\(first).\($0)" } + (0..<4).map { "\(second).\($0)" }))
            #expect(order.prefix(4).allSatisfy { $0.hasPrefix("\(second).") }, "\(order)")

            // By three, while another one leaves.
            var pages: [String] = []
            var path: String? = "/api/v1/history?\(constraint)&limit=3&projection=ClusterId,ProcId"
            var count = 0
            while let here = path {
                let page = try await gateway.send(.GET, here, as: carol)
                #expect(page.status == 200, "\(page)")
                #expect(page["has_more"] == .bool(count < 2))
                pages += ids(page)
                count += 1
                path = page.headers["link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
                #expect((path != nil) == (count < 3))
                if count == 1 { _ = try await leave(1, in: pool, gateway, as: carol) }
            }
            #expect(pages == order)

            let lines = try await gateway.api(
                .GET, "/history/\(second)?projection=JobStatus,RemoveReason", as: carol, headers: [("Accept", "application/x-ndjson")])
            #expect(lines.text.split(separator: "\n").count == 5)
            #expect(lines.text.hasSuffix("{\"end\":{\"count\":4,\"complete\":true}}\n"), "\(lines)")
            let one = try await gateway.api(.GET, "/history/\(second).2?projection=JobStatus,procid,Nothing", as: carol)
            #expect(try one.json.isJSON(#"{"JobStatus":3,"ProcId":2}"#), "\(one)")

            let sinceJob = try await gateway.api(.GET, "/history?\(constraint)&since=\(order[2])", as: carol)
            #expect(ids(sinceJob).suffix(2) == order.prefix(2), "\(sinceJob)")
            let missing = try await gateway.api(.GET, "/history/2000000000", as: carol)
            #expect(missing["reason"] == .string("CLUSTER_NOT_FOUND"), "\(missing)")
            let missingJob = try await gateway.api(.GET, "/history/\(second).99", as: carol)
            #expect(missingJob["reason"] == .string("JOB_NOT_FOUND"), "\(missingJob)")
            let gone = try await gateway.api(.GET, "/history?\(constraint)&limit=3&cursor=h1-\(first)-0-1", as: carol)
            #expect(gone.status == 410, "\(gone)")
            for bad in [
                "limit=0", "limit=x", "cursor=j1-1-1", "since=yesterday", "since=2026-02-30T00:00:00Z", "constraint=(", "projection=a%20b", "foo=1",
            ] {
                let answer = try await gateway.api(.GET, "/history?\(bad)", as: carol)
                #expect(answer.status == 400, "\(bad): \(answer)")
            }
        }
    }

    @Test func aTimeLeavesEarlierRecordsOut() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        try await GatewayProcess.run(in: pool) { gateway in
            let cluster = try await leave(2, in: pool, gateway, as: carol)
            let record = try await gateway.api(.GET, "/history/\(cluster).1", as: carol)
            guard case .integer(let time)? = record["EnteredCurrentStatus"] else { throw RealPoolError("\(record)") }
            let before = try await gateway.api(.GET, "/history?\(constraint)&since=\(time - 1)", as: carol)
            #expect(before["count"] == .integer(2), "\(before)")
            let formatter = ISO8601DateFormatter()
            formatter.timeZone = TimeZone(secondsFromGMT: 3600)
            let text = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(time - 1)))
            let beforeText = try await gateway.api(.GET, "/history?\(constraint)&since=\(text)", as: carol)
            #expect(beforeText["count"] == .integer(2), "\(text): \(beforeText)")
            let after = try await gateway.api(.GET, "/history?\(constraint)&since=\(time + 1)", as: carol)
            #expect(after["count"] == .integer(0), "\(after)")
        }
    }

    @Test func thePoolsDaemonsAreListed() async throws {
        let pool = try RealPool.require()
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(in: pool) { gateway in
            let schedulers = try await gateway.api(
                .GET, "/pool/schedulers?projection=name,Nothing&constraint=Name==%22\(pool.scheddName)%22", as: bob)
            #expect(try schedulers.json.isJSON(#"{"ads":[{"Name":"\#(pool.scheddName)"}],"count":1}"#), "\(schedulers)")
            let machines = try await gateway.api(.GET, "/pool/machines?limit=1", as: bob, headers: [("Accept", "application/x-ndjson")])
            #expect(machines.text.split(separator: "\n").count == 2)
            #expect(machines.text.hasSuffix("{\"end\":{\"count\":1,\"complete\":true}}\n"), "\(machines.text.suffix(100))")
            for kind in ["submitters", "negotiators", "collectors", "masters", "any"] {
                let answer = try await gateway.api(.GET, "/pool/\(kind)?projection=MyType", as: bob)
                #expect(answer.status == 200, "\(kind): \(answer)")
            }
            #expect(try await gateway.api(.GET, "/pool/toasters", as: bob).status == 404)
            #expect(try await gateway.api(.GET, "/pool/machines?constraint=Cpus%20%3E%3D", as: bob)["reason"] == .string("CONSTRAINT_SYNTAX"))
            #expect(try await gateway.api(.GET, "/pool/machines", as: .nobody).status == 401)
            #expect(try await gateway.api(.GET, "/pool/machines", as: .token("x.y.z")).status == 401)
        }
    }
}
