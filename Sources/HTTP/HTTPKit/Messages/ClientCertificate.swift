import NIOSSL

/// The certificate that a client has shown in the TLS handshake, after the server has verified it.
package struct ClientCertificate: Sendable {
    /// The common names of its subject, as the certificate has them; usually one.
    package let commonNames: [String]
    /// The last second in which it is valid, since 1970 in UTC. Connections may outlive it.
    package let validUntil: Int64
    /// By which it was verified. The server may go by others by now.
    package let authorities: ClientAuthorities

    package init(commonNames: [String], validUntil: Int64, authorities: ClientAuthorities) {
        self.commonNames = commonNames
        self.validUntil = validUntil
        self.authorities = authorities
    }

    init(_ certificate: NIOSSLCertificate, authorities: ClientAuthorities) {
        self.init(
            commonNames: certificate.subjectName.filter { $0.type == .commonName }.map(\.value), validUntil: Int64(certificate.notValidAfter),
            authorities: authorities)
    }
}
