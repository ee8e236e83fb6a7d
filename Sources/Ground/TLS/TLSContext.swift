import COpenSSL
import POSIX

/// What the connections of a server have in common: its certificate, its key, and the CAs that verify clients.
///
/// TLS 1.2 and 1.3. The context is never changed after the initialiser, and the library guards its own counts; therefore threads may share it.
package final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    private let protocols: UnsafeMutablePointer<copenssl_protocols>

    /// The largest size of a certificate or key file in bytes.
    private static let fileLimit = 1 << 20

    /// - Parameters:
    ///   - certificateFile: a PEM file of the server's certificate and the certificates between it and the root.
    ///   - keyFile: a PEM file of the certificate's private key, without a password.
    ///   - protocols: names for ALPN, the preferred one first; at most 64 bytes in all. A client that offers none of them goes without.
    ///   - clientAuthorities: CAs of clients. If there are some, a client may show a certificate; one that does not verify ends the handshake.
    /// - Throws: if a file cannot be read, or if the key does not belong to the certificate.
    package init(
        certificateFile: String, keyFile: String, protocols names: [String], clientAuthorities: [TLSCertificate] = []
    ) throws(TLSError) {
        let chain = try TLSCertificate.all(inPEM: Self.contents(of: certificateFile))
        guard let certificate = chain.first else { throw TLSError("there is no certificate in \(certificateFile)") }
        let key = try Self.key(keyFile)
        defer { EVP_PKEY_free(key) }

        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw TLSError("no memory for TLS", library: ()) }
        pointer = context
        protocols = .allocate(capacity: 1)
        protocols.initialize(to: Self.list(names))
        copenssl_set_protocols(context, protocols)
        guard copenssl_configure(context) == 1 else { throw TLSError("TLS 1.2 is not available", library: ()) }
        guard SSL_CTX_use_certificate(context, certificate.pointer) == 1 else {
            throw TLSError("\(certificateFile) cannot be used", library: ())
        }
        for next in chain.dropFirst() where copenssl_add_to_chain(context, next.pointer) == 0 {
            throw TLSError("\(certificateFile) cannot be used", library: ())
        }
        guard SSL_CTX_use_PrivateKey(context, key) == 1, SSL_CTX_check_private_key(context) == 1 else {
            throw TLSError("the key does not belong to the certificate", library: ())
        }
        try verify(clientAuthorities)
    }

    deinit {
        SSL_CTX_free(pointer)
        protocols.deallocate()
    }

    private func verify(_ authorities: [TLSCertificate]) throws(TLSError) {
        guard !authorities.isEmpty else { return }
        let store = SSL_CTX_get_cert_store(pointer)
        for authority in authorities {
            guard X509_STORE_add_cert(store, authority.pointer) == 1, SSL_CTX_add_client_CA(pointer, authority.pointer) == 1 else {
                throw TLSError("a CA certificate cannot be used", library: ())
            }
        }
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
    }

    private static func list(_ names: [String]) -> copenssl_protocols {
        let bytes = names.flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + $0.utf8 }
        var list = copenssl_protocols()
        precondition(bytes.count <= MemoryLayout.size(ofValue: list.bytes), "the names of the protocols are too long")
        list.length = UInt32(bytes.count)
        withUnsafeMutableBytes(of: &list.bytes) { $0.copyBytes(from: bytes) }
        return list
    }

    private static func contents(of path: String) throws(TLSError) -> [UInt8] {
        do throws(SystemError) {
            return try FileReading.contents(of: path, limit: fileLimit)
        } catch {
            throw TLSError(error.sentence)
        }
    }

    private static func key(_ path: String) throws(TLSError) -> OpaquePointer {
        let memory = PEMReader(try contents(of: path))
        ERR_clear_error()
        guard let key = copenssl_read_key(memory.pointer) else {
            throw TLSError("\(path) does not hold a private key that can be read without a password", library: ())
        }
        return key
    }
}
