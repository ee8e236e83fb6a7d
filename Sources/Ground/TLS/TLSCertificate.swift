import COpenSSL
import Glibc

/// An X.509 certificate.
///
/// It is never changed after it was read, and the library guards what it computes from it later; therefore threads may share it.
package final class TLSCertificate: @unchecked Sendable, Equatable {
    let pointer: OpaquePointer

    /// Takes over a reference to a certificate of the library.
    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit { X509_free(pointer) }

    /// Reads the certificates of a PEM text (RFC 7468) in their order, and skips everything else.
    /// - Throws: if one of them cannot be read. A text without certificates gives an empty array.
    package static func all(inPEM text: [UInt8]) throws(TLSError) -> [TLSCertificate] {
        var found: [TLSCertificate] = []
        let memory = PEMReader(text)
        ERR_clear_error()
        while let certificate = PEM_read_bio_X509(memory.pointer, nil, copenssl_no_password, nil) {
            found.append(TLSCertificate(owning: certificate))
        }
        guard copenssl_is_end_of_pem(ERR_peek_last_error()) != 0 else { throw TLSError("a certificate cannot be read", library: ()) }
        ERR_clear_error()
        return found
    }

    /// The certificate in DER.
    package var der: [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(pointer, &bytes)
        defer { copenssl_free(bytes) }
        guard count > 0 else { return [] }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// The common names of the subject, in the order of the certificate.
    package var commonNames: [String] { subject(NID_commonName) }
    /// The organizational units of the subject, in the order of the certificate.
    package var organizationalUnits: [String] { subject(NID_organizationalUnitName) }

    private func subject(_ type: Int32) -> [String] {
        let name = X509_get_subject_name(pointer)
        var values: [String] = []
        var place = X509_NAME_get_index_by_NID(name, type, -1)
        while place >= 0 {
            var text: UnsafeMutablePointer<UInt8>?
            let length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, place)))
            if length >= 0 { values.append(String(decoding: UnsafeBufferPointer(start: text, count: Int(length)), as: UTF8.self)) }
            copenssl_free(text)
            place = X509_NAME_get_index_by_NID(name, type, place)
        }
        return values
    }

    /// The last second in which the certificate is valid, since 1970 in UTC. A time that cannot be read is long past.
    package var validUntil: Int64 {
        var parts = tm()
        guard ASN1_TIME_to_tm(X509_get0_notAfter(pointer), &parts) == 1 else { return 0 }
        return Int64(timegm(&parts))
    }

    /// Whether the certificate says by its basic constraints (RFC 5280, 4.2.1.9) that it is not a CA's.
    package var isEndEntity: Bool {
        let flags = X509_get_extension_flags(pointer)
        return flags & UInt32(EXFLAG_BCONS) != 0 && flags & UInt32(EXFLAG_CA) == 0
    }

    /// Whether the subject of another certificate is the issuer of this one. Says nothing about signatures.
    package func names(asIssuer other: TLSCertificate) -> Bool {
        X509_NAME_cmp(X509_get_issuer_name(pointer), X509_get_subject_name(other.pointer)) == 0
    }

    package static func == (left: TLSCertificate, right: TLSCertificate) -> Bool { X509_cmp(left.pointer, right.pointer) == 0 }
}

/// A PEM text for the library to read.
struct PEMReader: ~Copyable {
    let pointer: OpaquePointer?

    init(_ text: [UInt8]) {
        pointer = BIO_new(BIO_s_mem())
        BIO_write(pointer, text, Int32(clamping: text.count))
    }

    deinit {
        BIO_free(pointer)
    }
}
