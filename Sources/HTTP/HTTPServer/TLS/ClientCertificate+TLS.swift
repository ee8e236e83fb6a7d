package import HTTPMessages
import NIOSSL

extension ClientCertificate {
    /// - Parameter authorities: the CAs that it was verified by.
    package init(commonNames: [String], organizationalUnits: [String] = [], validUntil: Int64, authorities: ClientAuthorities) {
        self.init(
            commonNames: commonNames, organizationalUnits: organizationalUnits, validUntil: validUntil, authorities: authorities.identity)
    }

    init(_ certificate: NIOSSLCertificate, authorities: ClientAuthorities) {
        let subject = certificate.subjectName
        self.init(
            commonNames: subject.filter { $0.type == .commonName }.map(\.value),
            organizationalUnits: subject.filter { $0.type == .organizationalUnit }.map(\.value),
            validUntil: Int64(certificate.notValidAfter), authorities: authorities.identity)
    }
}
