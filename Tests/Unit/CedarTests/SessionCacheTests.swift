import Testing
import Tokens

@testable import Cedar

@Suite struct SessionCacheTests {
    private let start = ContinuousClock.now
    private let alice = IdentityDigest(.claimToBe("alice"))
    private let bob = IdentityDigest(.claimToBe("bob"))

    private func session(_ id: String, commands: Set<Int> = [516], duration: Int = 60, lease: Int = 0) throws -> SecuritySession {
        SecuritySession(
            id: id, key: try #require(SessionKey(bytes: [UInt8](repeating: 1, count: 32))), user: "u", method: .token,
            validCommands: commands,
            duration: .seconds(duration), lease: .seconds(lease), peerVersion: nil)
    }

    @Test func keyedByAddressIdentityAndCommand() throws {
        var cache = SessionCache()
        cache.store(try session("a"), address: "x", identity: alice, now: start)
        #expect(cache.session(address: "x", identity: alice, command: 516, now: start)?.id == "a")
        #expect(cache.session(address: "x", identity: bob, command: 516, now: start) == nil)
        #expect(cache.session(address: "y", identity: alice, command: 516, now: start) == nil)
        #expect(cache.session(address: "x", identity: alice, command: 517, now: start) == nil)
        // One that can do more takes the place; one for other commands stands beside it.
        cache.store(try session("b", commands: [516, 517]), address: "x", identity: alice, now: start)
        cache.store(try session("c", commands: [1112]), address: "x", identity: alice, now: start)
        #expect(cache.count == 2)
        #expect(cache.session(address: "x", identity: alice, command: 516, now: start)?.id == "b")
        #expect(cache.session(address: "x", identity: alice, command: 1112, now: start)?.id == "c")
    }

    @Test func endsInTime() throws {
        var cache = SessionCache()
        cache.store(try session("a", duration: 60), address: "x", identity: alice, now: start)
        #expect(cache.session(address: "x", identity: alice, command: 516, now: start + .seconds(57)) != nil)
        #expect(cache.session(address: "x", identity: alice, command: 516, now: start + .seconds(58)) == nil)
        cache.store(try session("b", duration: 1_000, lease: 10), address: "y", identity: alice, now: start)
        for second in [9, 18, 27] {
            #expect(cache.session(address: "y", identity: alice, command: 516, now: start + .seconds(second)) != nil)
        }
        #expect(cache.session(address: "y", identity: alice, command: 516, now: start + .seconds(37)) == nil)
        cache.removeExpired(now: start + .seconds(58))
        #expect(cache.count == 0)
        // Of no use from the start.
        cache.store(try session("c", duration: 2), address: "x", identity: alice, now: start)
        cache.store(try session("d", commands: []), address: "x", identity: alice, now: start)
        #expect(cache.count == 0)
    }

    @Test func isForgotten() throws {
        var cache = SessionCache()
        cache.store(try session("a"), address: "x", identity: alice, now: start)
        cache.store(try session("b"), address: "x", identity: bob, now: start)
        cache.store(try session("c"), address: "y", identity: bob, now: start)
        cache.invalidate(id: "a", address: "x")
        #expect(cache.session(address: "x", identity: alice, command: 516, now: start) == nil)
        #expect(cache.session(address: "x", identity: bob, command: 516, now: start) != nil)
        cache.invalidate(address: "x")
        #expect(cache.count == 1)
        #expect(cache.session(address: "y", identity: bob, command: 516, now: start) != nil)
    }

    @Test func isBounded() throws {
        var cache = SessionCache(capacity: 16)
        for index in 0..<1_000 {
            cache.store(try session("\(index)"), address: "\(index)", identity: alice, now: start + .milliseconds(index))
            #expect(cache.count <= 16)
        }
        #expect(cache.session(address: "999", identity: alice, command: 516, now: start + .seconds(1)) != nil)
        #expect(cache.session(address: "0", identity: alice, command: 516, now: start + .seconds(1)) == nil)

        var table = ServerSessionTable(capacity: 16)
        for index in 0..<1_000 {
            table.store(ServerSession(session: try session("\(index)")), now: start + .milliseconds(index))
            #expect(table.count <= 16)
        }
        #expect(table.session(id: "999", now: start + .seconds(1)) != nil)
        #expect(table.session(id: "0", now: start + .seconds(1)) == nil)
    }

    @Test func theServerKeepsSessionsALittleLonger() throws {
        var table = ServerSessionTable()
        table.store(ServerSession(session: try session("a", duration: 60)), now: start)
        #expect(table.session(id: "a", now: start + .seconds(79)) != nil)
        #expect(table.session(id: "a", now: start + .seconds(80)) == nil)
        #expect(table.count == 0)
        table.store(ServerSession(session: try session("b", duration: 600, lease: 10)), now: start)
        #expect(table.session(id: "b", now: start + .seconds(29)) != nil)
        table.removeExpired(now: start + .seconds(60))
        #expect(table.count == 0)
        table.store(ServerSession(session: try session("c")), now: start)
        table.remove(id: "c")
        #expect(table.count == 0)
    }
}
