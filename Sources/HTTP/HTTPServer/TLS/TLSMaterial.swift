import NIOConcurrencyHelpers
import NIOSSL

/// A certificate chain and its key from PEM files, and the CAs of clients, which can be replaced while the server runs.
///
/// With CAs, clients may show a certificate: one that does not verify (signatures up to a root, validity, and for clients where it says what
/// it is for) fails the handshake. A client without one is served as if there were no CAs.
package final class TLSMaterial: Sendable {
    /// What a connection begins with.
    struct Current: Sendable {
        var context: NIOSSLContext
        var clientAuthorities: ClientAuthorities?
    }

    private let box: NIOLockedValueBox<Current>

    /// - Throws: when a file cannot be read, or the key does not belong to the certificate.
    package init(certificateFile: String, keyFile: String, clientAuthorities: ClientAuthorities? = nil) throws {
        box = NIOLockedValueBox(try Self.read(certificateFile, keyFile, clientAuthorities))
    }

    /// Reads the files again, or others; connections that are open keep what they have.
    /// - Throws: as the initialiser; the old certificate and CAs then stay in use.
    package func load(certificateFile: String, keyFile: String, clientAuthorities: ClientAuthorities? = nil) throws {
        let new = try Self.read(certificateFile, keyFile, clientAuthorities)
        box.withLockedValue { $0 = new }
    }

    var current: Current {
        box.withLockedValue { $0 }
    }

    private static func read(_ certificateFile: String, _ keyFile: String, _ clientAuthorities: ClientAuthorities?) throws -> Current {
        let chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
        let key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        if let clientAuthorities {
            configuration.certificateVerification = .optionalVerification
            configuration.trustRoots = .certificates(clientAuthorities.certificates)
            configuration.sendCANameList = true
        }
        return Current(context: try NIOSSLContext(configuration: configuration), clientAuthorities: clientAuthorities)
    }
}
