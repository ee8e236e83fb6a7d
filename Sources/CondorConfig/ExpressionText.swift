/// ClassAd expressions in configuration values.
enum ExpressionText {
    static func integer(_ text: [UInt8]) -> Int64? { nil }

    static func boolean(_ text: [UInt8]) -> Bool? { nil }

    static func real(_ text: [UInt8]) -> Double? { nil }

    static func string(_ text: [UInt8]) -> [UInt8]? { nil }

    static func value(_ text: [UInt8]) -> [UInt8]? { nil }
}
