/// A request's target (RFC 9112 section 3.2), taken apart and percent-decoded exactly once.
package struct RequestTarget: Sendable, Hashable {
    /// One name and value of the query.
    package struct QueryItem: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    /// The path as it was sent, without the query.
    package let rawPath: String
    /// The decoded segments of the path; `/` alone has none.
    package let segments: [String]
    /// The decoded query in the order in which it was sent.
    package let query: [QueryItem]
    /// The authority of a target in absolute form, which takes the place of the `Host` field.
    package let authority: String?

    /// What is wrong with a target.
    package enum Failure: Error, Sendable, Hashable {
        /// Neither a path nor an absolute `http` or `https` URI.
        case notAPath
        /// A `%` without two hexadecimal digits, bytes that are not UTF-8, or a NUL, in the path.
        case badPathEncoding
        /// The same in the query.
        case badQueryEncoding
    }

    /// Reads an origin form (`/path?query`) or an absolute form (`http://host/path?query`).
    package init(_ text: String) throws(Failure) {
        var rest = Substring(text)
        var authority: String?
        if rest.utf8.first != UInt8(ascii: "/") {
            guard let start = Self.endOfScheme(rest) else { throw .notAPath }
            let host = rest[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            guard !host.isEmpty, !host.utf8.contains(UInt8(ascii: "@")) else { throw .notAPath }
            authority = String(host)
            rest = rest[host.endIndex...]
        }
        let pathEnd = rest.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? rest.endIndex
        let path = rest[..<pathEnd]
        if rest.utf8.contains(UInt8(ascii: "#")) { throw .notAPath }
        self.authority = authority
        rawPath = path.isEmpty ? "/" : String(path)
        segments = try Self.segments(path)
        query = pathEnd < rest.endIndex ? try Self.query(rest[rest.utf8.index(after: pathEnd)...]) : []
    }

    private static func endOfScheme(_ text: Substring) -> Substring.Index? {
        for scheme in ["http://", "https://"] where text.utf8.count > scheme.utf8.count {
            let end = text.utf8.index(text.startIndex, offsetBy: scheme.utf8.count)
            if zip(text.utf8, scheme.utf8).allSatisfy({ pair in (pair.0 | 0x20) == (pair.1 | 0x20) }) { return end }
        }
        return nil
    }

    private static func segments(_ path: Substring) throws(Failure) -> [String] {
        guard path.utf8.count > 1 else { return [] }
        var segments: [String] = []
        var start = path.utf8.index(after: path.startIndex)
        while true {
            let end = path.utf8[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
            guard let segment = decode(path[start..<end], plusIsSpace: false) else { throw .badPathEncoding }
            segments.append(segment)
            if end == path.endIndex { return segments }
            start = path.utf8.index(after: end)
        }
    }

    private static func query(_ text: Substring) throws(Failure) -> [QueryItem] {
        var items: [QueryItem] = []
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            let pair = Substring(pair)
            let end = pair.utf8.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let rest = end < pair.endIndex ? pair[pair.utf8.index(after: end)...] : ""
            guard let name = decode(pair[..<end], plusIsSpace: true), let value = decode(rest, plusIsSpace: true) else {
                throw .badQueryEncoding
            }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }

    /// The text with its percent escapes decoded once; `nil` if an escape is broken, or the result is not UTF-8 or holds a NUL.
    static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
        let escaped = text.utf8.contains { byte in
            byte == UInt8(ascii: "%") || byte == 0 || byte >= 0x80 || (plusIsSpace && byte == UInt8(ascii: "+"))
        }
        if !escaped { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next()?.hexadecimalValue, let low = iterator.next()?.hexadecimalValue else { return nil }
                let decoded = high << 4 | low
                if decoded == 0 { return nil }
                bytes.append(decoded)
            case 0: return nil
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
