import Diagnostics
import MacroLanguage
import Text

/// Typed values. Each getter returns nil if the parameter has no value, and throws if the value has another type.
extension Configuration {
    /// - Throws: if the value's macros cannot be expanded.
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

    /// A duration: numbers with `ms`, `s`, `m`, `h` or `d` (`90s`, `2m`, `1h30m`, `0.5s`), or an integer number of seconds.
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

    /// Items separated by commas or white space; nil if there are none.
    package func list(_ name: String) throws(ConfigurationError) -> [String]? {
        guard let value = try string(name) else { return nil }
        let items = ASCII.tokens(of: Array(value.utf8)[...], separatedBy: ASCII.listSeparators)
        return items.isEmpty ? nil : items.map { String(decoding: $0, as: UTF8.self) }
    }

    /// An error about a parameter's value, with its position.
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
