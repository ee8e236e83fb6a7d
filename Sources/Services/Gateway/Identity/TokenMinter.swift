import Glibc
import NIOConcurrencyHelpers
import Tokens

/// Makes short-lived tokens for users whom a trusted proxy or a certificate names. A token is reused while it is fresh, so that the scheduler's
/// sessions can be reused.
final class TokenMinter: Sendable {
    /// A token's lifetime in seconds.
    static let lifetime: Int64 = 900
    /// The largest number of users whose tokens are kept.
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

    /// A token that stays valid for at least a third of its lifetime.
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
