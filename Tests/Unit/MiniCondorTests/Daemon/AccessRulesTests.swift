import Tokens
import Testing

@testable import Cedar
@testable import MiniCondor

@Suite struct AccessRulesTests {
    private let rules = AccessRules(userDomain: "pool.test")

    @Test(arguments: [
        ("unauthenticated@unmapped", AuthorizationLevel.read, true), ("unauthenticated@unmapped", .write, false),
        ("alice@pool.test", .write, true), ("alice@other.test", .write, false), ("@pool.test", .write, false), ("alice", .write, false),
        ("alice@x@pool.test", .write, true), ("alice@pool.test", .administrator, false), ("condor@pool.test", .administrator, true),
        ("condor@other.test", .administrator, false), ("condor@password", .daemon, true), ("alice@password", .write, false),
        ("admin@pool.test", .daemon, true), ("condor@pool.test", .config, false),
    ])
    func permits(_ user: String, _ level: AuthorizationLevel, _ expected: Bool) {
        #expect(rules.permits(user, level) == expected)
    }

    private func session(_ user: String, limits: Set<AuthorizationLevel>? = nil) throws -> ServerSession {
        ServerSession(
            session: SecuritySession(
                id: "1", key: try #require(SessionKey(bytes: 0..<32)), user: user, method: .token, validCommands: [], duration: .zero, lease: .zero,
                peerVersion: nil), limits: limits, token: nil)
    }

    @Test func aReadOnlyTokenMakesNoSuperuser() throws {
        #expect(rules.requester(try session("admin@pool.test"))?.isQueueSuperuser == true)
        #expect(rules.requester(try session("admin@pool.test", limits: [.read]))?.isQueueSuperuser == false)
        #expect(rules.requester(try session("alice@pool.test"))?.isQueueSuperuser == false)
        #expect(rules.requester(try session("condor@password")) == Requester(user: "condor@pool.test", isQueueSuperuser: true))
        #expect(rules.requester(try session("alice@other.test")) == nil)
        #expect(rules.requester(nil) == nil)
    }
}
