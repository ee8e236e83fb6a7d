import ClassAd
import Foundation
import JSON
import Testing

/// Clients that mean harm, on the whole gateway: it lives, serves others, keeps its memory, and nothing of anybody else is shown or changed.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct HostileTests {
    private let held = "executable = run.sh\ntransfer_input_files = in.txt\nrequirements = false\nqueue"

    /// The status of the first answer to raw bytes, and how many answers there were.
    private func raw(_ gateway: GatewayProcess, _ text: String) async throws -> (status: Int?, answers: Int) {
        let connection = try RawConnection(to: gateway.url)
        defer { connection.close() }
        try connection.send(text)
        let all = await connection.readToEnd()
        let status = all.hasPrefix("HTTP/1.1 ") ? Int(all.dropFirst(9).prefix(3)) : nil
        return (status, all.components(separatedBy: "\r\nDate: ").count - 1)
    }

    @Test func requestsThatAreNone() async throws {
        let pool = try RealPool.require()
        let mallory = try pool.token(of: "mallory")
        let head = "Host: x\r\nConnection: close\r\nAuthorization: Bearer \(mallory)\r\n"
        let smuggled = "GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\n\r\n"
        try await GatewayProcess.run(GatewayProcess.userHeaderSettings(pool), in: pool) { gateway in
            for (request, expected) in [
                ("POST /api/v1/jobs HTTP/1.1\r\n\(head)Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\(smuggled)", 400),
                ("POST /api/v1/jobs HTTP/1.1\r\n\(head)Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd\(smuggled)", 400),
                ("POST /api/v1/jobs HTTP/1.1\r\n\(head)Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n\(smuggled)", 400),
                ("GET /api/v1/whoami HTTP/1.1\r\n\(head)X: \(String(repeating: "y", count: 100_000))\r\n\r\n", 431),
                ("GET /api/v1/whoami HTTP/1.1\r\n\(head)\((0..<500).map { "X\($0): y\r\n" }.joined())\r\n", 431),
                ("GET /api/v1/jobs/%2e%2e/whoami HTTP/1.1\r\n\(head)\r\n", 404), ("GET /api/v1/jobs/../whoami HTTP/1.1\r\n\(head)\r\n", 404),
                ("GET /api/v1//whoami HTTP/1.1\r\n\(head)\r\n", 404), ("GET //api/v1/whoami HTTP/1.1\r\n\(head)\r\n", 404),
                ("GET /./api/v1/whoami HTTP/1.1\r\n\(head)\r\n", 404), ("GET /api/v1/jobs/7%2f0 HTTP/1.1\r\n\(head)\r\n", 400),
                ("GET /api/v1/jobs/7%2e0%00 HTTP/1.1\r\n\(head)\r\n", 400), ("GET /api%2fv1/whoami HTTP/1.1\r\n\(head)\r\n", 404),
                ("GET /api/v1/who%61mi HTTP/1.1\r\n\(head)\r\n", 200), ("GET /api/v1/who%2561mi HTTP/1.1\r\n\(head)\r\n", 404),
                ("GET /api/v1/jobs?token=\(mallory) HTTP/1.1\r\n\(head)\r\n", 400), ("GET /api/v1/jobs?access_token=x HTTP/1.1\r\n\(head)\r\n", 400),
                ("GET /api/v1/jobs?acc%65ss_token=x HTTP/1.1\r\n\(head)\r\n", 400),
                ("TRACE /api/v1/jobs HTTP/1.1\r\n\(head)\r\n", 405), ("BREW /api/v1/jobs HTTP/1.1\r\n\(head)\r\n", 405),
                // Credentials of others, or twice.
                ("GET /api/v1/whoami HTTP/1.1\r\n\(head)Authorization: Bearer x.y.z\r\n\r\n", 400),
                ("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Remote-User: alice\r\nX-Remote-User: bob\r\n\r\n", 400),
                ("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX_Remote_User: alice\r\n\r\n", 401),
                ("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Remote-User: alice@elsewhere, bob\r\n\r\n", 400),
                ("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Remote-User: \"; DROP\r\n\r\n", 400),
                ("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Remote-User: \(String(repeating: "a", count: 5000))\r\n\r\n", 400),
                (
                    "PATCH /api/v1/jobs/1.0 HTTP/1.1\r\n\(head)Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
                        + "\(String(repeating: "[", count: 100_000))",
                    400
                ),
                ("POST /api/v1/jobs HTTP/1.1\r\n\(head)Content-Type: text/plain\r\nContent-Length: 99999999999\r\n\r\n", 413),
            ] {
                let answer = try await raw(gateway, request)
                #expect(answer.status == expected && answer.answers == 1, "\(request.prefix(200)): \(answer)")
            }
            #expect(try await gateway.api(.GET, "/whoami", as: .token(mallory)).status == 200)
            #expect(!gateway.logText.contains(mallory))
            #expect(try gateway.peakMemory < 100)
        }
    }

    @Test func slowClientsDoNotKeepOthersWaiting() async throws {
        let pool = try RealPool.require()
        let alice = Caller.token(try pool.token(of: "alice"))
        try await GatewayProcess.run(["HTTP_API_READ_TIMEOUT": "2s", "HTTP_API_WRITE_TIMEOUT": "2s"], in: pool) { gateway in
            var slow: [RawConnection] = []
            for number in 0..<300 {
                let connection = try RawConnection(to: gateway.url)
                switch number % 3 {
                case 0: break
                case 1: try connection.send("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                default: try connection.send("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nContent-Type: text/plain\r\n\r\nexec")
                }
                slow.append(connection)
            }
            for _ in 0..<20 { #expect(try await gateway.api(.GET, "/whoami", as: alice).status == 200) }
            // The server ends all of them by itself.
            for connection in slow {
                _ = await connection.readToEnd()
                connection.close()
            }
            #expect(try await gateway.send(.GET, "/healthz").status == 200)
            #expect(try gateway.peakMemory < 100)
        }
    }

    /// Constraints that try to reach beyond what they are joined with, judged by the ads that come back.
    @Test func constraintsReachNoFurtherThanTheyMay() async throws {
        let pool = try RealPool.require()
        let mallory = Caller.token(try pool.token(of: "mallory"))
        let bob = Caller.token(try pool.token(of: "bob"))
        let attempts = [
            "true", "true || true", "Owner == \"bob\"", "true) || (true", "true || (Owner == \"bob\")", ") || true || (", "true // ", "true /* ",
            "*/ true",
            "true; Owner = \"mallory\"", "true\n|| true", "\"\\\" || true || \\\"\" == \"\"", "1 ? true : false", "Owner =!= \"mallory\"",
            "ifThenElse(true, true, false)", "TARGET.Owner == \"bob\" || true", "eval(\"true || Owner != \\\"mallory\\\"\")", "[a = true].a",
            "{true}[0]",
            "MY.Owner == \"bob\"", "!(Owner == \"mallory\")", "true && true || true", "(true", "\u{2028}true", "true\u{0}|| true",
        ]
        try await GatewayProcess.run(in: pool) { gateway in
            let own = try await gateway.submit("executable = /bin/true\nrequirements = false\nqueue 2", as: mallory)
            let others = try await gateway.submit("executable = /bin/true\nrequirements = false\nqueue", as: bob)
            for attempt in attempts {
                let constraint = attempt.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let mine = try await gateway.api(.GET, "/jobs?owned_by_me=true&projection=Owner&constraint=\(constraint)", as: mallory)
                #expect(mine.status == 200 || mine.status == 400, "\(attempt): \(mine)")
                if case .array(let jobs)? = mine["jobs"] {
                    #expect(jobs.allSatisfy { $0["Owner"] == .string("mallory") }, "\(attempt)")
                }
                let cluster = try await gateway.api(.GET, "/jobs/\(own.cluster)?projection=ClusterId&limit=50&constraint=\(constraint)", as: mallory)
                #expect(cluster.status == 200 || cluster.status == 400, "\(attempt): \(cluster)")
                if case .array(let jobs)? = cluster["jobs"] {
                    #expect(jobs.allSatisfy { $0["ClusterId"] == .integer(Int64(own.cluster)) }, "\(attempt)")
                }
                // Whatever it matches, nothing of anybody else is changed.
                let body = JSONSerializationText.object(["constraint": attempt, "reason": "hostile", "all": "true"])
                let acted = try await gateway.api(.POST, "/jobs/hold", as: mallory, type: "application/json", body: body)
                #expect([200, 400, 403, 404, 409].contains(acted.status), "\(attempt): \(acted)")
                #expect(try await pool.status(of: others.jobs[0]) == .idle, "\(attempt)")
            }
            _ = try await gateway.api(.DELETE, "/jobs/\(own.cluster)", as: mallory)
            _ = try await gateway.api(.DELETE, "/jobs/\(others.cluster)", as: bob)
        }
    }

    @Test func archivesThatLeaveTheirFolder() async throws {
        let pool = try RealPool.require()
        let mallory = Caller.token(try pool.token(of: "mallory"))
        let target = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-hostile-\(UUID().uuidString)").path
        let good = [HostileTar.file("run.sh", "#!/bin/sh\n"), HostileTar.file("in.txt", "x")]
        let archives: [(String, [[UInt8]])] = [
            ("traversal", good + [HostileTar.file("../../../../../../../..\(target)", "x")]),
            ("hidden traversal", good + [HostileTar.file("a/../../b", "x")]),
            ("absolute", good + [HostileTar.file(target, "x")]),
            ("link out", good + [HostileTar.member("out", type: "2", link: "/etc/passwd")]),
            ("link up", good + [HostileTar.member("out", type: "2", link: "../../x")]),
            ("file through a link", good + [HostileTar.member("d", type: "2", link: "/tmp"), HostileTar.file("d/htapi-hostile", "x")]),
            ("hard link out", good + [HostileTar.member("out", type: "1", link: "/etc/passwd")]),
            ("device", good + [HostileTar.member("dev", type: "3", link: "")]),
            ("pipe", good + [HostileTar.member("pipe", type: "6", link: "")]),
            ("size that lies", good + [HostileTar.member("big", type: "0", link: "", size: "77777777777")]),
            ("negative size", good + [HostileTar.member("big", type: "0", link: "", size: "-0000000001")]),
            ("without declared files", [HostileTar.file("run.sh", "x")]),
            ("nothing", []),
        ]
        try await GatewayProcess.run(in: pool) { gateway in
            let job = try #require(try await gateway.submit(held, as: mallory).jobs.first)
            for (name, members) in archives {
                let answer = try await gateway.api(
                    .PUT, "/jobs/\(job)/input", as: mallory, type: "application/x-tar",
                    body: members.flatMap { $0 } + [UInt8](repeating: 0, count: 1024))
                #expect(answer.status == 400, "\(name): \(answer)")
                #expect(try await pool.attribute("HoldReasonCode", of: job) == "16", "\(name)")
                #expect(!FileManager.default.fileExists(atPath: target), "\(name)")
            }
            // The same noise each time: other noise may announce a size that is refused as such.
            var state: UInt64 = 0x5EED
            let noise = (0..<50_000).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 56)
            }
            // As zstd this noise announces more memory than an archive may need.
            let starts: [([UInt8], Int)] = [
                ([], 400), ([0x1F, 0x8B, 8], 400), ([0x28, 0xB5, 0x2F, 0xFD], 413), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], 400),
            ]
            for (start, status) in starts {
                let answer = try await gateway.api(.PUT, "/jobs/\(job)/input", as: mallory, body: start + noise)
                #expect(answer.status == status, "\(start): \(answer)")
            }
            #expect(try gateway.peakMemory < 150)
            _ = try await gateway.api(.DELETE, "/jobs/\(job)", as: mallory)
        }
    }

    @Test func descriptionsThatNeverEnd() async throws {
        let pool = try RealPool.require()
        let mallory = Caller.token(try pool.token(of: "mallory"))
        try await GatewayProcess.run(in: pool) { gateway in
            for text in [
                "executable = /bin/true\nqueue 2000000000", "a = $(b)\nb = $(a)\nexecutable = $(a)\nqueue",
                "a = $(a)$(a)\n" + (0..<60).map { "a\($0 + 1) = $(a\($0))$(a\($0))\n" }.joined()
                    + "executable = /bin/true\narguments = $(a60)\nqueue",
                "executable = /bin/true\nrequirements = " + String(repeating: "(", count: 50_000) + "\nqueue",
                "executable = /bin/true\ninclude command : touch /tmp/htapi-hostile\nqueue", "executable = /bin/true\nqueue from /etc/passwd",
                "executable = /bin/true\narguments = $ENV(HOME)\nqueue", "executable = /bin/true\n+Owner = \"alice\"\nqueue",
                "executable = /bin/true\nqueue matching /etc/*",
            ] {
                let answer = try await gateway.api(.POST, "/jobs", as: mallory, type: "text/plain", body: Array(text.utf8))
                #expect(answer.status == 400 && answer["reason"] == .string("SUBMIT_SYNTAX"), "\(text.prefix(100)): \(answer)")
            }
            #expect(!FileManager.default.fileExists(atPath: "/tmp/htapi-hostile"))
            #expect(try gateway.peakMemory < 200)
        }
    }
}

/// JSON of flat objects, where `true` is meant as such.
enum JSONSerializationText {
    static func object(_ members: [String: String]) -> [UInt8] {
        var values: [String: Any] = members
        for (name, value) in members where name == "all" { values[name] = value == "true" }
        return [UInt8]((try? JSONSerialization.data(withJSONObject: values)) ?? Data())
    }
}

/// Members of tar archives with whatever one writes into their headers.
enum HostileTar {
    static func file(_ name: String, _ text: String) -> [UInt8] {
        let content = Array(text.utf8)
        let digits = String(content.count, radix: 8)
        return member(name, type: "0", link: "", size: String(repeating: "0", count: 11 - digits.count) + digits)
            + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    static func member(_ name: String, type: Character, link: String, size: String = "00000000000") -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int, length: Int) {
            for (index, byte) in text.utf8.prefix(length).enumerated() { header[offset + index] = byte }
        }
        put(name, at: 0, length: 100)
        put("0000755", at: 100, length: 7)
        put("0000000", at: 108, length: 7)
        put("0000000", at: 116, length: 7)
        put(size, at: 124, length: 11)
        put("00000000000", at: 136, length: 11)
        put("        ", at: 148, length: 8)
        put(String(type), at: 156, length: 1)
        put(link, at: 157, length: 100)
        put("ustar", at: 257, length: 5)
        put("00", at: 263, length: 2)
        let sum = header.reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        put(String(repeating: "0", count: 6 - digits.count) + digits, at: 148, length: 6)
        header[154] = 0
        header[155] = 32
        return header
    }
}
