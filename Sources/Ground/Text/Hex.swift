/// Hexadecimal digits.
@usableFromInline package enum Hex {
    /// The value of one digit in either case; nil for any other byte.
    @inlinable package static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x37
        case 0x61...0x66: byte &- 0x57
        default: nil
        }
    }

    /// The lower-case digit of the low four bits.
    @inlinable package static func digit(_ value: UInt8) -> UInt8 {
        let low = value & 15
        return low < 10 ? low &+ 0x30 : low &+ 0x57
    }

    /// The upper-case digit of the low four bits.
    @inlinable package static func upperDigit(_ value: UInt8) -> UInt8 {
        let low = value & 15
        return low < 10 ? low &+ 0x30 : low &+ 0x37
    }

    /// Two lower-case digits for each byte.
    package static func string(_ bytes: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// All digits of a number in lower case, with leading zeros: 16 digits for a `UInt64`.
    package static func string(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, number.bitWidth / 4 - digits.utf8.count)) + digits
    }

    /// Decodes pairs of digits; nil for an odd number of digits or any other character.
    package static func bytes(_ digits: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            guard let value = value(digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? bytes : nil
    }

    /// Decodes pairs of digits; nil for an odd number of digits or any other character.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? { bytes(text.utf8) }
}
