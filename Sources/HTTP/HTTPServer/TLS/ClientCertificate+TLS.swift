package import HTTPMessages
import TLS

extension ClientCertificate {
    /// - Parameter authorities: the CAs that it was verified by.
    package init(commonNames: [String], organizationalUnits: [String] = [], validUntil: Int64, authorities: ClientAuthorities) {
        self.init(
            commonNames: commonNames, organizationalUnits: organizationalUnits, validUntil: validUntil, authorities: authorities.identity)
    }

    init(_ certificate: TLSCertificate, authorities: ClientAuthorities) {
        self.init(
            commonNames: certificate.commonNames, organizationalUnits: certificate.organizationalUnits, validUntil: certificate.validUntil,
            authorities: authorities.identity)
    }
}
