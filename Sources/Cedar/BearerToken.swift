import Crypto

/// A JSON Web Token whose form has been checked before anything is sent to a scheduler. Its signature has not: that is the scheduler's task.
///
/// Accepted are tokens of at most 16 KiB with three parts in base64 for URLs, without padding; header and payload are JSON objects that
/// name nothing twice; the header's `alg` is HS256 with a `kid` (a token of the pool) or RS256 or ES256 (a token of an outside
/// issuer); there is no `crit`, and the signature has the length its algorithm makes. Everything else is refused: no algorithm, HS384 and HS512,
/// an empty signature. A bearer token never prints itself.
public struct BearerToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Which authentication method carries the token.
    public enum Kind: Sendable, Hashable {
        /// Signed with a key of the pool (IDTOKEN): the TOKEN method.
        case poolToken
        /// Signed by an outside issuer: the SCITOKENS method.
        case scitoken
    }

    /// Longest token, in bytes.
    public static let maximumLength = 16_384

    public let kind: Kind
    /// `kid` of the header; not empty for a pool token.
    public let keyID: String?
    /// `iss`.
    public let issuer: String?
    /// `sub`: the identity.
    public let subject: String?
    /// `jti`.
    public let tokenID: String?
    /// `iat` in seconds since 1970.
    public let issuedAt: Int64?
    /// `exp` in seconds since 1970; nil for a token without end.
    public let expiration: Int64?
    /// The words of `scope`.
    public let scopes: [String]
    /// Header and payload as they stand in the token.
    let signedText: String
    let signature: [UInt8]

    /// Checks the form of a token; see the type for what is accepted.
    /// - Throws: ``CedarError/Code/invalidCredential`` with the reason, which holds nothing of the token.
    public init(_ text: some StringProtocol) throws(CedarError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumLength else { throw Self.refused("is longer than \(Self.maximumLength) bytes") }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw Self.refused("does not have three parts") }
        guard let header = Base64.decodeURL(parts[0]).flatMap(TokenJSON.init) else { throw Self.refused("has a malformed header") }
        guard let payload = Base64.decodeURL(parts[1]).flatMap(TokenJSON.init) else { throw Self.refused("has a malformed payload") }
        guard let signature = Base64.decodeURL(parts[2]) else { throw Self.refused("has a malformed signature") }
        guard !signature.isEmpty else { throw Self.refused("is not signed") }
        guard header.members["crit"] == nil else { throw Self.refused("asks for extensions that are not known here") }

        keyID = try Self.text("kid", of: header)
        let lengths: ClosedRange<Int>
        switch header.members["alg"] {
        case .string("HS256"):
            guard let keyID, !keyID.isEmpty else { throw Self.refused("names no key") }
            kind = .poolToken
            lengths = 32...32
        case .string("RS256"):
            kind = .scitoken
            lengths = 128...2_048
        case .string("ES256"):
            kind = .scitoken
            lengths = 64...64
        default: throw Self.refused("is signed with an algorithm that is not accepted")
        }
        guard lengths.contains(signature.count) else { throw Self.refused("has a signature of the wrong length") }

        issuer = try Self.text("iss", of: payload)
        subject = try Self.text("sub", of: payload)
        tokenID = try Self.text("jti", of: payload)
        issuedAt = try Self.seconds("iat", of: payload)
        expiration = try Self.seconds("exp", of: payload)
        scopes = try Self.text("scope", of: payload)?.utf8.split(separator: 0x20).compactMap { String($0) } ?? []
        if kind == .poolToken {
            guard subject?.isEmpty == false || tokenID?.isEmpty == false else { throw Self.refused("names no identity") }
        }
        signedText = String(decoding: parts[0] + [UInt8(ascii: ".")] + parts[1], as: UTF8.self)
        self.signature = signature
    }

    /// The token as it goes into a file or a header. A secret: never log it.
    public var text: String { signedText + "." + Base64.encodeURL(signature) }

    /// The name that the TOKEN method claims: the subject, or the token's id when there is none.
    var claimedName: String { subject.flatMap { $0.isEmpty ? nil : $0 } ?? tokenID ?? "" }

    private static func text(_ name: String, of json: TokenJSON) throws(CedarError) -> String? {
        switch json.members[name] {
        case nil: return nil
        case .string(let text) where !text.utf8.contains(0): return text
        default: throw refused("has a malformed '\(name)'")
        }
    }

    private static func seconds(_ name: String, of json: TokenJSON) throws(CedarError) -> Int64? {
        guard let member = json.members[name] else { return nil }
        guard case .number(let value) = member, let seconds = Int64(exactly: value.rounded(.down)) else {
            throw refused("has a malformed '\(name)'")
        }
        return seconds
    }

    private static func refused(_ reason: String) -> CedarError {
        CedarError(.invalidCredential, "the token \(reason)")
    }

    public static func == (left: BearerToken, right: BearerToken) -> Bool {
        left.digest == right.digest
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
    }

    /// SHA-256 of the whole token.
    var digest: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    public var description: String { "BearerToken(hidden)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
