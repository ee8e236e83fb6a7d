import Cryptography

/// The certificate that a client has shown in the TLS handshake, after the server has verified it.
package struct ClientCertificate: Sendable {
    /// The CA certificates that a client certificate was verified by, as a digest: two are equal when the certificates are.
    package struct Authorities: Sendable, Hashable {
        private let digest: [UInt8]

        /// - Parameter certificates: the CA certificates in DER, in their order.
        package init(certificates: [[UInt8]]) {
            var hash = Hash(.sha256)
            for certificate in certificates {
                withUnsafeBytes(of: certificate.count) { hash.update($0) }
                hash.update(certificate)
            }
            digest = hash.finalize()
        }
    }

    /// The common names of its subject, as the certificate has them; usually one.
    package let commonNames: [String]
    /// The organizational units of its subject, as the certificate has them.
    package let organizationalUnits: [String]
    /// The last second in which it is valid, since 1970 in UTC. Connections may outlive it.
    package let validUntil: Int64
    /// The CAs that it was verified by. The server may use others by now.
    package let authorities: Authorities

    package init(commonNames: [String], organizationalUnits: [String] = [], validUntil: Int64, authorities: Authorities) {
        self.commonNames = commonNames
        self.organizationalUnits = organizationalUnits
        self.validUntil = validUntil
        self.authorities = authorities
    }
}
