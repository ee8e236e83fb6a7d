import Cedar
import Tokens
@testable import Gateway
import HTTPMessages
import HTTPTypes
import NIOConcurrencyHelpers
import NIOCore
import Testing

@Suite struct RateLimiterTests {
    private let time = NIOLockedValueBox(NIODeadline.uptimeNanoseconds(1_000_000_000))

    private func limiter(_ rate: Double, continuing earlier: RateLimiter? = nil) -> RateLimiter {
        RateLimiter(rate: rate, continuing: earlier, now: { [time] in time.withLockedValue { $0 } })
    }

    private func admitted(_ limiter: RateLimiter, _ name: String, _ tries: Int) -> Int {
        (0..<tries).filter { _ in (try? limiter.admit(IdentityDigest(.claimToBe(name)))) != nil }.count
    }

    @Test func eachIdentityHasItsOwnRate() {
        let limiter = limiter(5)
        #expect(admitted(limiter, "alice", 20) == 5)
        #expect(admitted(limiter, "bob", 20) == 5)
        time.withLockedValue { $0 = $0 + .milliseconds(400) }
        #expect(admitted(limiter, "alice", 20) == 2)
        time.withLockedValue { $0 = $0 + .hours(1) }
        #expect(admitted(limiter, "alice", 20) == 5)
    }

    @Test func theRefusalSaysWhenToComeAgain() throws {
        let limiter = limiter(0.1)
        #expect(admitted(limiter, "alice", 2) == 1)
        do {
            try limiter.admit(IdentityDigest(.claimToBe("alice")))
            Issue.record("admitted")
        } catch {
            #expect(error.status == .tooManyRequests && error.headers[.retryAfter] == "10")
        }
        time.withLockedValue { $0 = $0 + .seconds(10) }
        #expect(admitted(limiter, "alice", 2) == 1)
    }

    /// A reloaded configuration gives nobody their requests back.
    @Test func aNewRateContinuesTheOldOne() {
        let first = limiter(5)
        #expect(admitted(first, "alice", 20) == 5)
        let second = limiter(2, continuing: first)
        #expect(admitted(second, "alice", 20) == 0)
        #expect(admitted(second, "bob", 20) == 2)
        time.withLockedValue { $0 = $0 + .milliseconds(500) }
        #expect(admitted(second, "alice", 20) == 1)
    }

    @Test func manyIdentitiesAreForgotten() {
        let limiter = limiter(1)
        for number in 0..<60_000 { _ = admitted(limiter, "user\(number)", 1) }
        #expect(admitted(limiter, "alice", 3) == 1)
    }
}
