import HTTPServer
import NIOSSL

/// Certificates of clients, valid from 2020 to 2150 unless their names say otherwise; all with one key.
enum TestCertificate: String, CaseIterable {
    /// Of the CA `ca.pem`, for clients.
    case alice
    /// Of the same, without a purpose; its subject has an organization as well.
    case bob
    /// Of `intermediate.pem`, which comes with it and is of `ca.pem`.
    case carol
    case twoNames = "two-names"
    case noName = "no-name"
    case expired
    case early
    case serverOnly = "server-only"
    /// Of the CA `other-ca.pem`.
    case other

    private static let folder = String(#filePath.dropLast("Support/TestCertificate.swift".count)) + "Fixtures/Clients/"

    static func path(_ name: String) -> String { "\(folder)\(name).pem" }

    var path: String { Self.path(rawValue) }
}

extension TLSConfiguration {
    /// For a client that takes whatever certificate the server has, and shows this one.
    static func testClient(_ certificate: TestCertificate?) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        if let certificate {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate.path).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: TestCertificate.path("key"), format: .pem))
        }
        return configuration
    }
}
