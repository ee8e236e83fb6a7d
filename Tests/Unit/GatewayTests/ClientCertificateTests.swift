import Cedar
import CondorClient
import CondorConfig
import Foundation
import HTTPTypes
import Jobs
import JobsAPI
import Logging
import NIOCore
import Testing
import Tokens

@testable import Gateway
import HTTPMessages
import HTTPServer

private let folder = String(#filePath.dropLast("GatewayTests/ClientCertificateTests.swift".count)) + "HTTPServerTests/Fixtures/Clients/"

/// Users whom their certificates name.
@Suite struct CertificateUserTests {
    private let ca: ClientAuthorities
    private let otherCA: ClientAuthorities
    private let authenticator: Authenticator

    init() throws {
        let files = LocalConfigurationFiles(runsCommands: false)
        ca = try ClientAuthorities(pem: try files.read(folder + "ca.pem", limit: 65_536))
        otherCA = try ClientAuthorities(pem: try files.read(folder + "other-ca.pem", limit: 65_536))
        let minter = TokenMinter(key: try SigningKey(id: "POOL", fileContents: [1, 2, 3]), issuer: "pool")
        let header = try #require(HTTPField.Name("X-Remote-User"))
        authenticator = Authenticator(
            proxyUsers: .init(header: header, proxies: try #require(TrustedProxies(["192.0.2.1"])), domain: "pool", minter: minter),
            certificateUsers: .init(authorities: ca, domain: "pool", minter: minter))
    }

    private func certificate(_ names: String..., until end: Int64 = .max) -> ClientCertificate {
        ClientCertificate(commonNames: names, validUntil: end, authorities: ca)
    }

    private func caller(
        _ certificate: ClientCertificate?, _ fields: [(String, String)] = [], peer: String = "192.0.2.1", method: HTTPRequest.Method = .get
    ) throws -> Caller? {
        var headers = HTTPFields()
        for (name, value) in fields { headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
        return try authenticator.caller(
            of: Request(
                method: method, target: try RequestTarget("/api/v1/jobs"), headers: headers, isSecure: true,
                peer: try SocketAddress(ipAddress: peer, port: 1), clientCertificate: certificate, id: "r",
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    /// The subject of the token that would be sent to the scheduler.
    private func user(
        _ certificate: ClientCertificate?, _ fields: [(String, String)] = [], peer: String = "192.0.2.1", method: HTTPRequest.Method = .get
    ) throws -> String? {
        guard case .token(let token)? = try caller(certificate, fields, peer: peer, method: method)?.credential else { return nil }
        return token.subject
    }

    private func problem(_ body: () throws -> Void) -> Problem? {
        do {
            try body()
            return nil
        } catch {
            return error as? Problem
        }
    }

    @Test func theCommonNameIsTheUser() throws {
        #expect(try user(certificate("alice")) == "alice@pool")
        #expect(try user(certificate("alice@elsewhere.example")) == "alice@elsewhere.example")
        #expect(try user(nil) == nil)
        // One user is one identity, however it was named; a token of its own is another.
        let named = try #require(try caller(certificate("alice")))
        let byProxy = try #require(try caller(nil, [("X-Remote-User", "alice")]))
        #expect(named.identity == byProxy.identity && named.lastingIdentity == byProxy.lastingIdentity)
        #expect(try caller(certificate("bob"))?.identity != named.identity)
    }

    @Test func tokensAndTrustedProxiesComeFirst() throws {
        let token = try IDToken(subject: "carol@pool", issuer: "pool", issuedAt: 1).signed(with: try SigningKey(id: "POOL", fileContents: [9])).text
        let header = ("X-Remote-User", "bob")
        #expect(try user(certificate("alice"), [("Authorization", "Bearer \(token)"), header]) == "carol@pool")
        #expect(try user(certificate("alice"), [header]) == "bob@pool")
        #expect(try user(certificate("alice"), [header], peer: "192.0.2.2") == "alice@pool")
        // What comes first and is wrong is not passed over.
        #expect(problem { _ = try caller(certificate("alice"), [("Authorization", "Bearer x")]) }?.kind == .tokenMalformed)
        #expect(problem { _ = try caller(certificate("alice"), [("Authorization", "Basic YTpi")]) }?.kind == .authenticationRequired)
        #expect(problem { _ = try caller(certificate("alice"), [("X-Remote-User", "")]) }?.kind == .badUserHeader)
    }

    @Test(
        arguments: [
            ([], "The common name in the certificate's subject is empty"), ([" "], "The common name in the certificate's subject is empty"),
            (["alice", "alice"], "The certificate's subject has more than one common name"),
            (["Alice Example"], "is not a plain user name"), (["alice\0"], "is not a plain user name"),
            (["alice@"], "is not a plain user name"),
            (["älice"], "is not a plain user name"), ([String(repeating: "a", count: 257)], "is longer than 256 bytes"),
        ] as [([String], String)])
    func namesThatAreNone(names: [String], said: String) {
        let found = problem { _ = try caller(ClientCertificate(commonNames: names, validUntil: .max, authorities: ca)) }
        #expect(found?.kind == .badClientCertificate && found?.status == .badRequest)
        #expect(found?.detail.contains(said) == true)
        #expect(!names.contains { $0.utf8.count > 1 && found?.detail.contains($0) == true })
    }

    @Test func connectionsOutliveCertificatesAndCAs() throws {
        let expired = problem { _ = try caller(certificate("alice", until: 1)) }
        #expect(expired?.kind == .clientCertificateRejected && expired?.status == .unauthorized)
        #expect(expired?.headers[.wwwAuthenticate] == "Bearer")
        let replaced = problem { _ = try caller(ClientCertificate(commonNames: ["alice"], validUntil: .max, authorities: otherCA)) }
        #expect(replaced?.kind == .clientCertificateRejected)
    }

    @Test func pagesOfOtherSitesChangeNothing() throws {
        for site in ["cross-site", "same-site", "same-origin, cross-site"] {
            for method in [HTTPRequest.Method.post, .put, .patch, .delete] {
                #expect(problem { _ = try caller(certificate("alice"), [("Sec-Fetch-Site", site)], method: method) }?.kind == .otherSite)
            }
            #expect(try user(certificate("alice"), [("Sec-Fetch-Site", site)]) == "alice@pool")
        }
        for site in ["same-origin", "none"] {
            #expect(try user(certificate("alice"), [("Sec-Fetch-Site", site)], method: .post) == "alice@pool")
        }
    }

    @Test func withoutCAsACertificateIsNobody() throws {
        let request = Request(
            method: .get, target: try RequestTarget("/"), clientCertificate: certificate("alice"), id: "r",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(try Authenticator().caller(of: request) == nil)
    }
}

/// `HTTP_API_TLS_CLIENT_CA`.
@Suite struct ClientAuthoritiesConfigurationTests {
    private static let tls = "HTTP_API_TLS_CERT = /c\nHTTP_API_TLS_KEY = /k\n"

    private func read(_ text: String) throws -> GatewayConfiguration {
        try GatewayConfiguration(
            Configuration.load(root: .path("/m"), environment: [:], files: MemoryConfigurationFiles(["/m": Array(text.utf8)]), facts: HostFacts()))
    }

    private func complaint(_ text: String) -> String? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func theFileIsRead() throws {
        let key = FileManager.default.temporaryDirectory.appendingPathComponent("htapi-\(UUID().uuidString)").path
        #expect(FileManager.default.createFile(atPath: key, contents: Data("key".utf8), attributes: [.posixPermissions: 0o600]))
        defer { try? FileManager.default.removeItem(atPath: key) }
        let tls = "HTTP_API_TLS_CERT = \(folder)../server-cert.pem\nHTTP_API_TLS_KEY = \(folder)../server-key.pem\n"
        let configuration = try read(tls + "HTTP_API_SIGNING_KEY = \(key)\nHTTP_API_TLS_CLIENT_CA = \(folder)ca.pem\n")
        #expect(configuration.clientAuthorities != nil)
        #expect(try read(tls).clientAuthorities == nil)
        #expect(GatewayConfiguration.knobs.contains("HTTP_API_TLS_CLIENT_CA"))
    }

    @Test func whatIsMissingOrWrongIsSaidWithItsPlace() throws {
        let key = "HTTP_API_SIGNING_KEY = /s\n"
        for (text, line, said) in [
            (key + "HTTP_API_TLS_CLIENT_CA = \(folder)ca.pem\n", 2, "HTTP_API_TLS_CERT and HTTP_API_TLS_KEY as well"),
            (Self.tls + "HTTP_API_TLS_CLIENT_CA = \(folder)ca.pem\n", 3, "need HTTP_API_SIGNING_KEY"),
            (Self.tls + key + "HTTP_API_TLS_CLIENT_CA = /nonexistent/ca.pem\n", 4, "/nonexistent/ca.pem: No such file or directory"),
            (Self.tls + key + "HTTP_API_TLS_CLIENT_CA = /dev/null\n", 4, "/dev/null, it is empty"),
            (Self.tls + key + "HTTP_API_TLS_CLIENT_CA = \(folder)key.pem\n", 4, "key.pem, there is no certificate in it"),
            (Self.tls + key + "HTTP_API_TLS_CLIENT_CA = \(folder)bob.pem\n", 4, "bob.pem, line 1: the certificate that begins here is not a CA's"),
        ] {
            let found = complaint(text) ?? ""
            #expect(found.contains("/m:\(line):") && found.contains(said), "\(found)")
        }
        #expect(complaint(Self.tls + key + "HTTP_API_TLS_CLIENT_CA = /dev/null")?.contains("a PEM file of one or more CA certificates") == true)
    }
}
