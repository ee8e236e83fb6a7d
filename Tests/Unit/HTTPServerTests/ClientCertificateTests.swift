import HTTPMessages
@testable import HTTPServer
import NIOSSL
import SeededGeneration
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Certificates of clients, which they need not have.
@Suite struct ClientCertificateTests {
    private static let serverFolder = String(#filePath.dropLast("ClientCertificateTests.swift".count)) + "Fixtures/"

    static func pem(_ name: String) throws -> [UInt8] {
        let file = try #require(fopen(TestCertificate.path(name), "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        return Array(bytes[..<fread(&bytes, 1, bytes.count, file)])
    }

    private static func authorities(_ names: String...) throws -> ClientAuthorities {
        try ClientAuthorities(pem: names.flatMap { try pem($0) })
    }

    private static func material(_ authorities: ClientAuthorities?) throws -> TLSMaterial {
        try TLSMaterial(certificateFile: serverFolder + "server-cert.pem", keyFile: serverFolder + "server-key.pem", clientAuthorities: authorities)
    }

    /// Says which common names the server was shown.
    private static let responder: Server.Responder = { request in
        .text(request.clientCertificate.map { "\($0.commonNames) \($0.validUntil)" } ?? "none")
    }

    /// What the server says to a client over HTTP/1.1; nil when it refuses the handshake.
    private func answer(_ server: TestServer.Running, to certificate: TestCertificate?, _ version: TLSVersion) async -> String? {
        // Refused ones may learn of it wherever they are, up to closing.
        try? await RawClient.connected(to: server.address, tls: true, certificate: certificate, version: version) { client in
            try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return try await client.readAnswer().body
        }
    }

    private static let in2150 = "5680281600"

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func verifiedOnesAreShownAndOthersRefused(version: TLSVersion) async throws {
        try await TestServer.run(tls: Self.material(Self.authorities("ca")), responder: Self.responder) { server in
            try await RawClient.connected(to: server.address, tls: true, certificate: .alice, version: version) { (witness) async throws -> Void in
                func isServed() async throws -> Bool {
                    try await witness.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    return try await witness.readAnswer().body == #"["alice"] \#(Self.in2150)"#
                }
                #expect(try await isServed())
                #expect(await answer(server, to: nil, version) == "none")
                #expect(await answer(server, to: .bob, version) == #"["bob"] \#(Self.in2150)"#)
                #expect(await answer(server, to: .carol, version) == #"["carol"] \#(Self.in2150)"#)
                #expect(await answer(server, to: .twoNames, version) == #"["alice", "bob"] \#(Self.in2150)"#)
                #expect(await answer(server, to: .noName, version) == "[] \(Self.in2150)")
                for certificate in [TestCertificate.expired, .early, .serverOnly, .other] {
                    #expect(await answer(server, to: certificate, version) == nil, "\(certificate)")
                }
                #expect(try await isServed())
            }
        }
    }

    @Test func overHTTP2() async throws {
        try await TestServer.run(tls: Self.material(Self.authorities("ca", "other-ca")), responder: Self.responder) { server in
            for (certificate, expected) in [(nil, "none"), (.alice, #"["alice"]"#), (.other, #"["alice"]"#), (.carol, #"["carol"]"#)]
                as [(TestCertificate?, String)]
            {
                try await HTTP2Client.connected(to: server.address, certificate: certificate) { client in
                    for _ in 0..<2 {
                        let answer = try await client.request("GET", "/")
                        #expect(answer.body.hasPrefix(expected))
                    }
                }
            }
            let refused = try? await HTTP2Client.connected(to: server.address, certificate: .expired) { try await $0.request("GET", "/").status }
            #expect((refused ?? nil) == nil)
        }
    }

    @Test func withoutCAsNoneIsAskedFor() async throws {
        try await TestServer.run(tls: Self.material(nil), responder: Self.responder) { server in
            for certificate in TestCertificate.allCases {
                let seen = await answer(server, to: certificate, .tlsv13)
                #expect(seen == "none")
            }
        }
    }

    @Test func otherCAsAreForConnectionsThatBeginThen() async throws {
        let material = try Self.material(Self.authorities("ca"))
        let old = try Self.authorities("ca")
        let responder: Server.Responder = { request in
            .text(request.clientCertificate.map { $0.authorities == old.identity ? "old" : "new" } ?? "none")
        }
        try await TestServer.run(tls: material, responder: responder) { server in
            try await RawClient.connected(to: server.address, tls: true, certificate: .alice) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.readAnswer().body == "old")
                let files = (Self.serverFolder + "server-cert.pem", Self.serverFolder + "server-key.pem")
                #expect(throws: (any Error).self) {
                    try material.load(certificateFile: files.0, keyFile: "/nonexistent", clientAuthorities: try Self.authorities("other-ca"))
                }
                #expect(await answer(server, to: .alice, .tlsv13) == "old")
                try material.load(certificateFile: files.0, keyFile: files.1, clientAuthorities: try Self.authorities("other-ca"))
                #expect(await answer(server, to: .other, .tlsv13) == "new")
                #expect(await answer(server, to: .alice, .tlsv13) == nil)
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.readAnswer().body == "old")
                try material.load(certificateFile: files.0, keyFile: files.1)
                #expect(await answer(server, to: .alice, .tlsv13) == "none")
            }
        }
    }
}

@Suite struct ClientAuthoritiesTests {
    private func failure(_ pem: [UInt8]) -> ClientAuthorities.Failure? {
        do {
            _ = try ClientAuthorities(pem: pem)
            return nil
        } catch {
            return error
        }
    }

    @Test func oneAndSeveralWithWhateverStandsAround() throws {
        let ca = try ClientCertificateTests.pem("ca")
        let one = try ClientAuthorities(pem: ca)
        #expect(one.certificates.count == 1)
        let text = String(decoding: ca, as: UTF8.self)
        let decorated =
            "# CAs\r\n"
            + text.replacing("\n", with: " \r\n").replacing("BEGIN CERT", with: "BEGIN X509 CERT").replacing("END CERT", with: "END X509 CERT")
        #expect(try ClientAuthorities(pem: Array(decorated.utf8)) == one)
        let several = try ClientAuthorities(pem: ClientCertificateTests.pem("intermediate") + ClientCertificateTests.pem("other-ca") + ca)
        #expect(several.certificates.count == 3)
        #expect(several != one)
    }

    @Test func whatIsWrongIsSaidWithItsLine() throws {
        let ca = try ClientCertificateTests.pem("ca")
        let bob = try ClientCertificateTests.pem("bob")
        let lines = ca.filter { $0 == UInt8(ascii: "\n") }.count
        #expect(failure([]) == .init(line: nil, reason: "it is empty"))
        #expect(failure(Array("\n\nhello\n".utf8)) == .init(line: nil, reason: "there is no certificate in it"))
        #expect(failure(try ClientCertificateTests.pem("key")) == .init(line: nil, reason: "there is no certificate in it"))
        #expect(failure(ca + ca.dropLast(30)) == .init(line: lines + 1, reason: "the certificate that begins here has no end"))
        #expect(failure(ca.dropLast(30) + Array("\n".utf8) + ca) == .init(line: 1, reason: "the certificate that begins here has no end"))
        #expect(failure(Array(ca.dropFirst(10))) == .init(line: lines, reason: "a certificate ends here that has not begun"))
        let bad = Array("\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
        #expect(failure(ca + bad) == .init(line: lines + 2, reason: "the certificate that begins here cannot be read"))
        #expect(failure(ca + bob) == .init(line: lines + 1, reason: "the certificate that begins here is not a CA's"))
        let missing = "the issuer of the certificate that begins here is not in the file"
        #expect(failure(try ClientCertificateTests.pem("intermediate")) == .init(line: 1, reason: missing))
        #expect("\(ClientAuthorities.Failure(line: 3, reason: missing))" == "line 3: \(missing)")
    }

    @Test func randomTexts() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        let pem = try ClientCertificateTests.pem("ca") + ClientCertificateTests.pem("other-ca")
        let lines = pem.filter { $0 == UInt8(ascii: "\n") }.count
        for round in 0..<500 {
            var text = pem
            for _ in 0...random.below(4) {
                switch random.below(3) {
                case 0: text[random.below(text.count)] = UInt8(truncatingIfNeeded: random.next())
                case 1: text.removeSubrange(random.below(text.count)..<text.count)
                default: text.remove(at: random.below(text.count))
                }
                if text.isEmpty { break }
            }
            let line = failure(text)?.line ?? 1
            #expect((1...lines + 5).contains(line), "seed \(seed), round \(round)")
        }
    }
}
