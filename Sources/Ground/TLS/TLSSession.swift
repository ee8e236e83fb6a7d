import COpenSSL

/// The server's end of one TLS connection, without a socket: the peer's bytes go in, plaintext and bytes for the peer come out.
package struct TLSSession: ~Copyable {
    /// What a read found.
    package enum Read: Sendable, Equatable {
        /// This number of bytes of plaintext.
        case bytes(Int)
        /// Nothing until more bytes of the peer arrive.
        case needsInput
        /// The peer will send nothing more (close_notify).
        case ended
    }

    /// The largest number of bytes of plaintext in a record (RFC 8446, 5.1).
    package static let recordSize = 16_384

    private let context: TLSContext
    private let session: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    /// - Throws: if there is no memory.
    package init(_ context: TLSContext) throws(TLSError) {
        guard let session = SSL_new(context.pointer) else { throw TLSError("no memory for TLS", library: ()) }
        guard let input = copenssl_memory(), let output = copenssl_memory() else {
            SSL_free(session)
            throw TLSError("no memory for TLS", library: ())
        }
        // The session owns both from here on.
        SSL_set_bio(session, input, output)
        SSL_set_accept_state(session)
        self.context = context
        self.session = session
        self.input = input
        self.output = output
    }

    deinit {
        SSL_free(session)
    }

    /// Adds bytes of the peer.
    package mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(TLSError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = BIO_write(input, rest.baseAddress, Int32(clamping: rest.count))
            guard count > 0 else { throw TLSError("no memory for TLS", library: ()) }
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
        }
    }

    /// Continues the handshake with the bytes that have arrived. What it has to say to the peer, also about a failure, is in the output.
    /// - Returns: whether the handshake is complete.
    package mutating func handshake() throws(TLSError) -> Bool {
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        if result == 1 { return true }
        guard SSL_get_error(session, result) == SSL_ERROR_WANT_READ else { throw TLSError("the handshake failed", library: ()) }
        return false
    }

    /// Reads plaintext.
    package mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSError) -> Read {
        ERR_clear_error()
        var count = 0
        let result = SSL_read_ex(session, buffer.baseAddress, buffer.count, &count)
        if result == 1 { return .bytes(count) }
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .needsInput
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: throw TLSError("the peer's bytes are not TLS", library: ())
        }
    }

    /// Encrypts plaintext into the output. The handshake must be complete.
    package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(TLSError) {
        guard !bytes.isEmpty else { return }
        ERR_clear_error()
        var count = 0
        guard SSL_write_ex(session, bytes.baseAddress, bytes.count, &count) == 1, count == bytes.count else {
            throw TLSError("the connection cannot be written", library: ())
        }
    }

    /// Tells the peer that nothing more will follow (close_notify). Before the handshake is complete, nothing is said.
    package mutating func close() {
        guard SSL_is_init_finished(session) == 1 else { return }
        ERR_clear_error()
        SSL_shutdown(session)
        ERR_clear_error()
    }

    /// The number of bytes for the peer that wait to be taken.
    package var pendingOutput: Int { BIO_ctrl_pending(output) }

    /// Takes bytes for the peer.
    /// - Returns: their number.
    package mutating func takeOutput(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        Int(max(BIO_read(output, buffer.baseAddress, Int32(clamping: buffer.count)), 0))
    }

    /// The protocol that was agreed upon by ALPN; nil if there is none.
    package var negotiatedProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &length)
        guard let name, length > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self)
    }

    /// The certificate that the peer has shown, if it was verified.
    package var peerCertificate: TLSCertificate? {
        guard let certificate = SSL_get1_peer_certificate(session) else { return nil }
        let verified = TLSCertificate(owning: certificate)
        return SSL_get_verify_result(session) == Int(X509_V_OK) ? verified : nil
    }
}
