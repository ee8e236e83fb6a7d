package import HTTPMessages
import NIOSSL

/// The CA certificates by which the certificates of clients are verified.
package struct ClientAuthorities: Sendable, Equatable {
    /// Why a text cannot be used. Holds nothing of its contents.
    package struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// Where in the text, counted from 1; nil when it is about the whole.
        package let line: Int?
        package let reason: String

        package var description: String { line.map { "line \($0): \(reason)" } ?? reason }
    }

    let certificates: [NIOSSLCertificate]
    /// What ``ClientCertificate/authorities`` is for a client that these have verified.
    package let identity: ClientCertificate.Authorities

    /// Reads a PEM text (RFC 7468) of one or more CA certificates, roots and those between them and the clients. What stands around the
    /// certificates is skipped, as in any PEM file.
    /// - Throws: when there is no certificate, one of them cannot be read or says that it is no CA's, or its issuer is missing: without the
    ///   root no client could be verified.
    package init(pem: [UInt8]) throws(Failure) {
        var certificates: [(line: Int, certificate: NIOSSLCertificate)] = []
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
            let issuer = certificate.issuerName
            guard certificates.contains(where: { $0.certificate.subjectName == issuer }) else {
                throw Failure(line: line, reason: "the issuer of the certificate that begins here is not in the file")
            }
        }
        self.certificates = certificates.map(\.certificate)
        identity = ClientCertificate.Authorities(certificates: self.certificates.map { (try? $0.toDERBytes()) ?? [] })
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

    private static func certificate(_ block: [UInt8], line: Int) throws(Failure) -> NIOSSLCertificate {
        guard let certificate = try? NIOSSLCertificate(bytes: block, format: .pem), let bytes = try? certificate.toDERBytes() else {
            throw Failure(line: line, reason: "the certificate that begins here cannot be read")
        }
        guard !isEndEntity(bytes) else { throw Failure(line: line, reason: "the certificate that begins here is not a CA's") }
        return certificate
    }

    /// Whether a certificate says by its basic constraints (RFC 5280, 4.2.1.9) that it is no CA's.
    static func isEndEntity(_ certificate: [UInt8]) -> Bool {
        let identifier: [UInt8] = [0x06, 0x03, 0x55, 0x1D, 0x13]
        let isTrue: [UInt8] = [0x01, 0x01, 0xFF]
        guard certificate.count > identifier.count,
            let start = certificate.indices.dropLast(identifier.count).first(where: { certificate[$0...].starts(with: identifier) })
        else { return false }
        var rest = certificate[(start + identifier.count)...]
        if rest.starts(with: isTrue) { rest = rest.dropFirst(isTrue.count) }
        // An octet string that holds a sequence, each shorter than 128 bytes.
        guard rest.count >= 4, rest.first == 0x04, rest.dropFirst(2).first == 0x30 else { return false }
        return !rest.dropFirst(4).starts(with: isTrue)
    }
}
