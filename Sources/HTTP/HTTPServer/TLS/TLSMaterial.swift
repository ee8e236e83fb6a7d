import Synchronization
package import TLS

/// A certificate chain with its key, read from PEM files, and the CAs that verify clients. Both can be replaced while the server runs.
///
/// With CAs, clients may show a certificate: one that does not verify (signatures up to a root, validity, and for clients where it says what
/// it is for) fails the handshake. A client without one is served as if there were no CAs.
package final class TLSMaterial: Sendable {
    /// What new connections use.
    struct Current: Sendable {
        var context: TLSContext
        var clientAuthorities: ClientAuthorities?
    }

    private let box: Mutex<Current>

    /// - Throws: when a file cannot be read, or the key does not belong to the certificate.
    package init(certificateFile: String, keyFile: String, clientAuthorities: ClientAuthorities? = nil) throws(TLSError) {
        box = Mutex(try Self.read(certificateFile, keyFile, clientAuthorities))
    }

    /// Reads these files. Open connections keep what they began with.
    /// - Throws: as the initialiser; the old certificate and CAs then stay in use.
    package func load(certificateFile: String, keyFile: String, clientAuthorities: ClientAuthorities? = nil) throws(TLSError) {
        let new = try Self.read(certificateFile, keyFile, clientAuthorities)
        box.withLock { $0 = new }
    }

    var current: Current {
        box.withLock { $0 }
    }

    private static func read(_ certificateFile: String, _ keyFile: String, _ clientAuthorities: ClientAuthorities?) throws(TLSError) -> Current {
        let context = try TLSContext(
            certificateFile: certificateFile, keyFile: keyFile, protocols: ["h2", "http/1.1"],
            clientAuthorities: clientAuthorities?.certificates ?? [])
        return Current(context: context, clientAuthorities: clientAuthorities)
    }
}
