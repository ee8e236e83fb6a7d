import Cryptography
import Text

/// The claims of a pool token to be signed.
///
/// Source: the form of tokens made by `condor_token_create` 25.14.1 (sorted names, no spaces, `/` written as `\/`).
package struct IDToken: Sendable, Hashable {
    /// `sub`: the identity, `user@domain`.
    package var subject: String
    /// `iss`: the pool's trust domain.
    package var issuer: String
    /// `iat` in seconds since 1970.
    package var issuedAt: Int64
    /// `exp` in seconds since 1970; nil for a token without expiry.
    package var expiration: Int64?
    /// `jti`: 32 hexadecimal digits.
    package var tokenID: String
    /// `scope`: for instance `condor:/READ`. Without any such word there is no restriction.
    package var scopes: [String]

    package init(
        subject: String, issuer: String, issuedAt: Int64, expiration: Int64? = nil, tokenID: String = IDToken.randomID(),
        scopes: [String] = []
    ) {
        self.subject = subject
        self.issuer = issuer
        self.issuedAt = issuedAt
        self.expiration = expiration
        self.tokenID = tokenID
        self.scopes = scopes
    }

    /// 32 random hexadecimal digits.
    package static func randomID() -> String { Hex.string(RandomBytes.make(16)) }

    /// The signed token.
    /// - Throws: ``TokenError`` if the result would not be accepted as a token (empty identity, too long).
    package func signed(with key: SigningKey) throws(TokenError) -> BearerToken {
        guard !subject.isEmpty else { throw TokenError("the token names no identity") }
        let header = "{\"alg\":\"HS256\",\"kid\":\(Self.quoted(key.id))}"
        var claims: [String] = []
        if let expiration { claims.append("\"exp\":\(expiration)") }
        claims.append("\"iat\":\(issuedAt)")
        claims.append("\"iss\":\(Self.quoted(issuer))")
        claims.append("\"jti\":\(Self.quoted(tokenID))")
        if !scopes.isEmpty { claims.append("\"scope\":\(Self.quoted(scopes.joined(separator: " ")))") }
        claims.append("\"sub\":\(Self.quoted(subject))")
        let payload = "{" + claims.joined(separator: ",") + "}"
        let signedText = Base64.encodeURL(header.utf8) + "." + Base64.encodeURL(payload.utf8)
        return try BearerToken(signedText + "." + Base64.encodeURL(key.signature(of: signedText)))
    }

    /// A JSON string.
    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: bytes += Array("\\u00".utf8) + [Hex.digit(byte >> 4), Hex.digit(byte)]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }
}
