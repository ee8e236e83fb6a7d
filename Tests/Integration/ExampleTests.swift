import Foundation
import Testing

/// The scripts in `examples/`, as a user runs them.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct ExampleTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../examples")
        .standardizedFileURL.path
    private let batch = "example-\(UInt32.random(in: 0 ... .max))"
    private var constraint: String { "TestBatch == \"\(batch)\"" }

    private func run(_ command: [String], at gateway: GatewayProcess, token: String) async throws -> ChildProcess.Result {
        var environment = ProcessInfo.processInfo.environment
        environment["HTAPI_URL"] = gateway.url
        environment["HTAPI_TOKEN"] = token
        return try await ChildProcess.run("/usr/bin/env", command, environment: environment)
    }

    @Test func bulkScriptsHoldEditAndRemove() async throws {
        let pool = try RealPool.require()
        let token = try pool.token(of: "bob")
        try await GatewayProcess.run(in: pool) { gateway in
            let cluster = try await gateway.submit(
                "executable = /bin/true\nrequirements = false\n+TestBatch = \"\(batch)\"\nqueue 3", as: .token(token)
            ).cluster
            let hold = try await run(["\(Self.folder)/bulk-hold", constraint, "for an example"], at: gateway, token: token)
            #expect(hold.status == 0, "\(hold.errorText)")
            #expect(hold.outputText.contains("\"success\": 3"), "\(hold.outputText)")
            #expect(try await pool.attribute("HoldReason", of: "\(cluster).2")?.contains("for an example") == true)
            let edit = try await run(
                ["\(Self.folder)/bulk-edit", constraint, #"{"JobPrio": 4, "Twice": {"expr": "JobPrio * 2"}}"#], at: gateway, token: token)
            #expect(edit.outputText.contains("\"jobs_edited\": 3"), "\(edit.outputText) \(edit.errorText)")
            #expect(try await pool.attribute("Twice", of: "\(cluster).1") == "8")
            let list = try await run(["\(Self.folder)/my-jobs"], at: gateway, token: token)
            #expect(list.outputText.contains("\(cluster).1\theld\t"), "\(list.outputText)")
            let remove = try await run(["\(Self.folder)/bulk-remove", constraint], at: gateway, token: token)
            #expect(remove.outputText.contains("\"success\": 3"), "\(remove.outputText) \(remove.errorText)")
            try await pool.poll("the jobs to leave") { try await !pool.isQueued("\(cluster).0") }
            let wrong = try await run(["\(Self.folder)/bulk-remove", "TestBatch =="], at: gateway, token: token)
            #expect(wrong.status != 0)
        }
    }

    @Test func submitAndWaitBringsTheOutput() async throws {
        let pool = try RealPool.require()
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-\(batch)").path
        try FileManager.default.copyItem(atPath: Self.folder + "/wordcount", toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let token = try pool.token(of: "alice")
        try await GatewayProcess.run(in: pool) { gateway in
            let result = try await run(["\(Self.folder)/submit-and-wait", copy], at: gateway, token: token)
            #expect(result.status == 0, "\(result.outputText) \(result.errorText)")
            #expect(result.outputText.contains("done, exit code 0"), "\(result.outputText)")
        }
    }

    @Test func pythonSubmitsWithPlainRequests() async throws {
        let pool = try RealPool.require()
        let python = try await Self.python()
        let token = try pool.token(of: "alice")
        let words = Self.folder + "/wordcount/words.txt"
        let expected = try String(contentsOfFile: words, encoding: .utf8).split(whereSeparator: \.isWhitespace).count
        try await GatewayProcess.run(in: pool) { gateway in
            let result = try await run([python, "\(Self.folder)/wordcount.py", words], at: gateway, token: token)
            #expect(result.status == 0, "\(result.errorText)")
            #expect(result.outputText == "\(expected) words.txt\n", "\(result.errorText)")
        }
    }

    /// A Python that has `requests`; one is made where there is none.
    private static func python() async throws -> String {
        if try await ChildProcess.run("/usr/bin/env", ["python3", "-c", "import requests"]).status == 0 { return "python3" }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-test-python").path
        let script =
            #"""
            [ -x "$0/bin/python" ] || python3 -m venv "$0"; "$0/bin/python" -c 'import requests' 2>/dev/null || "$0/bin/pip" --quiet install \#
            requests
            """#
        try RealPool.check(try await ChildProcess.run("/usr/bin/env", ["bash", "-c", script, folder]))
        return folder + "/bin/python"
    }
}
