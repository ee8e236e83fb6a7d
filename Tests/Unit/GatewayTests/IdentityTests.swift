import Testing

@testable import Gateway

@Suite struct TrustedProxiesTests {
    @Test func blocksAddressesAndWords() throws {
        let proxies = try #require(TrustedProxies(["10.1.0.0/12", "192.168.7.9", "fd00::/8", "loopback"]))
        for address in ["10.1.2.3", "10.15.255.255", "192.168.7.9", "fd12::1", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            #expect(proxies.contains(address: address), "\(address)")
        }
        for address in ["10.16.0.0", "192.168.7.10", "fe80::1", "::2", "128.0.0.1", "not an address", "", "127.0.0.1:80"] {
            #expect(!proxies.contains(address: address), "\(address)")
        }
        #expect(!proxies.containsUnixPeers)
    }

    @Test func unixIsItsOwnWord() throws {
        let proxies = try #require(TrustedProxies(["unix"]))
        #expect(proxies.containsUnixPeers && !proxies.isEmpty)
        #expect(!proxies.contains(address: "127.0.0.1"))
        #expect(TrustedProxies.none.isEmpty)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "proxy.example", "10.0.0.0/8/8", "::/129", ""])
    func refusesWhatIsNoBlock(item: String) {
        var named: String?
        #expect(TrustedProxies(["127.0.0.1", item]) { named = $0 } == nil)
        #expect(named == item)
    }
}

@Suite struct NamedUserTests {
    @Test(arguments: [("alice", "alice@pool"), (" alice\t", "alice@pool"), ("a.b+c_d-9@other.example", "a.b+c_d-9@other.example")])
    func accepts(value: String, identity: String) throws {
        #expect(try NamedUser([value], domain: "pool").identity == identity)
    }

    @Test(arguments: [
        "alice, bob", "\"alice\"", "alice bob", "alice\u{0}", "alice\n", "alice@", "@pool", "a@b@c", "älice", "alice;bob", "alice/..",
    ])
    func refusesCharacters(value: String) {
        #expect(throws: NamedUser.Refusal.badCharacter) { try NamedUser([value], domain: "pool") }
    }

    @Test func refusesNoneTwoEmptyAndLong() {
        #expect(throws: NamedUser.Refusal.several) { try NamedUser(["alice", "alice"], domain: "pool") }
        #expect(throws: NamedUser.Refusal.empty) { try NamedUser([], domain: "pool") }
        #expect(throws: NamedUser.Refusal.empty) { try NamedUser(["  "], domain: "pool") }
        #expect(throws: NamedUser.Refusal.tooLong) { try NamedUser([String(repeating: "a", count: 257)], domain: "pool") }
    }
}
