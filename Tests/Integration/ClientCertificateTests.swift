import ClassAd
import Foundation
import Glibc
import JSON
import Testing

/// Users whom their certificates name, through the real program.
@Suite(.realPool, .timeLimit(.minutes(5)))
struct ClientCertificateTests {
    /// What a test needs: a folder, a certificate of the server, and a CA of clients.
    private struct Setup {
        let folder: URL
        let authority: TestAuthority
        let settings: [String: String]
        let authoritiesFile: String

        init(_ pool: RealPool) async throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-clients-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            authority = try await TestAuthority("clients", in: folder)
            let server = try await authority.certify("/CN=localhost", as: "server")
            authoritiesFile = folder.appendingPathComponent("ca.pem").path
            try FileManager.default.copyItem(atPath: authority.file, toPath: authoritiesFile)
            settings = [
                "HTTP_API_TLS_CERT": server.file, "HTTP_API_TLS_KEY": server.key, "HTTP_API_TLS_CLIENT_CA": authoritiesFile,
                "HTTP_API_SIGNING_KEY": pool.signingKeyFile,
            ]
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    /// What curl got: an answer, or why there is none.
    private struct Reply: CustomStringConvertible {
        let status: Int
        let version: String
        let text: String
        let error: String

        var json: JSONValue { (try? JSONValue.parse(Array(text.utf8), limits: .init(length: .max, depth: 64))) ?? .null }
        subscript(_ name: String) -> JSONValue? { json[name] }
        var description: String { "\(status) \(text.prefix(300)) \(error)" }
    }

    private func curl(
        _ gateway: GatewayProcess, _ path: String, _ certificate: TestAuthority.Certificate?, _ options: String..., body: String? = nil
    ) async throws -> Reply {
        var arguments = ["--silent", "--show-error", "--insecure", "--max-time", "60", "--write-out", "\n%{http_version} %{http_code}"] + options
        if let certificate { arguments += ["--cert", certificate.file, "--key", certificate.key] }
        if body != nil { arguments += ["--data-binary", "@-", "--header", "Content-Type: text/plain"] }
        let result = try await ChildProcess.run("/usr/bin/curl", arguments + [gateway.url + "/api/v1" + path], input: Array((body ?? "").utf8))
        let lines = result.outputText.split(separator: "\n", omittingEmptySubsequences: false)
        let last = (lines.last ?? "").split(separator: " ")
        return Reply(
            status: last.last.flatMap { Int($0) } ?? 0, version: last.first.map(String.init) ?? "", text: lines.dropLast().joined(separator: "\n"),
            error: result.errorText)
    }

    /// What openssl tells of a connection, which lasts until the gateway ends it.
    private func session(
        _ gateway: GatewayProcess, _ certificate: TestAuthority.Certificate, _ options: String..., input: String = ""
    ) async throws -> ChildProcess.Result {
        let address = String(gateway.url.dropFirst("https://".count))
        return try await ChildProcess.run(
            "/usr/bin/openssl", ["s_client", "-connect", address, "-ign_eof", "-cert", certificate.file, "-key", certificate.key] + options,
            input: Array(input.utf8))
    }

    @Test func theCertificateNamesTheUser() async throws {
        let pool = try RealPool.require()
        let setup = try await Setup(pool)
        defer { setup.remove() }
        let alice = try await setup.authority.certify("/CN=alice", as: "alice")
        let bob = try await setup.authority.certify("/O=Example/CN=bob@\(pool.trustDomain)", as: "bob")
        try await GatewayProcess.run(setup.settings, in: pool) { gateway in
            for (options, version) in [("--http1.1", "1.1"), ("--http2", "2")] {
                for tls in ["--tls-max 1.2", "--tlsv1.3"] {
                    let tls = tls.split(separator: " ").map(String.init)
                    let whoami = try await curl(gateway, "/whoami", alice, options, tls[0], tls.count > 1 ? tls[1] : "--compressed")
                    #expect(whoami.status == 200 && whoami.version == version, "\(whoami)")
                    #expect(whoami["user"] == .string("alice@\(pool.trustDomain)"))
                    #expect(whoami["method"] == .string("TOKEN"))
                }
                let submitted = try await curl(
                    gateway, "/jobs", alice, options, body: "executable = /bin/true\nrequirements = false\nqueue")
                #expect(submitted.status == 201, "\(submitted)")
                guard case .integer(let cluster)? = submitted["cluster_id"] else { continue }
                #expect(try await pool.attribute("User", of: "\(cluster).0") == "alice@\(pool.trustDomain)")
                #expect(try await pool.attribute("Owner", of: "\(cluster).0") == "alice")
                #expect(try await curl(gateway, "/jobs/\(cluster).0", bob, options, "--request", "DELETE").status == 403)
                // A page of another site cannot act for whom the browser has a certificate.
                let page = try await curl(
                    gateway, "/jobs/\(cluster).0", alice, options, "--request", "DELETE", "--header", "Sec-Fetch-Site: cross-site")
                #expect(page.status == 403 && page["reason"] == .string("OTHER_SITE"), "\(page)")
                #expect(try await curl(gateway, "/jobs/\(cluster).0", alice, options, "--request", "DELETE").status == 200)
            }
            #expect(!gateway.logText.contains("BEGIN") && !gateway.logText.contains("eyJ"))
        }
    }

    @Test func tokensAndTheHeaderWinAndNobodyNeedsACertificate() async throws {
        let pool = try RealPool.require()
        let setup = try await Setup(pool)
        defer { setup.remove() }
        let alice = try await setup.authority.certify("/CN=alice", as: "alice")
        let token = "Authorization: Bearer \(try pool.token(of: "carol"))"
        let settings = setup.settings.merging(GatewayProcess.userHeaderSettings(pool)) { $1 }
        try await GatewayProcess.run(settings, in: pool) { gateway in
            for version in ["--http1.1", "--http2"] {
                for certificate in [nil, alice] {
                    let byToken = try await curl(gateway, "/whoami", certificate, version, "--header", token, "--header", "X-Remote-User: bob")
                    #expect(byToken["user"] == .string("carol@\(pool.trustDomain)"), "\(byToken)")
                    let byHeader = try await curl(gateway, "/whoami", certificate, version, "--header", "X-Remote-User: bob")
                    #expect(byHeader["user"] == .string("bob@\(pool.trustDomain)"), "\(byHeader)")
                    let bad = try await curl(gateway, "/whoami", certificate, version, "--header", "Authorization: Bearer no.token.it")
                    #expect(bad.status == 401, "\(bad)")
                }
                #expect(try await curl(gateway, "/whoami", nil, version).text == #"{"authenticated":false}"#)
                #expect(try await curl(gateway, "/jobs", nil, version).status == 401)
                #expect(try await curl(gateway, "/version", nil, version).status == 200)
            }
        }
    }

    @Test func whatDoesNotVerifyEndsTheHandshake() async throws {
        let pool = try RealPool.require()
        let setup = try await Setup(pool)
        defer { setup.remove() }
        let alice = try await setup.authority.certify("/CN=alice", as: "alice")
        let expired = try await setup.authority.certify("/CN=alice", as: "expired", dates: ("20200101000000Z", "20210101000000Z"))
        let other = try await TestAuthority("others", in: setup.folder).certify("/CN=alice", as: "alice")
        try await GatewayProcess.run(setup.settings, in: pool) { gateway in
            for version in ["--http1.1", "--http2"] {
                try await withThrowingTaskGroup(of: Reply.self) { group in
                    for _ in 0..<4 { group.addTask { try await curl(gateway, "/whoami", alice, version) } }
                    for (certificate, alert) in [(expired, "alert certificate expired"), (other, "alert unknown ca")] {
                        for tls in ["1.2", "1.3"] {
                            let refused = try await curl(gateway, "/whoami", certificate, version, "--tls-max", tls)
                            #expect(refused.status == 0 && !refused.error.isEmpty, "\(refused)")
                        }
                        // Why, for a client that has not sent anything yet.
                        for tls in ["-tls1_2", "-tls1_3"] {
                            let handshake = try await session(gateway, certificate, tls)
                            #expect(handshake.errorText.contains(alert), "\(handshake.errorText)")
                        }
                    }
                    for try await reply in group { #expect(reply["user"] == .string("alice@\(pool.trustDomain)"), "\(reply)") }
                }
            }
        }
    }

    @Test(arguments: ["/CN=Alice Example", "/CN=älice", "/CN=alice/CN=bob", "/O=nobody", "/CN=alice@a@b"])
    func namesThatAreNoUsersAreRefused(subject: String) async throws {
        let pool = try RealPool.require()
        let setup = try await Setup(pool)
        defer { setup.remove() }
        let strange = try await setup.authority.certify(subject, as: "strange")
        let token = "Authorization: Bearer \(try pool.token(of: "carol"))"
        try await GatewayProcess.run(setup.settings, in: pool) { gateway in
            for path in ["/whoami", "/jobs"] {
                let refused = try await curl(gateway, path, strange)
                #expect(refused.status == 400 && refused["reason"] == .string("BAD_CLIENT_CERTIFICATE"), "\(refused)")
                #expect(refused.text.contains("common name"))
            }
            #expect(try await curl(gateway, "/version", strange).status == 200)
            #expect(try await curl(gateway, "/whoami", strange, "--header", token)["user"] == .string("carol@\(pool.trustDomain)"))
        }
    }

    @Test func hangUpReadsTheCAsAgain() async throws {
        let pool = try RealPool.require()
        let setup = try await Setup(pool)
        defer { setup.remove() }
        let others = try await TestAuthority("others", in: setup.folder)
        let alice = try await setup.authority.certify("/CN=alice", as: "alice")
        let bob = try await others.certify("/CN=bob", as: "bob")
        let sessionFile = setup.folder.appendingPathComponent("session").path
        try await GatewayProcess.run(setup.settings, in: pool) { gateway in
            func user(_ certificate: TestAuthority.Certificate) async throws -> JSONValue? {
                try await curl(gateway, "/whoami", certificate)["user"]
            }
            let request = "GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            #expect(try await user(alice) == .string("alice@\(pool.trustDomain)"))
            #expect(try await user(bob) == nil)
            // A session of TLS is that of its certificate as long as these CAs are in force.
            let begun = try await session(gateway, alice, "-sess_out", sessionFile, input: request)
            #expect(begun.outputText.contains("alice@\(pool.trustDomain)"))
            let again = try await session(gateway, alice, "-sess_in", sessionFile, input: request).outputText
            #expect(again.contains("Reused, TLS") && again.contains("alice@\(pool.trustDomain)"))

            func replaceCAs(_ contents: Data) throws { try contents.write(to: URL(fileURLWithPath: setup.authoritiesFile)) }
            try replaceCAs(Data(contentsOf: URL(fileURLWithPath: others.file)))
            kill(gateway.processID, SIGHUP)
            try await pool.poll(within: .seconds(20), "the new CAs") { try await user(bob) == .string("bob@\(pool.trustDomain)") }
            #expect(try await user(alice) == nil)
            #expect(try await !session(gateway, alice, "-sess_in", sessionFile, input: request).outputText.contains("alice@"))
            #expect(try await curl(gateway, "/whoami", nil).text == #"{"authenticated":false}"#)

            try replaceCAs(Data("no CAs\n".utf8))
            kill(gateway.processID, SIGHUP)
            try await pool.poll(within: .seconds(20), "the refusal") { gateway.logText.contains("the old one stays in force") }
            #expect(gateway.logText.contains("\(setup.authoritiesFile), there is no certificate in it"))
            #expect(try await user(bob) == .string("bob@\(pool.trustDomain)"))
        }
    }

    @Test func aStartWithoutUsableCAsIsNone() async throws {
        let pool = try RealPool.require()
        let setup = try await Setup(pool)
        defer { setup.remove() }
        let file = setup.folder.appendingPathComponent("condor_config").path
        for (authorities, said) in [
            ("/nonexistent/ca.pem", "/nonexistent/ca.pem: No such file or directory"),
            ("/dev/null", "/dev/null, it is empty"),
            (setup.settings["HTTP_API_TLS_KEY"] ?? "", "there is no certificate in it"),
            (setup.settings["HTTP_API_TLS_CERT"] ?? "", "line 1: the issuer of the certificate that begins here is not in the file"),
        ] {
            var text = "include : \(pool.clientConfigFile)\n"
            for name in ["HTTP_API_TLS_CERT", "HTTP_API_TLS_KEY", "HTTP_API_SIGNING_KEY"] { text += "\(name) = \(setup.settings[name] ?? "")\n" }
            text += "HTTP_API_TLS_CLIENT_CA = \(authorities)\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            for arguments in [["--listen", "127.0.0.1:0"], ["config", "check"]] {
                let result = try await ChildProcess.run(GatewayProcess.program, arguments + ["--config", file])
                #expect(result.status == 78)
                #expect(result.errorText.contains("\(file):5:26: error: ") && result.errorText.contains(said), "\(result.errorText)")
                #expect(result.errorText.contains("expected a PEM file of one or more CA certificates"))
            }
        }
    }
}
