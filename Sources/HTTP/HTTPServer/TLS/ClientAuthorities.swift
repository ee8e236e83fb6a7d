package import HTTPMessages
import TLS

/// The CA certificates by which the certificates of clients are verified.
package struct ClientAuthorities: Sendable, Equatable {
    /// Why a text cannot be used. Holds nothing of its contents.
    package struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// Where in the text, counted from 1; nil when it is about the whole.
        package let line: Int?
        package let reason: String

        package var description: String { line.map { "line \($0): \(reason)" } ?? reason }
    }

    let certificates: [TLSCertificate]
    /// What ``ClientCertificate/authorities`` is for a client that these have verified.
    package let identity: ClientCertificate.Authorities

    /// Reads a PEM text (RFC 7468) of one or more CA certificates, roots and those between them and the clients. What stands around the
    /// certificates is skipped, as in any PEM file.
    /// - Throws: when there is no certificate, one of them cannot be read or says that it is no CA's, or its issuer is missing: without the
    ///   root no client could be verified.
    package init(pem: [UInt8]) throws(Failure) {
        var certificates: [(line: Int, certificate: TLSCertificate)] = []
        var begun: (line: Int, offset: Int)?
        var number = 0
        var offset = 0
        while offset < pem.count {
            let end = pem[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? pem.count
            number += 1
            switch Self.boundary(pem[offset..<end]) {
            case .begin:
                if let begun { throw Failure(line: begun.line, reason: "the certificate that begins here has no end") }
                begun = (number, offset)
            case .end:
                guard let start = begun else { throw Failure(line: number, reason: "a certificate ends here that has not begun") }
                certificates.append((start.line, try Self.certificate(Array(pem[start.offset..<end]), line: start.line)))
                begun = nil
            case nil: break
            }
            offset = end + 1
        }
        if let begun { throw Failure(line: begun.line, reason: "the certificate that begins here has no end") }
        guard !certificates.isEmpty else { throw Failure(line: nil, reason: pem.isEmpty ? "it is empty" : "there is no certificate in it") }
        for (line, certificate) in certificates {
            guard certificates.contains(where: { certificate.names(asIssuer: $0.certificate) }) else {
                throw Failure(line: line, reason: "the issuer of the certificate that begins here is not in the file")
            }
        }
        self.certificates = certificates.map(\.certificate)
        identity = ClientCertificate.Authorities(certificates: self.certificates.map(\.der))
    }

    private enum Boundary {
        case begin
        case end
    }

    private static func boundary(_ line: ArraySlice<UInt8>) -> Boundary? {
        guard line.first == UInt8(ascii: "-") else { return nil }
        var line = line
        while let last = line.last, last == UInt8(ascii: "\r") || last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { line.removeLast() }
        return switch String(decoding: line, as: UTF8.self) {
        case "-----BEGIN CERTIFICATE-----", "-----BEGIN X509 CERTIFICATE-----": .begin
        case "-----END CERTIFICATE-----", "-----END X509 CERTIFICATE-----": .end
        default: nil
        }
    }

    private static func certificate(_ block: [UInt8], line: Int) throws(Failure) -> TLSCertificate {
        guard let certificate = try? TLSCertificate.all(inPEM: block).first else {
            throw Failure(line: line, reason: "the certificate that begins here cannot be read")
        }
        guard !certificate.isEndEntity else { throw Failure(line: line, reason: "the certificate that begins here is not a CA's") }
        return certificate
    }
}
