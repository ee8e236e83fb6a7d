/// Base64 (RFC 4648) in two forms: the standard form with padding, and the URL form without padding.
package enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The standard form, with padding.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        encode(Array(bytes), alphabet: standard, padded: true)
    }

    /// The URL form, without padding.
    package static func encodeURL(_ bytes: some Sequence<UInt8>) -> String {
        encode(Array(bytes), alphabet: url, padded: false)
    }

    /// Decodes the standard form. Nil unless it is padded correctly and the last digit has no stray bits.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var digits = Array(text)
        guard digits.count % 4 == 0 else { return nil }
        for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
        return decode(digits[...], plus: UInt8(ascii: "+"), slash: UInt8(ascii: "/"))
    }

    /// Decodes the URL form. Nil if it is padded, or if the last digit has stray bits.
    package static func decodeURL(_ text: some Sequence<UInt8>) -> [UInt8]? {
        decode(Array(text)[...], plus: UInt8(ascii: "-"), slash: UInt8(ascii: "_"))
    }

    private static func encode(_ bytes: [UInt8], alphabet: [UInt8], padded: Bool) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var number: UInt32 = 0
            for index in 0..<3 { number = number << 8 | (index < group.count ? UInt32(group[start + index]) : 0) }
            for index in 0...3 {
                if index <= group.count {
                    digits.append(alphabet[Int(number >> UInt32(18 - 6 * index)) & 63])
                } else if padded {
                    digits.append(UInt8(ascii: "="))
                }
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func decode(_ digits: ArraySlice<UInt8>, plus: UInt8, slash: UInt8) -> [UInt8]? {
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = digit &- UInt8(ascii: "A")
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = digit &- UInt8(ascii: "a") &+ 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit &- UInt8(ascii: "0") &+ 52
            case plus: value = 62
            case slash: value = 63
            default: return nil
            }
            bits = (bits << 6 | UInt32(value)) & 0xFFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        guard bits & ((1 << count) - 1) == 0 else { return nil }
        return bytes
    }
}
