import Diagnostics

/// Values with a type. Each getter returns nil when the parameter has no value, and throws when it has one that is not what is expected.
extension Configuration {
    /// - Throws: when the macros of the value cannot be expanded.
    package func string(_ name: String) throws(ConfigurationError) -> String? {
        let (value, failures) = try expand(name)
        if !failures.isEmpty { throw ConfigurationError(failures) }
        return value
    }

    /// An integer, plain or as a ClassAd expression.
    package func integer(_ name: String, range: ClosedRange<Int64> = .min ... .max) throws(ConfigurationError) -> Int64? {
        let expected = range == .min ... .max ? "an integer" : "an integer \(Self.description(of: range))"
        return try parsed(name, expected: expected) { text in
            NumberText.integer(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A number, plain or as a ClassAd expression.
    package func real(_ name: String, range: ClosedRange<Double> = -.infinity ... .infinity) throws(ConfigurationError) -> Double? {
        let expected = range == -.infinity ... .infinity ? "a number" : "a number from \(range.lowerBound) to \(range.upperBound)"
        return try parsed(name, expected: expected) { text in NumberText.real(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// `true`, `false`, `1`, `0`, `yes`, `no`, `t`, `f`, `on`, `off` without regard to case, or a ClassAd expression.
    package func boolean(_ name: String) throws(ConfigurationError) -> Bool? {
        try parsed(name, expected: "true or false", BooleanText.value)
    }

    /// A length of time: numbers with `ms`, `s`, `m`, `h` or `d` (`90s`, `2m`, `1h30m`, `0.5s`), or an integer of seconds.
    package func duration(
        _ name: String, range: ClosedRange<Duration> = .zero ... .seconds(Int64(Int32.max))
    ) throws(ConfigurationError) -> Duration? {
        let example = range.contains(.seconds(30)) ? ", like 30s, 2m or 1h" : ""
        let expected =
            "a duration from \(QuantityText.description(of: range.lowerBound)) to \(QuantityText.description(of: range.upperBound))"
        return try parsed(name, expected: expected + example) { text in
            QuantityText.duration(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A number of bytes: with `B`, `kB`, `MB`, `GB`, `TB` (powers of 1000), `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024), `K`, `M`, `G`, `T`
    /// (powers of 1024, as HTCondor reads them), or a plain integer.
    package func byteCount(
        _ name: String, range: ClosedRange<Int64> = 0 ... .max
    ) throws(ConfigurationError) -> Int64? {
        let expected = range == 0 ... .max ? "" : " \(Self.description(of: range))"
        return try parsed(name, expected: "a number of bytes\(expected), like 1 MiB or 10GB") { text in
            QuantityText.byteCount(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// Items between commas or white space; nil when there is no item.
    package func list(_ name: String) throws(ConfigurationError) -> [String]? {
        guard let value = try string(name) else { return nil }
        let items = ASCII.tokens(of: Array(value.utf8)[...], separatedBy: ASCII.listSeparators)
        return items.isEmpty ? nil : items.map { String(decoding: $0, as: UTF8.self) }
    }

    /// An error about the value of a parameter, with its place.
    package func error(in name: String, _ message: String, expected: String? = nil) -> ConfigurationError {
        ConfigurationError(place(name).diagnostic(.error, message, expected: expected))
    }

    private func parsed<Value>(
        _ name: String, expected: String, _ parse: ([UInt8]) -> Value?
    ) throws(ConfigurationError) -> Value? {
        guard let text = try string(name) else { return nil }
        if let value = parse(Array(text.utf8)) { return value }
        throw error(in: name, "\(name) cannot be '\(Self.shortened(text))'", expected: expected)
    }

    static func shortened(_ text: String) -> String {
        text.utf8.count <= 80 ? text : String(decoding: text.utf8.prefix(77), as: UTF8.self) + "…"
    }

    static func description(of range: ClosedRange<Int64>) -> String {
        if range.upperBound == .max { return "of at least \(range.lowerBound)" }
        if range.lowerBound == .min { return "of at most \(range.upperBound)" }
        return "from \(range.lowerBound) to \(range.upperBound)"
    }
}

enum BooleanText {
    static func value(_ text: [UInt8]) -> Bool? {
        let word = ASCII.trimmed(text[...])
        for (name, value) in [
            ("true", true), ("1", true), ("yes", true), ("t", true), ("on", true),
            ("false", false), ("0", false), ("no", false), ("f", false), ("off", false),
        ] where ASCII.equal(word, name.utf8) {
            return value
        }
        return ExpressionText.boolean(text)
    }
}

/// Numbers with units.
enum QuantityText {
    /// A decimal number at the start of the text, as an exact fraction: `digits / 10^scale`.
    private struct Number {
        var digits: Int64 = 0
        var scale: Int64 = 1

        /// The number times `factor`, cut off to an integer; nil on overflow.
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
        return String(decoding: text[start..<position], as: UTF8.self).lowercasedASCII
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
