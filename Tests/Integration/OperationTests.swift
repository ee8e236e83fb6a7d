import ClassAd
import Foundation
import JSON
import Testing

/// What those who run the gateway rely on: figures, limits, signals, addresses.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct OperationTests {
    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-operation-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func figures() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(in: pool) { gateway in
            for id in 1...5 { _ = try await gateway.api(.GET, "/jobs/999999\(id).0", as: alice) }
            _ = try await gateway.send(.GET, "/no/such/path")
            _ = try await gateway.send(.GET, "/no/other/path")
            #expect(try await gateway.metric(#"htapi_http_requests_total{method="GET",route="/api/v1/jobs/{id}",code="404"}"#) == 5)
            #expect(try await gateway.metric(#"htapi_http_requests_total{method="GET",route="none",code="404"}"#) == 2)
            #expect(try await gateway.metric(#"htapi_http_request_duration_seconds_count{method="GET",route="/api/v1/jobs/{id}"}"#) == 5)
            #expect(try await gateway.metric("htapi_scheduler_sessions") >= 1)
            #expect(try await gateway.metric("htapi_http_requests_running") == 1)
            let elsewhere = try await gateway.send(.GET, "/metrics", headers: [("X-Forwarded-For", "192.0.2.1")])
            #expect(elsewhere.status == 401)
            #expect(try await gateway.send(.GET, "/metrics", as: alice, headers: [("X-Forwarded-For", "192.0.2.1")]).status == 200)
            let ping = try await gateway.api(.GET, "/ping", as: alice)
            #expect(ping["scheduler"]?["name"] == .string(pool.scheddName))
            // The request's identifier is in its answer and in the log.
            let known = try await gateway.send(.GET, "/healthz", headers: [("X-Request-Id", "my.own-1")])
            #expect(known.headers["x-request-id"] == "my.own-1")
            try await pool.poll("the request in the log") { gateway.logText.contains("request_id=my.own-1") }
        }
    }

    @Test func requestsASecond() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let bob = Caller.token(try pool.token(of: "bob"))
        try await GatewayProcess.run(["HTTP_API_RATE_LIMIT": "3"], in: pool) { gateway in
            var refused = 0
            for _ in 0..<20 {
                let answer = try await gateway.api(.GET, "/jobs?limit=1&projection=ProcId", as: alice)
                guard answer.status != 200 else { continue }
                refused += 1
                #expect(answer.status == 429 && answer["reason"] == .string("RATE_LIMITED"))
                #expect(answer.headers["retry-after"] == "1")
            }
            #expect(refused > 0)
            #expect(try await gateway.api(.GET, "/jobs?limit=1&projection=ProcId", as: bob).status == 200)
            for _ in 0..<20 { #expect(try await gateway.send(.GET, "/healthz").status == 200) }
        }
    }

    @Test func hangUpReadsTheConfigurationAgain() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("condor_config")
        func write(_ settings: String) throws { try Data("include : \(pool.clientConfigFile)\n\(settings)\n".utf8).write(to: file) }
        try write("HTTP_API_MAX_BODY = 100")
        let body = Array(("# " + String(repeating: "x", count: 200) + "\nno description\n").utf8)
        try await GatewayProcess.run(configuration: file.path, in: pool) { gateway in
            func submit() async throws -> Int {
                try await gateway.api(.POST, "/jobs", as: alice, type: "text/plain", body: body).status
            }
            #expect(try await submit() == 413)
            try write("HTTP_API_MAX_BODY = 1M")
            kill(gateway.processID, SIGHUP)
            try await pool.poll(within: .seconds(20), "the new configuration") { gateway.logText.contains("configuration reloaded") }
            #expect(try await submit() == 400)
            try write("HTTP_API_MAX_BODY = soon")
            kill(gateway.processID, SIGHUP)
            try await pool.poll(within: .seconds(20), "the refusal") { gateway.logText.contains("the old one stays in force") }
            #expect(gateway.logText.contains(file.path))
            #expect(try await submit() == 400)
        }
    }

    @Test func hangUpReadsTheCertificateAgain() async throws {
        let pool = try RealPool.require()
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificate = folder.appendingPathComponent("cert.pem").path
        let key = folder.appendingPathComponent("key.pem").path
        func make(_ name: String) async throws {
            try await RealPool.check(
                ChildProcess.run(
                    "/usr/bin/openssl",
                    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-keyout", key, "-out", certificate]))
        }
        try await make("one.example")
        try await GatewayProcess.run(["HTTP_API_TLS_CERT": certificate, "HTTP_API_TLS_KEY": key], in: pool) { gateway in
            func shown() async throws -> String {
                try await ChildProcess.run(
                    "/usr/bin/curl", ["--silent", "--insecure", "--write-out", "%{http_version} %{certs}", gateway.url + "/healthz"]
                ).outputText
            }
            let first = try await shown()
            #expect(first.contains("one.example") && first.contains("}2 "))
            try await make("two.example")
            kill(gateway.processID, SIGHUP)
            try await pool.poll(within: .seconds(20), "the new certificate") { try await shown().contains("two.example") }
            try Data("no key".utf8).write(to: URL(fileURLWithPath: key))
            kill(gateway.processID, SIGHUP)
            try await pool.poll(within: .seconds(20), "the refusal") { gateway.logText.contains("the old one stays in force") }
            #expect(try await shown().contains("two.example"))
        }
    }

    @Test func misspeltNamesAreNamed() async throws {
        let pool = try RealPool.require()
        try await GatewayProcess.run(["HTTP_API_MAX_BODIES": "1M"], in: pool) { gateway in
            #expect(gateway.logText.contains("HTTP_API_MAX_BODIES") && gateway.logText.contains("did you mean 'HTTP_API_MAX_BODY'"))
        }
    }

    @Test func aUnixSocketIsForItsOwner() async throws {
        let pool = try RealPool.require()
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("s").path
        try await GatewayProcess.run(["HTTP_API_LISTEN_ADDR": "unix:\(path)"], in: pool) { gateway in
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
            let answer = try await ChildProcess.run("/usr/bin/curl", ["--silent", "--unix-socket", path, "http://localhost/healthz"])
            #expect(answer.outputText == #"{"status":"ok"}"#)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func readinessFailsBeforeTheEnd() async throws {
        let pool = try RealPool.require()
        try await GatewayProcess.run(["HTTP_API_DRAIN_DELAY": "3s"], in: pool) { gateway in
            #expect(try await gateway.send(.GET, "/readyz").status == 200)
            kill(gateway.processID, SIGTERM)
            try await pool.poll(within: .seconds(3), "readiness to fail") {
                let answer = try await gateway.send(.GET, "/readyz")
                return answer.status == 503 && answer["reason"] == .string("DRAINING") && answer.headers["retry-after"] != nil
            }
            // It still takes requests.
            #expect(try await gateway.send(.GET, "/healthz").status == 200)
        }
    }
}
