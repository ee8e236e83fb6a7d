/// The peer addresses whose user header is trusted (`HTTP_API_USER_HEADER_TRUSTED_PROXIES`).
///
/// The setting is a list of IPv4 or IPv6 addresses and CIDR blocks, and the words `loopback` and `unix` (every peer of a unix-domain listener).
package struct TrustedProxies: Sendable, Equatable {
    private struct Block: Sendable, Equatable {
        var address: [UInt8]
        var prefix: Int

        func contains(_ other: [UInt8]) -> Bool {
            guard other.count == address.count else { return false }
            let whole = prefix / 8
            guard other[..<whole].elementsEqual(address[..<whole]) else { return false }
            let rest = prefix % 8
            guard rest > 0 else { return true }
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
            return other[whole] & mask == address[whole] & mask
        }
    }

    private var blocks: [Block] = []
    private var unixPeers = false

    /// No peer is trusted.
    package static let none = TrustedProxies()

    private init() {}

    /// Parses a list. Nil if an item is not an address, a block or a known word; that item is passed to `invalid`.
    package init?(_ items: [String], invalid: (String) -> Void = { _ in }) {
        for item in items {
            switch item.lowercased() {
            case "loopback":
                blocks.append(Block(address: [127, 0, 0, 0], prefix: 8))
                blocks.append(Block(address: [UInt8](repeating: 0, count: 15) + [1], prefix: 128))
            case "unix":
                unixPeers = true
            default:
                guard let block = Self.block(item) else {
                    invalid(item)
                    return nil
                }
                blocks.append(block)
            }
        }
    }

    package var isEmpty: Bool { blocks.isEmpty && !unixPeers }

    /// Whether a peer with this numeric address is trusted. IPv4-mapped IPv6 addresses count as IPv4.
    package func contains(address: String) -> Bool {
        guard let bytes = IPAddress.bytes(address) else { return false }
        return blocks.contains { $0.contains(bytes) }
    }

    /// Whether peers of a unix-domain listener are trusted.
    package var containsUnixPeers: Bool { unixPeers }

    private static func block(_ item: String) -> Block? {
        guard let slash = item.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            guard let address = IPAddress.bytes(item) else { return nil }
            return Block(address: address, prefix: address.count * 8)
        }
        let text = item[..<slash]
        guard let address = IPAddress.bytes(String(text)), var prefix = Int(item[item.index(after: slash)...]) else { return nil }
        // The prefix length of a mapped address includes the 96 bits before the IPv4 address.
        let uncounted = address.count == 4 && text.utf8.contains(UInt8(ascii: ":")) ? 96 : 0
        guard (uncounted...uncounted + address.count * 8).contains(prefix) else { return nil }
        prefix -= uncounted
        return Block(address: address, prefix: prefix)
    }
}
