import MacroLanguage
import Text

/// Reads numbers in submit values as HTCondor does.
enum Numbers {
    /// An integer literal, or an expression that evaluates to a number (`string_is_long_param`).
    static func integerOrExpression(_ text: String) -> Int64? { NumberText.integer(Bytes(text.utf8)) }

    /// A number, or an expression that evaluates to one (`string_is_double_param`).
    static func realOrExpression(_ text: String) -> Double? { NumberText.real(Bytes(text.utf8)) }

    /// `true`, `false`, 1, 0, or an expression that evaluates to a boolean (`string_is_boolean_param`).
    static func booleanOrExpression(_ text: String) -> Bool? {
        let literal = ASCII.lowercased(text)
        for (prefix, value) in [("true", true), ("1", true), ("false", false), ("0", false)] where literal.utf8.starts(with: prefix.utf8) {
            if literal.utf8.dropFirst(prefix.utf8.count).allSatisfy(ASCII.isSpace) { return value }
            break
        }
        return ExpressionText.boolean(Bytes(text.utf8))
    }

    /// A size with an optional unit (condor_utils/metric_units.cpp, `parse_int64_bytes`).
    struct Size {
        /// In units of the base, rounded up.
        var value: Int64
        var hasUnit: Bool
        /// The text after the separator; nil without a separator.
        var rest: String?
    }

    /// - Parameter base: the unit of the result, in bytes; also the unit of a number without one.
    static func size(_ text: String, base: Int64, separator: UInt8? = nil) -> Size? {
        let bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count, ASCII.isSpace(bytes[position]) { position += 1 }
        let start = position
        var whole: Int64 = 0
        if let (value, length) = NumberText.scanInteger(bytes[position...]) {
            whole = value
            position += length
        }
        var fraction = 0.0
        if position < bytes.count, bytes[position] == ASCII.dot {
            position += 1
            for scale in [10.0, 100.0, 1000.0] where position < bytes.count && ASCII.isDigit(bytes[position]) {
                fraction += Double(bytes[position] - 0x30) / scale
                position += 1
            }
            while position < bytes.count, ASCII.isDigit(bytes[position]) { position += 1 }
        }
        guard position > start else { return nil }
        while position < bytes.count, ASCII.isSpace(bytes[position]) { position += 1 }
        var factor: Int64 = base
        var hasUnit = false
        if position < bytes.count, bytes[position] != separator {
            switch bytes[position] | 0x20 {
            case UInt8(ascii: "k"): factor = 1 << 10
            case UInt8(ascii: "m"): factor = 1 << 20
            case UInt8(ascii: "g"): factor = 1 << 30
            case UInt8(ascii: "t"): factor = 1 << 40
            default: return nil
            }
            hasUnit = true
            position += 1
            if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "b") { position += 1 }
        }
        let scaled = (Double(whole) + fraction) * Double(factor) + Double(base) - 1
        let value = (scaled >= 0x1p63 || scaled < -0x1p63 ? Int64.min : Int64(scaled)) / base
        while position < bytes.count, ASCII.isSpace(bytes[position]) { position += 1 }
        if position == bytes.count { return Size(value: value, hasUnit: hasUnit) }
        guard let separator, bytes[position] == separator else { return nil }
        return Size(value: value, hasUnit: hasUnit, rest: ASCII.string(bytes[(position + 1)...]))
    }
}
