import MacroLanguage
import Text

/// Numbers with units.
enum QuantityText {
    /// A decimal number at the start of the text, as an exact fraction: `digits / 10^scale`.
    private struct Number {
        var digits: Int64 = 0
        var scale: Int64 = 1

        /// The number times `factor`, truncated to an integer; nil on overflow.
        func times(_ factor: Int64) -> Int64? {
            let (product, overflow) = digits.multipliedReportingOverflow(by: factor)
            return overflow ? nil : product / scale
        }
    }

    private static func number(_ text: ArraySlice<UInt8>, from position: inout Int) -> Number? {
        var number = Number()
        let start = position
        var sawDot = false
        var sawDigit = false
        while position < text.endIndex {
            let byte = text[position]
            if byte == ASCII.dot, !sawDot {
                sawDot = true
            } else if ASCII.isDigit(byte) {
                sawDigit = true
                let (product, tooLarge) = number.digits.multipliedReportingOverflow(by: 10)
                let (sum, tooFar) = product.addingReportingOverflow(Int64(byte - 0x30))
                if tooLarge || tooFar { return nil }
                number.digits = sum
                if sawDot { number.scale *= 10 }
                if number.scale > 1_000_000_000 { return nil }
            } else {
                break
            }
            position += 1
        }
        return sawDigit && position > start ? number : nil
    }

    private static func unit(_ text: ArraySlice<UInt8>, from position: inout Int) -> String {
        while position < text.endIndex, ASCII.isSpace(text[position]) { position += 1 }
        let start = position
        while position < text.endIndex, ASCII.isLetter(text[position]) { position += 1 }
        return ASCII.lowercased(String(decoding: text[start..<position], as: UTF8.self))
    }

    static func duration(_ text: [UInt8]) -> Duration? {
        let trimmed = ASCII.trimmed(text[...])
        var position = trimmed.startIndex
        var total: Int64 = 0
        while position < trimmed.endIndex {
            guard let number = number(trimmed, from: &position) else { return seconds(text) }
            let milliseconds: Int64
            switch unit(trimmed, from: &position) {
            case "ms": milliseconds = 1
            case "s", "sec", "second", "seconds": milliseconds = 1_000
            case "m", "min", "minute", "minutes": milliseconds = 60_000
            case "h", "hr", "hour", "hours": milliseconds = 3_600_000
            case "d", "day", "days": milliseconds = 86_400_000
            default: return seconds(text)
            }
            guard let part = number.times(milliseconds) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            if overflow { return nil }
            total = sum
            while position < trimmed.endIndex, ASCII.isSpace(trimmed[position]) { position += 1 }
        }
        return trimmed.isEmpty ? nil : .milliseconds(total)
    }

    private static func seconds(_ text: [UInt8]) -> Duration? {
        NumberText.integer(text).flatMap { $0 >= 0 && $0 <= 1 << 40 ? .seconds($0) : nil }
    }

    static func byteCount(_ text: [UInt8]) -> Int64? {
        let trimmed = ASCII.trimmed(text[...])
        var position = trimmed.startIndex
        guard let number = number(trimmed, from: &position) else { return NumberText.integer(text) }
        let name = unit(trimmed, from: &position)
        guard position == trimmed.endIndex else { return NumberText.integer(text) }
        if name.isEmpty { return number.scale == 1 ? number.digits : nil }
        if name == "b" { return number.scale == 1 ? number.digits : nil }
        guard let power = ["k", "m", "g", "t", "p"].firstIndex(of: String(name.prefix(1))) else { return nil }
        let factor: Int64
        switch name.dropFirst() {
        case "", "ib": factor = 1 << (10 * (Int64(power) + 1))
        case "b": factor = (0...power).reduce(1) { product, _ in product * 1000 }
        default: return nil
        }
        return number.times(factor)
    }

    static func description(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        if attoseconds != 0 { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        for (unit, length) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60)] where seconds >= length && seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
