import ClassAd
import Testing

/// Large answers at constant memory.
@Suite(.realPool)
struct StreamingTests {
    @Test func tenThousandJobsStreamAtConstantMemory() async throws {
        let pool = try RealPool.require()
        let carol = Caller.token(try pool.token(of: "carol"))
        let cluster = try await pool.submit("executable = /bin/true\ntransfer_executable = false\nhold = true\nqueue 10000", as: "carol")
        try await GatewayProcess.run(in: pool) { gateway in
            let full = try await gateway.api(.GET, "/jobs?constraint=ClusterId==\(cluster)", as: carol)
            #expect(full.status == 200)
            #expect(full["count"] == .integer(10_000))
            #expect(full["has_more"] == .bool(false))
            guard case .array(let ads)? = full["jobs"] else { throw RealPoolError("no jobs") }
            #expect(Set(ads.map { $0["ProcId"] }).count == 10_000)
            #expect(ads.allSatisfy { $0["ClusterId"] == .integer(Int64(cluster)) && $0["ClaimId"] == nil })

            let lines = try await gateway.api(
                .GET, "/jobs?constraint=ClusterId==\(cluster)&projection=ProcId", as: carol, headers: [("Accept", "application/x-ndjson")])
            let last = lines.text.split(separator: "\n").last.map(String.init) ?? ""
            #expect(lines.text.split(separator: "\n").count == 10_001)
            let end = try JSONValue.parse(last)["end"]
            #expect(end?["complete"] == .bool(true))
            let memory = try gateway.peakMemory
            #expect(memory < 60)
        }
        try await pool.output(of: "condor_rm", "\(cluster)", as: "carol")
    }
}
