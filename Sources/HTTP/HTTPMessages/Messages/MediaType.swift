/// A content type without its parameters, in lower case: `application/json`, `text/*`, `*/*`.
package struct MediaType: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let type: String
    package let subtype: String

    /// Reads the value of a `Content-Type` field, or one range of an `Accept` field; parameters are dropped.
    package init?(_ text: some StringProtocol) {
        let value = text.utf8.prefix { $0 != UInt8(ascii: ";") }
        guard let slash = value.firstIndex(of: UInt8(ascii: "/")),
            let type = Self.token(value[..<slash], trimStart: true), let subtype = Self.token(value[value.index(after: slash)...], trimStart: false)
        else { return nil }
        self.type = type
        self.subtype = subtype
    }

    package init(stringLiteral value: String) {
        guard let type = Self(value) else { preconditionFailure("not a content type: \(value)") }
        self = type
    }

    package var description: String { "\(type)/\(subtype)" }

    /// Whether the range, which may have `*` in place of its parts, takes a type.
    package func accepts(_ other: MediaType) -> Bool {
        (type == "*" || type == other.type) && (subtype == "*" || subtype == other.subtype)
    }

    private static func token(_ bytes: some Sequence<UInt8>, trimStart: Bool) -> String? {
        var name: [UInt8] = []
        var ended = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                if name.isEmpty ? !trimStart : trimStart { return nil }
                ended = !name.isEmpty
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where !ended:
                name.append(byte | 0x20)
            case _ where !ended && byte.isHTTPTokenByte:
                name.append(byte)
            default:
                return nil
            }
        }
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
}

extension UInt8 {
    /// `tchar` of RFC 9110 section 5.6.2.
    var isHTTPTokenByte: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default:
            false
        }
    }
}

/// What a client says it can take: the value of an `Accept` field (RFC 9110 section 12.5.1).
package struct AcceptedTypes: Sendable {
    private var ranges: [(range: MediaType, quality: Double)] = []

    /// - Parameter field: the field's value, `nil` if it was not sent. Elements that cannot be read are passed over.
    package init(_ field: String?) {
        guard let field else { return }
        for element in field.utf8.split(separator: UInt8(ascii: ","), maxSplits: 64) {
            guard let element = Substring(element).nonEmpty, let range = MediaType(element) else { continue }
            ranges.append((range, Self.quality(element)))
        }
    }

    /// How much the client wants a type: 0 (not at all) to 1. A client that says nothing takes everything.
    package func quality(of type: MediaType) -> Double {
        if ranges.isEmpty { return 1 }
        var best: (specificity: Int, quality: Double) = (-1, 0)
        for (range, quality) in ranges where range.accepts(type) {
            let specificity = (range.type == "*" ? 0 : 1) + (range.subtype == "*" ? 0 : 1)
            if specificity > best.specificity { best = (specificity, quality) }
        }
        return best.quality
    }

    /// The type that the client wants most, the earlier one of two that it wants as much; `nil` if it wants none.
    package func best(of types: [MediaType]) -> MediaType? {
        var best: (type: MediaType, quality: Double)?
        for type in types {
            let quality = quality(of: type)
            if quality > (best?.quality ?? 0) { best = (type, quality) }
        }
        return best?.type
    }

    private static func quality(_ element: Substring) -> Double {
        for parameter in element.utf8.split(separator: UInt8(ascii: ";")).dropFirst() {
            let text = Substring(parameter).drop { $0 == " " || $0 == "\t" }
            guard text.utf8.count >= 2, text.utf8.first.map({ $0 | 0x20 }) == UInt8(ascii: "q"), text.dropFirst().first == "=" else {
                continue
            }
            let number = text.dropFirst(2).prefix { $0 != " " && $0 != "\t" }
            guard let value = Double(number), value >= 0, value <= 1 else { return 0 }
            return value
        }
        return 1
    }
}

extension Substring {
    fileprivate var nonEmpty: Substring? { isEmpty ? nil : self }
}
