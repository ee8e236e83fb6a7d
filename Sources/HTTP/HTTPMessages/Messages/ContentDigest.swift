import Cryptography
import HTTPTypes
import NIOCore
import Text

/// A digest of a body, as a `Content-Digest` field announces it (RFC 9530).
package struct ContentDigest: Sendable, Hashable {
    enum Algorithm: String, Sendable, Hashable {
        case sha256 = "sha-256"
        case sha512 = "sha-512"
    }

    let algorithm: Algorithm
    /// In base64, with padding.
    let value: String

    /// The digests in a field that can be checked; those of other algorithms are left out, as the RFC allows.
    /// - Throws: a ``Problem`` (400) if the field cannot be read.
    package static func list(_ field: String) throws(Problem) -> [ContentDigest] {
        var digests: [ContentDigest] = []
        for element in field.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            var item = Substring(element)
            while let first = item.utf8.first, first == 0x20 || first == 0x09 { item = item.dropFirst() }
            while let last = item.utf8.last, last == 0x20 || last == 0x09 { item = item.dropLast() }
            guard let equals = item.utf8.firstIndex(of: UInt8(ascii: "=")) else { throw malformed }
            let value = item[item.utf8.index(after: equals)...].utf8
            guard value.count >= 2, value.first == UInt8(ascii: ":"), value.last == UInt8(ascii: ":"), !item[..<equals].isEmpty else {
                throw malformed
            }
            guard let algorithm = Algorithm(rawValue: item[..<equals].lowercased()) else { continue }
            digests.append(ContentDigest(algorithm: algorithm, value: String(Substring(value.dropFirst().dropLast()))))
        }
        return digests
    }

    private static var malformed: Problem {
        let detail = "Content-Digest: a form such as sha-256=:BASE64: is expected"
        return Problem(.badParameter, detail, errors: [.init(.parameter("Content-Digest"), detail)])
    }
}

extension Problem.Kind {
    /// The body is not the one its `Content-Digest` was made of.
    package static let digestMismatch = Self("DIGEST_MISMATCH", .badRequest, "The body does not match its Content-Digest")
}

/// Compares the bytes of a body with its digests while they pass.
struct ContentDigestCheck {
    private let expected: [ContentDigest]
    private var sha256: Hash?
    private var sha512: Hash?

    init(_ expected: [ContentDigest]) {
        self.expected = expected
        if expected.contains(where: { $0.algorithm == .sha256 }) { sha256 = Hash(.sha256) }
        if expected.contains(where: { $0.algorithm == .sha512 }) { sha512 = Hash(.sha512) }
    }

    mutating func update(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { bytes in
            sha256?.update(bytes)
            sha512?.update(bytes)
        }
    }

    /// To be called after the last byte.
    func verify() throws(Problem) {
        for digest in expected {
            let actual: [UInt8]? =
                switch digest.algorithm {
                case .sha256: sha256?.finalize()
                case .sha512: sha512?.finalize()
                }
            guard let actual, Base64.encode(actual) == digest.value else {
                throw Problem(
                    .digestMismatch, "The \(digest.algorithm.rawValue) of the body is not the one in Content-Digest",
                    errors: [.init(.parameter("Content-Digest"), "another digest")])
            }
        }
    }
}
