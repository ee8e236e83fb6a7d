/// Percent-encoding of URLs (RFC 3986, section 2.1).
@usableFromInline package enum PercentEncoding {
    /// Whether the byte never needs encoding: a letter, a digit, `-`, `.`, `_` or `~`.
    @inlinable package static func isUnreserved(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "~")
    }

    /// Encodes every byte that is neither unreserved nor in `kept`.
    package static func encode(_ text: some StringProtocol, keeping kept: String = "") -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) || kept.utf8.contains(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(Hex.upperDigit(byte >> 4))
                bytes.append(Hex.upperDigit(byte))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The decoded bytes; nil if a `%` is not followed by two hexadecimal digits.
    /// - Parameter plusIsSpace: whether `+` stands for a space, as in queries and forms.
    package static func decode(_ text: some Sequence<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.underestimatedCount)
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(Hex.value), let low = iterator.next().flatMap(Hex.value) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    /// The decoded text; nil if the encoding is malformed or the result is not UTF-8.
    package static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        decode(text.utf8, plusIsSpace: plusIsSpace).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
