import Cedar
import Tokens
@testable import Gateway
import HTTPMessages
import HTTPTypes
import Jobs
import NIOConcurrencyHelpers
import NIOCore
import Testing

@Suite struct RateLimiterTests {
    private let time = NIOLockedValueBox(NIODeadline.uptimeNanoseconds(1_000_000_000))

    private func limiter(_ rate: Double, continuing earlier: RateLimiter? = nil) -> RateLimiter {
        RateLimiter(rate: rate, continuing: earlier, now: { [time] in time.withLockedValue { $0 } })
    }

    private func admitted(_ limiter: RateLimiter, _ name: String, _ tries: Int) -> Int {
        (0..<tries).filter { _ in (try? limiter.admit(Caller(credential: .claimToBe(name)))) != nil }.count
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
            try limiter.admit(Caller(credential: .claimToBe("alice")))
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

    @Test func aRenewedTokenKeepsItsUsersRate() throws {
        let seconds = NIOLockedValueBox<Int64>(1_000)
        let minter = TokenMinter(
            key: try SigningKey(id: "POOL", fileContents: [1, 2, 3]), issuer: "pool", now: { seconds.withLockedValue { $0 } })
        let user = try NamedUser(["alice"], domain: "pool")
        let limiter = limiter(1)
        let first = try minter.token(for: user)
        #expect((try? limiter.admit(Caller(credential: .token(first), user: user.identity))) != nil)
        seconds.withLockedValue { $0 += TokenMinter.lifetime }
        let second = try minter.token(for: user)
        #expect(IdentityDigest(.token(first)) != IdentityDigest(.token(second)))
        #expect((try? limiter.admit(Caller(credential: .token(second), user: user.identity))) == nil)
        // A token that a client brings has a rate of its own.
        #expect((try? limiter.admit(Caller(credential: .token(second)))) != nil)
    }

    @Test func manyIdentitiesAreForgotten() {
        let limiter = limiter(1)
        for number in 0..<60_000 { _ = admitted(limiter, "user\(number)", 1) }
        #expect(admitted(limiter, "alice", 3) == 1)
    }
}
