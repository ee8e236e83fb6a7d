import Cryptography
import JSON
import Text

/// A token's claims, read from its header and payload without its signature: the form that the TOKEN method sends.
///
/// Both parts are JSON objects in URL base64 without padding. Critical extensions (`crit`) are refused.
package struct TokenClaims: Sendable, Hashable {
    /// `alg`.
    package let algorithm: String?
    /// `kid`.
    package let keyID: String?
    /// `iss`.
    package let issuer: String?
    /// `sub`.
    package let subject: String?
    /// `jti`.
    package let tokenID: String?
    /// `iat` in seconds since 1970.
    package let issuedAt: Int64?
    /// `nbf` in seconds since 1970.
    package let notBefore: Int64?
    /// `exp` in seconds since 1970.
    package let expiration: Int64?
    /// The words of `scope`.
    package let scopes: [String]

    /// Reads both parts, in URL base64.
    init(header: some Sequence<UInt8>, payload: some Sequence<UInt8>) throws(TokenError) {
        let header = try Self.object(header, called: "header")
        let payload = try Self.object(payload, called: "payload")
        guard header["crit"] == nil else { throw Self.refused("asks for extensions that are not known here") }
        algorithm = try Self.text("alg", of: header)
        keyID = try Self.text("kid", of: header)
        issuer = try Self.text("iss", of: payload)
        subject = try Self.text("sub", of: payload)
        tokenID = try Self.text("jti", of: payload)
        issuedAt = try Self.seconds("iat", of: payload)
        notBefore = try Self.seconds("nbf", of: payload)
        expiration = try Self.seconds("exp", of: payload)
        scopes = try Self.text("scope", of: payload)?.utf8.split(separator: 0x20).compactMap { String($0) } ?? []
    }

    /// Reads `header.payload`.
    package init(signedText: String) throws(TokenError) {
        let parts = signedText.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard signedText.utf8.count <= BearerToken.maximumLength, parts.count == 2 else { throw Self.refused("does not have its parts") }
        try self.init(header: parts[0], payload: parts[1])
    }

    /// The name that the TOKEN method claims: the subject, or the token's id if there is none.
    package var name: String { subject.flatMap { $0.isEmpty ? nil : $0 } ?? tokenID ?? "" }

    /// One of the two parts: an object without duplicate names.
    private static func object(_ part: some Sequence<UInt8>, called name: String) throws(TokenError) -> JSONValue {
        let limits = JSONValue.Limits(length: BearerToken.maximumLength, depth: 16)
        guard let text = Base64.decodeURL(part), let value = try? JSONValue.parse(text, limits: limits), case .object = value else {
            throw refused("has a malformed \(name)")
        }
        return value
    }

    private static func text(_ name: String, of object: JSONValue) throws(TokenError) -> String? {
        switch object[name] {
        case nil: return nil
        case .string(let text) where !text.utf8.contains(0): return text
        default: throw refused("has a malformed '\(name)'")
        }
    }

    private static func seconds(_ name: String, of object: JSONValue) throws(TokenError) -> Int64? {
        switch object[name] {
        case nil: return nil
        case .integer(let seconds): return seconds
        case .number(let value):
            guard let seconds = Int64(exactly: value.rounded(.down)) else { throw refused("has a malformed '\(name)'") }
            return seconds
        default: throw refused("has a malformed '\(name)'")
        }
    }

    static func refused(_ reason: String) -> TokenError {
        TokenError("the token \(reason)")
    }
}
