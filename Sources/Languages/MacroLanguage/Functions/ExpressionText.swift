import ClassAd

/// ClassAd expressions in macro values. They are read with the string escapes of old ClassAds, and evaluated in an empty ad.
package enum ExpressionText {
    /// An integer. A real is truncated, and a boolean is 0 or 1. Nil for anything else.
    ///
    /// - Parameter truncatesAsC: whether a real that does not fit 64 bits, or is not a number, becomes the smallest integer, as in C on x86-64.
    ///   HTCondor's macro functions do this.
    package static func integer(_ text: [UInt8], truncatesAsC: Bool = false) -> Int64? {
        switch evaluate(text) {
        case .integer(let value): value
        case .real(let value): Int64(exactly: value.rounded(.towardZero)) ?? (truncatesAsC ? .min : nil)
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    /// A number. A boolean is 0 or 1. Nil for anything else.
    package static func real(_ text: [UInt8]) -> Double? {
        switch evaluate(text) {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    /// A boolean, or whether a number is not 0.
    package static func boolean(_ text: [UInt8]) -> Bool? { evaluate(text)?.booleanEquivalent }

    package static func string(_ text: [UInt8]) -> [UInt8]? {
        guard case .string(let value) = evaluate(text) else { return nil }
        return Array(value.utf8)
    }

    /// The value as text, strings without quotes; nil if the text is not an expression.
    package static func value(_ text: [UInt8]) -> [UInt8]? {
        guard let value = evaluate(text) else { return nil }
        if case .string(let string) = value { return Array(string.utf8) }
        return Array(value.unparsed(.new).utf8)
    }

    /// Whether the text is an expression. Its value may depend on ads that are not known yet.
    package static func isExpression(_ text: [UInt8]) -> Bool { parse(text) != nil }

    private static func parse(_ text: [UInt8]) -> ExprTree? {
        text.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) }
    }

    private static func evaluate(_ text: [UInt8]) -> Value? { parse(text)?.evaluate() }
}
