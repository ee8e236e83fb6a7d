/// The validator of a representation (RFC 9110 section 8.8.3).
package struct EntityTag: Sendable, Hashable, CustomStringConvertible {
    /// What stands between the quotes.
    package let opaque: String
    package let isWeak: Bool

    /// A tag of characters that may stand between quotes; others become underscores.
    package init(_ opaque: String, isWeak: Bool = false) {
        self.opaque = String(decoding: opaque.utf8.map { Self.isTagByte($0) && $0 < 0x80 ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
        self.isWeak = isWeak
    }

    private init(sent opaque: ArraySlice<UInt8>, isWeak: Bool) {
        self.opaque = String(decoding: opaque, as: UTF8.self)
        self.isWeak = isWeak
    }

    /// A strong tag that changes with the content (64-bit FNV-1a): for documents that do not change behind the program's back, not for
    /// content that somebody may choose so that two of them collide.
    package init(of content: some Sequence<UInt8>) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in content { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        opaque = String(hash, radix: 16)
        isWeak = false
    }

    /// As it appears in an `ETag` field.
    package var description: String { (isWeak ? "W/" : "") + "\"\(opaque)\"" }

    /// Whether an `If-Match` field lets a request pass, by strong comparison. A field that cannot be read does not.
    package func satisfies(ifMatch field: String) -> Bool {
        guard !isWeak else { return false }
        return Self.list(field).contains { $0 == .any || $0 == .tag(self) }
    }

    /// Whether an `If-None-Match` field says that the client has the representation already, by weak comparison.
    package func isKnown(ifNoneMatch field: String) -> Bool {
        Self.list(field).contains { element in
            switch element {
            case .any: true
            case .tag(let tag): tag.opaque == opaque
            }
        }
    }

    private enum Element: Hashable {
        case any
        case tag(EntityTag)
    }

    /// The elements of a list, or `*`, which stands alone; none if the field is malformed.
    private static func list(_ field: String) -> [Element] {
        var bytes = Array(field.utf8)[...]
        if bytes.contains(UInt8(ascii: "*")), bytes.allSatisfy({ $0 == UInt8(ascii: "*") || isSpace($0) }) {
            return bytes.count { $0 == UInt8(ascii: "*") } == 1 ? [.any] : []
        }
        var elements: [Element] = []
        while true {
            bytes = bytes.drop { isSpace($0) || $0 == UInt8(ascii: ",") }
            if bytes.isEmpty { return elements }
            let isWeak = bytes.starts(with: "W/".utf8)
            if isWeak { bytes = bytes.dropFirst(2) }
            guard bytes.popFirst() == UInt8(ascii: "\"") else { return [] }
            let opaque = bytes.prefix(while: isTagByte)
            bytes = bytes[opaque.endIndex...]
            guard bytes.popFirst() == UInt8(ascii: "\"") else { return [] }
            elements.append(.tag(EntityTag(sent: opaque, isWeak: isWeak)))
            bytes = bytes.drop(while: isSpace)
            guard bytes.isEmpty || bytes.first == UInt8(ascii: ",") else { return [] }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// `etagc`
    private static func isTagByte(_ byte: UInt8) -> Bool {
        byte == 0x21 || (0x23...0x7e).contains(byte) || byte >= 0x80
    }
}
