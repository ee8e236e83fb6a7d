import HTTPMessages
import HTTPTypes
import Jobs
import JobsAPI
import NIOConcurrencyHelpers
import NIOCore
import Tokens

/// Limits each identity's request rate, with an allowance for bursts (`HTTP_API_RATE_LIMIT`).
final class RateLimiter: Sendable {
    /// The largest number of identities that are tracked. Beyond it, the ones idle longest are forgotten.
    private static let capacity = 50_000

    private struct Bucket {
        /// Requests that may be made at once.
        var tokens: Double
        var since: NIODeadline
    }

    /// Requests a second; at least one can be saved up.
    let rate: Double
    private let burst: Double
    private let now: @Sendable () -> NIODeadline
    private let buckets: NIOLockedValueBox<[IdentityDigest: Bucket]>

    /// - Parameter earlier: the limiter before a change of the configuration. What identities have used up under it stays used up.
    init(rate: Double, continuing earlier: RateLimiter? = nil, now: @escaping @Sendable () -> NIODeadline = { .now() }) {
        self.rate = rate
        self.burst = max(1, rate)
        self.now = now
        buckets = earlier?.buckets ?? NIOLockedValueBox([:])
    }

    /// Counts a request. A user of a trusted proxy or a certificate has one rate, however often the token minted for it is renewed.
    /// - Throws: 429 with the seconds to wait.
    func admit(_ caller: Caller) throws(Problem) {
        let (identity, now) = (caller.lastingIdentity, now())
        let missing = buckets.withLockedValue { buckets -> Double in
            if buckets.count >= Self.capacity, buckets[identity] == nil { prune(&buckets, now) }
            var bucket = buckets[identity] ?? Bucket(tokens: burst, since: now)
            bucket.tokens = tokens(bucket, now)
            bucket.since = now
            let missing = 1 - bucket.tokens
            if missing <= 0 { bucket.tokens -= 1 }
            buckets[identity] = bucket
            return missing
        }
        guard missing > 0 else { return }
        let seconds = max(1, Int((missing / rate).rounded(.up)))
        throw Problem(
            .rateLimited, "This identity makes more than \(rate.formattedRate) requests a second; try again in \(seconds) s",
            headers: [.retryAfter: String(seconds)])
    }

    private func tokens(_ bucket: Bucket, _ now: NIODeadline) -> Double {
        min(burst, bucket.tokens + Double((now - bucket.since).nanoseconds) / 1e9 * rate)
    }

    /// Who has all tokens again is as good as unknown.
    private func prune(_ buckets: inout [IdentityDigest: Bucket], _ now: NIODeadline) {
        buckets = buckets.filter { tokens($0.value, now) < burst }
        if buckets.count >= Self.capacity { buckets.removeAll() }
    }
}

extension Double {
    fileprivate var formattedRate: String { self == rounded() && self < 1e15 ? String(Int64(self)) : String(self) }
}
