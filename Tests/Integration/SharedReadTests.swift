import ClassAd
import Foundation
import JSON
import Testing

/// Identical reads are one question to the scheduler, told by the gateway's own count of commands.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct SharedReadTests {
    private let description = "executable = /bin/true\nrequirements = false\nqueue"

    @Test func manyPollersAreOneQuestion() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(["HTTP_API_READ_AGE": "60s"], in: pool) { gateway in
            let job = try #require(try await gateway.submit(description, as: alice).jobs.first)
            try await pool.waitForJob(job, .idle)
            let path = "/jobs/\(job)?projection=ClusterId,JobStatus"
            let before = try await gateway.queries()
            let answers = try await withThrowingTaskGroup(of: GatewayAnswer.self) { group in
                for _ in 0..<200 { group.addTask { try await gateway.api(.GET, path, as: alice) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for answer in answers { #expect(answer.status == 200 && answer["JobStatus"] == .integer(1), "\(answer)") }
            #expect(answers.filter { $0.headers["age"] == nil }.count == 1)
            #expect(try await gateway.queries() == before + 1)

            // Somebody else's question is another one, and so is that of who wants news.
            let others = try await gateway.api(.GET, path, as: bob)
            #expect(others.status == 200 && others.headers["age"] == nil)
            #expect(try await gateway.queries() == before + 2)
            let news = try await gateway.api(.GET, path, as: alice, headers: [("Cache-Control", "no-cache")])
            #expect(news.status == 200 && news.headers["age"] == nil)
            #expect(try await gateway.queries() == before + 3)

            // Lists of a moderate length as well.
            let list = "/jobs/\(job.prefix { $0 != "." })?projection=ProcId"
            for _ in 0..<3 { #expect(try await gateway.api(.GET, list, as: alice)["count"] == .integer(1)) }
            #expect(try await gateway.queries() == before + 4)

            // What a client has changed it sees at once.
            #expect(try await gateway.api(.POST, "/jobs/\(job)/hold", as: alice).status == 200)
            #expect(try await gateway.api(.GET, path, as: alice)["JobStatus"] == .integer(5))
            #expect(
                try await gateway.api(.PATCH, "/jobs/\(job)", as: alice, type: "application/json", body: Array(#"{"JobPrio": 7}"#.utf8)).status == 200
            )
            #expect(try await gateway.api(.GET, "/jobs/\(job)?projection=JobPrio", as: alice)["JobPrio"] == .integer(7))
            #expect(try await gateway.api(.DELETE, "/jobs/\(job)", as: alice).status == 200)
            // Old schedulers show a removed job for a moment, so an answer of that moment must not be what is asked for again.
            try await pool.poll("the removed job to be gone") {
                try await gateway.api(.GET, path, as: alice, headers: [("Cache-Control", "no-cache")]).status == 404
            }
        }
    }

    @Test func anAnswerIsAtMostAQuarterOfASecondOld() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try #require(try await gateway.submit(description, as: alice).jobs.first)
            let before = try await gateway.queries()
            let clock = ContinuousClock()
            let start = clock.now
            while clock.now - start < .seconds(2) {
                #expect(try await gateway.api(.GET, "/jobs/\(job)?projection=JobStatus", as: alice).status == 200)
            }
            let seconds = (clock.now - start) / .seconds(1)
            let asked = try await gateway.queries() - before
            #expect(asked >= 3 && Double(asked) <= 4 * seconds + 1)
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: alice)
        }
    }
}

extension GatewayProcess {
    /// The value of the first sample whose name and labels begin so; 0 without one.
    func metric(_ sample: String) async throws -> Int {
        let text = try await send(.GET, "/metrics").text
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(sample) }), let value = line.split(separator: " ").last else {
            return 0
        }
        return Int(value) ?? 0
    }

    /// Questions about jobs that the scheduler was asked so far.
    func queries() async throws -> Int {
        try await metric(#"htapi_scheduler_command_duration_seconds_count{command="QUERY_JOB_ADS_WITH_AUTH",outcome="ok"}"#)
    }
}
