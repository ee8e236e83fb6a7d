import ClassAd
import JSON
import Testing

/// Large answers at constant memory.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct StreamingTests {
    @Test func tenThousandJobsStreamAtConstantMemory() async throws {
        let pool = try RealPool.require()
        let batch = "stream-\(UInt32.random(in: 0 ... .max))"
        do {
            try await listTenThousand(batch, in: pool)
        } catch {
            try await pool.remove("-constraint", "TestBatch == \"\(batch)\"")
            throw error
        }
        try await pool.remove("-constraint", "TestBatch == \"\(batch)\"")
    }

    private func listTenThousand(_ batch: String, in pool: RealPool) async throws {
        let carol = Caller.token(try pool.token(of: "carol"))
        // Many small transactions: the schedd serves nobody else during one.
        for _ in 0..<20 {
            _ = try await pool.submit(
                "executable = /bin/true\ntransfer_executable = false\nhold = true\n+TestBatch = \"\(batch)\"\nqueue 500", as: "carol")
        }
        let constraint = "constraint=TestBatch==%22\(batch)%22"
        try await GatewayProcess.run(in: pool) { gateway in
            let full = try await gateway.api(.GET, "/jobs?\(constraint)", as: carol)
            #expect(full.status == 200)
            #expect(full["count"] == .integer(10_000))
            #expect(full["has_more"] == .bool(false))
            guard case .array(let ads)? = full["jobs"] else { throw RealPoolError("no jobs") }
            #expect(Set(ads.map { [$0["ClusterId"], $0["ProcId"]] }).count == 10_000)
            #expect(ads.allSatisfy { $0["TestBatch"] == .string(batch) && $0["ClaimId"] == nil })

            let lines = try await gateway.api(
                .GET, "/jobs?\(constraint)&projection=ProcId", as: carol, headers: [("Accept", "application/x-ndjson")])
            let last = lines.text.split(separator: "\n").last.map(String.init) ?? ""
            #expect(lines.text.split(separator: "\n").count == 10_001)
            let end = try JSONValue.parse(last)["end"]
            #expect(end?["complete"] == .bool(true))
            let memory = try gateway.peakMemory
            #expect(memory < 60)
        }
    }
}
