import ClassAd

/// ClassAd expressions in configuration values. They are read with the string escapes of old ClassAds, and evaluated in an empty ad.
enum ExpressionText {
    /// An integer; a real is cut off, a boolean is 0 or 1.
    static func integer(_ text: [UInt8]) -> Int64? {
        switch evaluate(text) {
        case .integer(let value): value
        case .real(let value): Int64(exactly: value.rounded(.towardZero))
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    static func real(_ text: [UInt8]) -> Double? {
        switch evaluate(text) {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    /// A boolean, or whether a number is not 0.
    static func boolean(_ text: [UInt8]) -> Bool? { evaluate(text)?.booleanEquivalent }

    static func string(_ text: [UInt8]) -> [UInt8]? {
        guard case .string(let value) = evaluate(text) else { return nil }
        return Array(value.utf8)
    }

    /// The value as text, strings without quotes; nil if the text is no expression.
    static func value(_ text: [UInt8]) -> [UInt8]? {
        guard let value = evaluate(text) else { return nil }
        if case .string(let string) = value { return Array(string.utf8) }
        return Array(value.unparsed(.new).utf8)
    }

    /// Whether the text is an expression at all: its value may depend on ads that are known later only.
    static func isExpression(_ text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) } != nil
    }

    private static func evaluate(_ text: [UInt8]) -> Value? {
        text.withUnsafeBufferPointer { try? ExprTree.parse($0, syntax: .old) }?.evaluate()
    }
}
