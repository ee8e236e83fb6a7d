/// A user authenticated by another party, with a checked name: the value of a proxy's user header, or the common name in a client's certificate.
///
/// The name is either a plain user name, `alice`, or a full identity, `alice@pool.example`. Anything that could stand for two users, or for another
/// user in a log or a token (a list, quotes, inner white space, control characters), is refused rather than interpreted.
package struct NamedUser: Sendable, Hashable {
    /// Why a name was refused.
    package enum Refusal: Error, Sendable, Equatable {
        case several
        case empty
        case tooLong
        case badCharacter
    }

    package static let maximumLength = 256

    /// The identity for a token: `user@domain`.
    package let identity: String

    /// Checks the names as received; there must be exactly one. `domain` completes a name without a domain.
    package init(_ names: [String], domain: String) throws(Refusal) {
        guard names.count <= 1 else { throw .several }
        let name = (names.first ?? "").utf8.drop { $0 == 0x20 || $0 == 0x09 }
        let trimmed = Array(name.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed())
        guard !trimmed.isEmpty else { throw .empty }
        guard trimmed.count <= Self.maximumLength else { throw .tooLong }
        guard trimmed.allSatisfy(Self.isAllowed) else { throw .badCharacter }
        let parts = trimmed.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { throw .badCharacter }
        let text = String(decoding: trimmed, as: UTF8.self)
        identity = parts.count == 2 ? text : "\(text)@\(domain)"
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "@"): true
        default: false
        }
    }
}
