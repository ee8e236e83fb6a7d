import Cryptography
import Text

/// A JSON Web Token whose form has been checked before anything is sent to a scheduler. Its signature has not been checked: that is the scheduler's
/// task.
///
/// Accepted are tokens of up to 16 KiB with three parts in URL base64 without padding. Header and payload are JSON objects without duplicate names.
/// The header's `alg` is HS256 with a `kid` (a token of the pool), or RS256 or ES256 (a token of an outside issuer). There is no `crit`, and the
/// signature has the length for its algorithm. Everything else is refused: no algorithm, HS384 and HS512, an empty signature. A bearer token never
/// prints itself.
package struct BearerToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The authentication method for the token.
    package enum Kind: Sendable, Hashable {
        /// Signed with one of the pool's keys (IDTOKEN): the TOKEN method.
        case poolToken
        /// Signed by an outside issuer: the SCITOKENS method.
        case scitoken
    }

    /// The longest token, in bytes.
    package static let maximumLength = 16_384

    package let kind: Kind
    package let claims: TokenClaims
    /// Header and payload as in the token.
    package let signedText: String
    package let signature: [UInt8]
    /// SHA-256 of the whole token.
    let digest: [UInt8]

    /// Checks a token's form; the type's comment says what is accepted.
    /// - Throws: ``TokenError`` with a reason that contains no part of the token.
    package init(_ text: some StringProtocol) throws(TokenError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumLength else { throw TokenClaims.refused("is longer than \(Self.maximumLength) bytes") }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw TokenClaims.refused("does not have three parts") }
        claims = try TokenClaims(header: parts[0], payload: parts[1])
        guard let signature = Base64.decodeURL(parts[2]) else { throw TokenClaims.refused("has a malformed signature") }
        guard !signature.isEmpty else { throw TokenClaims.refused("is not signed") }
        let lengths: ClosedRange<Int>
        switch claims.algorithm {
        case "HS256":
            guard claims.keyID?.isEmpty == false else { throw TokenClaims.refused("names no key") }
            guard !claims.name.isEmpty else { throw TokenClaims.refused("names no identity") }
            kind = .poolToken
            lengths = 32...32
        case "RS256":
            kind = .scitoken
            lengths = 128...2_048
        case "ES256":
            kind = .scitoken
            lengths = 64...64
        default: throw TokenClaims.refused("is signed with an algorithm that is not accepted")
        }
        guard lengths.contains(signature.count) else { throw TokenClaims.refused("has a signature of the wrong length") }
        signedText = String(decoding: parts[0] + [UInt8(ascii: ".")] + parts[1], as: UTF8.self)
        self.signature = signature
        digest = Hash.sha256(bytes)
    }

    /// The token's text for a file or a header. Secret: never log it.
    package var text: String { signedText + "." + Base64.encodeURL(signature) }

    /// The header's `kid`; not empty for a pool token.
    package var keyID: String? { claims.keyID }
    /// `iss`.
    package var issuer: String? { claims.issuer }
    /// `sub`: the identity.
    package var subject: String? { claims.subject }
    /// `jti`.
    package var tokenID: String? { claims.tokenID }
    /// `iat` in seconds since 1970.
    package var issuedAt: Int64? { claims.issuedAt }
    /// `exp` in seconds since 1970; nil for a token without expiry.
    package var expiration: Int64? { claims.expiration }
    /// The words of `scope`.
    package var scopes: [String] { claims.scopes }

    package static func == (left: BearerToken, right: BearerToken) -> Bool {
        left.digest == right.digest
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
    }

    package var description: String { "BearerToken(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
