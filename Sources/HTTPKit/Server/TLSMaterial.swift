import NIOConcurrencyHelpers
import NIOSSL

/// A certificate chain and its key from PEM files, which can be read anew while the server runs.
public final class TLSMaterial: Sendable {
    private let current: NIOLockedValueBox<NIOSSLContext>

    /// - Throws: when a file cannot be read, or the key does not belong to the certificate.
    public init(certificateFile: String, keyFile: String) throws {
        current = NIOLockedValueBox(try Self.context(certificateFile, keyFile))
    }

    /// Reads the files again, or others; connections that are open keep what they have.
    /// - Throws: as the initialiser; the old certificate then stays in use.
    public func load(certificateFile: String, keyFile: String) throws {
        let context = try Self.context(certificateFile, keyFile)
        current.withLockedValue { $0 = context }
    }

    var context: NIOSSLContext {
        current.withLockedValue { $0 }
    }

    private static func context(_ certificateFile: String, _ keyFile: String) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
        let key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}
