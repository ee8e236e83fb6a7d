#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Numbers as HTCondor reads them out of submit values.
enum Numbers {
    /// What `strtol` reads at the start of `text`; nil if there is no digit.
    static func leadingInteger(_ text: some Sequence<UInt8>) -> Int? { scanInteger(text)?.value }

    private enum ScanState {
        case start
        case sign
        case digits
    }

    /// As `leadingInteger`, together with the number of bytes read. Numbers beyond 64 bits become the nearest one.
    static func scanInteger(_ text: some Sequence<UInt8>) -> (value: Int, length: Int)? {
        var state = ScanState.start
        var length = 0
        var isNegative = false
        var value = 0
        var saturated = false
        scan: for byte in text {
            switch (state, byte) {
            case (.start, _) where ASCII.isSpace(byte):
                break
            case (.start, UInt8(ascii: "-")), (.start, UInt8(ascii: "+")):
                isNegative = byte == UInt8(ascii: "-")
                state = .sign
            case (_, UInt8(ascii: "0")...UInt8(ascii: "9")):
                state = .digits
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let digit = Int(byte - 0x30)
                let (sum, overflow2) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
                if overflow || overflow2 { saturated = true } else { value = sum }
            default:
                break scan
            }
            length += 1
        }
        guard state == .digits else { return nil }
        return (saturated ? (isNegative ? Int.min : Int.max) : value, length)
    }

    /// An integer literal, or an expression that evaluates to a number (`string_is_long_param`).
    static func integerOrExpression(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        if let (value, length) = scanInteger(bytes), bytes[length...].allSatisfy(ASCII.isSpace) { return Int64(value) }
        return Expressions.evaluatedInteger(text)
    }

    /// A number, or an expression that evaluates to one (`string_is_double_param`).
    static func realOrExpression(_ text: String) -> Double? {
        let literal: Double? = text.withCString { start in
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            guard let end, end != start else { return nil }
            var rest = UnsafePointer(end)
            while ASCII.isSpace(UInt8(bitPattern: rest.pointee)) { rest += 1 }
            return rest.pointee == 0 ? value : nil
        }
        return literal ?? Expressions.evaluatedReal(text)
    }

    /// `true`, `false`, 1, 0, or an expression that evaluates to a boolean (`string_is_boolean_param`).
    static func booleanOrExpression(_ text: String) -> Bool? {
        let literal = ASCII.lowercased(text)
        for (prefix, value) in [("true", true), ("1", true), ("false", false), ("0", false)] where literal.utf8.starts(with: prefix.utf8) {
            if literal.utf8.dropFirst(prefix.utf8.count).allSatisfy(ASCII.isSpace) { return value }
            break
        }
        return Expressions.evaluatedBoolean(text)
    }

    /// A size with an optional unit (condor_utils/metric_units.cpp, `parse_int64_bytes`).
    struct Size {
        /// In units of the base, rounded up.
        var value: Int64
        var hasUnit: Bool
        /// What follows the separator, if one was met.
        var rest: String?
    }

    /// - Parameter base: the unit of the result in bytes, also that of a number without unit.
    static func size(_ text: String, base: Int64, separator: UInt8? = nil) -> Size? {
        let bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count, ASCII.isSpace(bytes[position]) { position += 1 }
        let start = position
        var whole: Int64 = 0
        if let (value, length) = scanInteger(bytes[position...]) {
            whole = Int64(value)
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
