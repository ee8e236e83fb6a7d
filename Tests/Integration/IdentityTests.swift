import Cedar
import ClassAd
import Foundation
import JSON
import Testing

/// Who a request is made as, and which tokens are refused before or by the scheduler.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct IdentityTests {
    @Test func aTokenWithoutAnEndWorksWithEitherKey() async throws {
        let pool = try RealPool.require()
        let plain = try pool.token(of: "alice")
        let second = try await pool.makeToken(identity: "alice@\(pool.trustDomain)", lifetime: 600, key: "SECOND")
        try await GatewayProcess.run(in: pool) { gateway in
            for token in [plain, second] {
                let answer = try await gateway.api(.GET, "/whoami", as: .token(token))
                #expect(answer.status == 200, "\(answer)")
                #expect(answer["authenticated"] == .bool(true))
                #expect(answer["user"] == .string("alice@\(pool.trustDomain)"))
                #expect(answer["method"] == .string("TOKEN"))
            }
        }
    }

    @Test func badTokensAreRefused() async throws {
        let pool = try RealPool.require()
        let good = try pool.token(of: "alice")
        let parts = good.split(separator: ".").map(String.init)
        func encoded(_ json: String) -> String {
            Data(json.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: "")
        }
        let claims = #"{"iat":1700000000,"iss":"\#(pool.trustDomain)","jti":"0123456789abcdef0123456789abcdef","sub":"alice@\#(pool.trustDomain)"}"#
        let flipped = String(parts[2].reversed())
        let expired = try await pool.makeToken(identity: "alice@\(pool.trustDomain)", lifetime: 1)
        try await Task.sleep(for: .seconds(2))
        let bad = [
            "forged": "\(parts[0]).\(parts[1]).\(flipped)",
            "other claims": "\(parts[0]).\(encoded(claims)).\(parts[2])",
            "expired": expired,
            "unknown key": "\(encoded(#"{"alg":"HS256","kid":"FOREIGN"}"#)).\(parts[1]).\(parts[2])",
            "foreign issuer":
                [
                    parts[0],
                    encoded(claims.replacingOccurrences(of: "\"iss\":\"\(pool.trustDomain)\"", with: "\"iss\":\"elsewhere\"")),
                    parts[2],
                ].joined(separator: "."),
            "alg none": "\(encoded(#"{"alg":"none"}"#)).\(parts[1]).",
            "alg none with a signature": "\(encoded(#"{"alg":"none","kid":"POOL"}"#)).\(parts[1]).\(parts[2])",
            "alg HS384": "\(encoded(#"{"alg":"HS384","kid":"POOL"}"#)).\(parts[1]).\(parts[2])",
            "empty signature": "\(parts[0]).\(parts[1]).",
            "unknown critical header": "\(encoded(#"{"alg":"HS256","crit":["x"],"kid":"POOL","x":1}"#)).\(parts[1]).\(parts[2])",
            "no token": "hello",
            "too long": "\(parts[0]).\(String(repeating: "A", count: 20_000)).\(parts[2])",
        ]
        try await GatewayProcess.run(in: pool) { gateway in
            for (name, token) in bad {
                for path in ["/jobs?projection=ClusterId", "/whoami"] {
                    let answer = try await gateway.api(.GET, path, as: .token(token))
                    #expect(answer.status == 401, "\(name): \(answer)")
                    #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true, "\(name)")
                    #expect(!answer.text.contains(token), "\(name)")
                }
            }
            #expect(try await gateway.api(.GET, "/jobs", as: .nobody).status == 401)
            let still = try await gateway.api(.GET, "/whoami", as: .token(good))
            #expect(still.status == 200, "\(still)")
            #expect(bad.values.allSatisfy { $0.count < 10 || !gateway.logText.contains($0) })
        }
    }

    @Test func theUserHeaderFromATrustedProxySubmitsAsThatUser() async throws {
        let pool = try RealPool.require()
        try await GatewayProcess.run(GatewayProcess.userHeaderSettings(pool), in: pool) { gateway in
            let answer = try await gateway.api(.GET, "/whoami", as: .remoteUser("alice"))
            #expect(answer["user"] == .string("alice@\(pool.trustDomain)"), "\(answer)")
            let submitted = try await gateway.submit(
                "executable = /bin/true\nrequirements = false\nqueue", as: .remoteUser("bob"))
            let job = try #require(submitted.jobs.first)
            #expect(try await pool.attribute("User", of: job) == "bob@\(pool.trustDomain)")
            #expect(try await gateway.api(.DELETE, "/jobs/\(job)", as: .remoteUser("carol")).status == 403)
            #expect(try await gateway.api(.DELETE, "/jobs/\(job)", as: .remoteUser("bob")).status == 200)
            for name in ["", "alice,bob", "\"alice\"", "a lice"] {
                let refused = try await gateway.api(.GET, "/whoami", as: .remoteUser(name))
                #expect(refused.status == 400, "\(name): \(refused)")
            }
        }
    }

    @Test func theUserHeaderWithoutTrustIsIgnored() async throws {
        let pool = try RealPool.require()
        var settings = GatewayProcess.userHeaderSettings(pool)
        settings["HTTP_API_USER_HEADER_TRUSTED_PROXIES"] = "192.0.2.1"
        try await GatewayProcess.run(settings, in: pool) { gateway in
            let answer = try await gateway.api(.GET, "/jobs", as: .remoteUser("alice"))
            #expect(answer.status == 401)
        }
    }

    /// Requests of two users take turns on one connection, and many at once on several: each sees only itself.
    @Test func alternatingUsersNeverCross() async throws {
        let pool = try RealPool.require()
        let users = ["alice", "bob", "carol"]
        let tokens = try users.map { try pool.token(of: $0) }
        try await GatewayProcess.run(GatewayProcess.userHeaderSettings(pool), in: pool) { gateway in
            let connection = try RawConnection(to: gateway.url)
            defer { connection.close() }
            for round in 0..<30 {
                let user = users[round % users.count]
                let last = round == 29 ? "Connection: close\r\n" : ""
                let identity = round % 2 == 0 ? "X-Remote-User: \(user)" : "Authorization: Bearer \(tokens[round % users.count])"
                try connection.send("GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\n\(identity)\r\n\(last)\r\n")
            }
            let answers = await connection.readToEnd().components(separatedBy: "\"user\"").dropFirst().map { $0.prefix(20) }
            #expect(answers.count == 30)
            for (round, answer) in answers.enumerated() {
                #expect(answer.contains(users[round % users.count] + "@"), "request \(round)")
            }
            try await withThrowingTaskGroup(of: (String, JSONValue?).self) { group in
                for round in 0..<60 {
                    let user = users[round % users.count]
                    let caller: Caller = round % 2 == 0 ? .remoteUser(user) : .token(tokens[round % users.count])
                    group.addTask { (user, try await gateway.api(.GET, "/whoami", as: caller)["user"]) }
                }
                for try await (user, seen) in group {
                    #expect(seen == .string("\(user)@\(pool.trustDomain)"))
                }
            }
        }
    }
}
