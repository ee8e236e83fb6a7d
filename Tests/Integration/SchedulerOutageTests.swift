import ClassAd
import JSON
import Testing

/// A scheduler that goes away and comes back elsewhere. Only the pool's second scheduler is touched.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct SchedulerOutageTests {
    @Test(.spareSchedd) func aStoppedSchedulerIs503AndAMovedOneIsFoundAgain() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        // No answer is to be one of before: reads at the same time would share it otherwise.
        let settings = ["HTTP_API_READ_AGE": "0s", "SCHEDD_ADDRESS_FILE": pool.spare.addressFile, "SCHEDD_NAME": pool.spare.name]
        try await pool.spare.start()
        try await GatewayProcess.run(settings, in: pool) { gateway in
            #expect(try await gateway.api(.GET, "/jobs", as: alice).status == 200)
            #expect(try await gateway.send(.GET, "/readyz").status == 200)

            try await pool.spare.stop()
            let clock = ContinuousClock()
            let (answer, time) = try await timed(clock) { try await gateway.api(.GET, "/jobs", as: alice) }
            #expect(answer.status == 503, "\(answer)")
            #expect(answer["reason"] == .string("SCHEDULER_UNAVAILABLE"))
            #expect(answer.headers["retry-after"] != nil)
            #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true)
            // The promise is ten seconds; a connection that is refused takes none of them.
            #expect(time < .seconds(10))
            #expect(try await gateway.send(.GET, "/readyz").status == 503)
            #expect(try await gateway.send(.GET, "/healthz").status == 200)

            // Another port than before; the gateway runs on.
            try await pool.spare.start()
            let again = try await gateway.api(.GET, "/jobs", as: alice)
            #expect(again.status == 200, "\(again)")
            #expect(try await gateway.send(.GET, "/readyz").status == 200)
        }
    }

    private func timed<R>(_ clock: ContinuousClock, _ body: () async throws -> R) async throws -> (R, Duration) {
        let start = clock.now
        let result = try await body()
        return (result, clock.now - start)
    }
}
