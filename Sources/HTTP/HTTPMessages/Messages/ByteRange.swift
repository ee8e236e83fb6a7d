/// What a `Range` field asks for of a representation (RFC 9110 section 14).
package enum ByteRange: Sendable, Hashable {
    /// Everything: there is no field, or one that is ignored because it asks for other units, several ranges, or makes no sense.
    case whole
    /// These bytes, to be answered with 206.
    case part(Range<Int>)
    /// Nothing that exists, to be answered with 416.
    case unsatisfiable

    /// - Parameters:
    ///   - field: the value of the `Range` field, `nil` if it was not sent.
    ///   - length: bytes of the representation.
    package init(_ field: String?, length: Int) {
        self = field.flatMap { Self.parse(Substring($0), length) } ?? .whole
    }

    /// The value of the `Content-Range` field that goes with the answer; `nil` for the whole.
    package func contentRange(length: Int) -> String? {
        switch self {
        case .whole: nil
        case .part(let range): "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
        case .unsatisfiable: "bytes */\(length)"
        }
    }

    private static func parse(_ field: Substring, _ length: Int) -> ByteRange? {
        guard let equals = field.utf8.firstIndex(of: UInt8(ascii: "=")),
            String(field[..<equals]).isASCIICaseInsensitivelyEqual(to: "bytes")
        else { return nil }
        let range = field[field.utf8.index(after: equals)...].utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let dash = range.firstIndex(of: UInt8(ascii: "-")) else { return nil }
        let firstText = range[..<dash]
        let lastText = range[range.index(after: dash)...]
        if firstText.isEmpty {
            guard let count = number(lastText) else { return nil }
            return count == 0 || length == 0 ? .unsatisfiable : .part(max(0, length - min(count, length))..<length)
        }
        guard let first = number(firstText) else { return nil }
        guard !lastText.isEmpty else { return first < length ? .part(first..<length) : .unsatisfiable }
        guard let last = number(lastText), first <= last else { return nil }
        return first < length ? .part(first..<(last < length ? last + 1 : length)) : .unsatisfiable
    }

    /// Digits only; a number too large for the machine is as good as the largest one.
    private static func number(_ text: Substring.UTF8View) -> Int? {
        guard !text.isEmpty, text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return Int(Substring(text)) ?? .max
    }
}
