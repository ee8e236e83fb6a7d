import Glibc
import NIOConcurrencyHelpers
import Tokens

/// Makes short-lived tokens for users that a trusted proxy or a certificate names, and gives the same one again while it is fresh, so that the
/// scheduler's sessions can be used again.
final class TokenMinter: Sendable {
    /// Seconds a token lives.
    static let lifetime: Int64 = 900
    /// Users whose tokens are kept at most.
    private static let capacity = 10_000

    private let key: SigningKey
    private let issuer: String
    private let tokens = NIOLockedValueBox<[String: BearerToken]>([:])
    private let now: @Sendable () -> Int64

    init(key: SigningKey, issuer: String, now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }) {
        self.key = key
        self.issuer = issuer
        self.now = now
    }

    /// A token that is good for at least a third of its life from now on.
    func token(for user: NamedUser) throws(TokenError) -> BearerToken {
        let now = now()
        if let known = tokens.withLockedValue({ $0[user.identity] }), (known.expiration ?? 0) - now > Self.lifetime / 3 { return known }
        let claims = IDToken(subject: user.identity, issuer: issuer, issuedAt: now, expiration: now + Self.lifetime)
        let token = try claims.signed(with: key)
        tokens.withLockedValue { tokens in
            if tokens.count >= Self.capacity { tokens = tokens.filter { ($0.value.expiration ?? 0) > now } }
            if tokens.count >= Self.capacity { tokens.removeAll() }
            tokens[user.identity] = token
        }
        return token
    }
}
